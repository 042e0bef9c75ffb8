// SPDX-License-Identifier: MIT
// Requests on a stored list, one after the other. Whatever they are, the list stays sorted, within its limits and
// readable, and a request that is refused changes nothing. The input is cut into requests: a byte for the operation,
// two for the length, then the items; as a client sends them, or made of single bytes, so that they often meet.
#include <map>
#include <set>

#include "core/feedbag.h"
#include "fuzz/check.h"

namespace {

using namespace oscar::wire;
using oscar::core::Feedbag;
using oscar::fuzz::check;
using feedbag::ClassId;
using feedbag::Item;
using feedbag::StatusCode;

/// Items of a byte each for place, class, name and attributes.
Buffer itemsOfBytes(Bytes bytes) {
    static constexpr ClassId classes[]{ClassId::Buddy,    ClassId::Group,    ClassId::Permit, ClassId::Deny,
                                       ClassId::Pdinfo,   ClassId::DateTime, ClassId::Min,    ClassId::BuddyPrefs,
                                       ClassId::Nonbuddy, ClassId{0x4242}};
    Buffer items;
    Writer out(items);
    for (; bytes.size() >= 4; bytes = bytes.subspan(4)) {
        std::string const name(bytes[2] % 8 == 0 ? 0 : 1 + bytes[2] / 64, static_cast<char>('A' + bytes[2] % 8));
        Buffer const value(bytes[3] / 16, bytes[3]);
        TlvList attributes;
        if (bytes[3] % 4) attributes.add(Tlv{static_cast<u16>(99 + bytes[3] % 16), value});
        if (bytes[3] % 2) attributes.add(feedbag::attributes::alias, string{asText(value)});
        put(out, Item{string16{name}, static_cast<u16>(bytes[0] / 32), static_cast<u16>(bytes[0] % 32),
                      classes[bytes[1] % std::size(classes)], attributes});
    }
    return items;
}

void checkList(Feedbag const& list) {
    check(decode<rest<Item>>(list.bytes()).has_value(), "the list can be read");
    check(list.bytes().size() <= Feedbag::longestList, "the whole list is not too long");
    std::map<ClassId, unsigned> counts;
    std::pair<u16, u16> last{};
    bool first = true;
    for (Item const& item : list.items()) {
        std::pair<u16, u16> const place{item.groupId, item.itemId};
        check(first || last < place, "sorted, and each place once");
        check(item.groupId <= 0x7FFF && item.itemId <= 0x7FFF, "no reserved ids");
        check(item.name.text.size() <= Feedbag::longestName, "no name is too long");
        for (Tlv const& attribute : item.attributes) check(attribute.tag >= 100, "no reserved attributes");
        check(item.classId != ClassId::DateTime || item.attributes.get(feedbag::attributes::timeT).has_value(),
              "the server has set the time");
        ++counts[item.classId >= ClassId::Min ? ClassId::Min : item.classId];
        last = place;
        first = false;
    }
    for (auto const& [classId, count] : counts) check(count <= Feedbag::mostOf(classId), "no class has too many");
}

void carryOut(Feedbag& list, Feedbag::Operation operation, Buffer const& items, u32 now) {
    auto const request = decode<rest<Item>>(items);
    if (!request) return;
    Buffer const before = list.bytes();
    u32 const updated = list.updated();
    auto const change = list.change(operation, *request, now);
    check(change.statuses.size() == request->count(), "a status for each item");
    std::set<StatusCode> const statuses(change.statuses.begin(), change.statuses.end());
    if (change.done) {
        check(statuses == std::set{StatusCode::Success}, "done is success for all");
        check(list.updated() > updated, "the time grows");
    } else {
        check(!statuses.contains(StatusCode::Success), "refused is success for none");
        check(list.bytes() == before && list.updated() == updated, "refused changes nothing");
        check(change.altered.empty(), "refused alters nothing");
    }
    checkList(list);
    (void)list.preference(now % 80, true);
    (void)list.hasBuddy(oscar::core::LoginId("a"));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    Reader in({data, size});
    Feedbag list;
    for (u32 now = 1; in.rest().size() > 3 && now < 200; ++now) {
        u08 const what = in.number<u08>();
        std::size_t const length = std::min<std::size_t>(in.number<u16>(), in.rest().size());
        Bytes const bytes = in.take(length);
        carryOut(list, static_cast<Feedbag::Operation>(what % 3), what & 0x80 ? toBuffer(bytes) : itemsOfBytes(bytes),
                 now / 2);
    }
    return 0;
}
