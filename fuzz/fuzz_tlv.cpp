// SPDX-License-Identifier: MIT
// The blocks of TLVs, and typed reads of every kind of value. The first byte chooses the block.
#include "fuzz/check.h"
#include "wire/all.h"

namespace {

using namespace oscar::wire;
using oscar::fuzz::check;

bool startsWith(Bytes bytes, Bytes beginning) {
    return beginning.size() <= bytes.size() && sameBytes(beginning, bytes.first(beginning.size()));
}

/// Reads the first value of the tag as a T, as foodgroups do, and writes it again.
template <class T, u16 Number>
void readAs(Tlvs const& tlvs, Tag<T, Number> tag) {
    auto const raw = tlvs.find(Number);
    auto const value = tlvs.get(tag);
    if (!value) return;
    Buffer const again = encode(*value);
    check(startsWith(*raw, again), "a value comes out equal");
}

void readAll(Tlvs const& tlvs) {
    std::size_t bytes = 0;
    for (Tlv const& tlv : tlvs) bytes += 4 + tlv.value.size();
    check(bytes <= tlvs.bytes().size(), "TLVs end inside their block");
    readAs(tlvs, oservice::nickInfoTags::nickFlags);
    readAs(tlvs, oservice::nickInfoTags::icqDcInfo);
    readAs(tlvs, oservice::nickInfoTags::caps);
    readAs(tlvs, oservice::nickInfoTags::bartInfo);
    readAs(tlvs, feedbag::attributes::order);
    readAs(tlvs, icbm::tags::imData);
    readAs(tlvs, icbm::imDataTags::imText);
    readAs(tlvs, Tag<icbm::ImRendezvous, 0x0005>{});
    readAs(tlvs, bucp::tags::passwordHash);
    readAs(tlvs, errorTags::errorText);
}

template <class Block>
void readBlock(Bytes bytes) {
    auto const block = decode<Block>(bytes);
    if (!block) return;
    readAll(*block);
    Buffer const again = encode(*block);
    check(startsWith(bytes, again), "a block comes out equal");

    TlvList rebuilt;
    for (Tlv const& tlv : *block) rebuilt.add(tlv);
    if constexpr (!std::is_same_v<Block, tlvCutBlock>) {
        check(sameBytes(rebuilt.bytes(), block->bytes()), "TLVs added one by one make the same block");
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    if (size == 0) return 0;
    Bytes const bytes(data + 1, size - 1);
    switch (data[0] % 4) {
        case 0: readBlock<tlvRestBlock>(bytes); break;
        case 1: readBlock<tlvBlock>(bytes); break;
        case 2: readBlock<tlvLBlock>(bytes); break;
        default: readBlock<tlvCutBlock>(bytes); break;
    }
    return 0;
}
