// SPDX-License-Identifier: MIT
// The payload of a DATA frame: header, then the message of that number. What is accepted is written again as
// a prefix of what was read (exceptions: tests/wire/each_message_test.cpp), and can be printed.
#include <map>

#include "fuzz/check.h"
#include "tests/support/messages.h"

using namespace oscar::wire;
using oscar::fuzz::check;

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    auto const snac = decodeSnac({data, size});
    if (!snac) return 0;
    for (Tlv const& tlv : snac->headerTlvs) check(tlv.value.size() <= size, "TLVs end inside the SNAC");

    static auto const messages = [] {
        std::map<std::pair<u16, u16>, oscar::test::AnyMessage const*> all;
        for (auto const& message : oscar::test::allMessages())
            all[{static_cast<u16>(message.snac.foodgroup), message.snac.type}] = &message;
        return all;
    }();
    auto const found = messages.find({snac->header.foodgroup, snac->header.type});
    if (found == messages.end()) return 0;
    auto const& message = *found->second;

    auto const again = message.rewrite(snac->body);
    check(message.print(snac->body).empty() != again.has_value(), "printed if accepted");
    if (!again) return 0;
    if (!(message.widensItsLastNumber && again->size() == snac->body.size() + 1)) {
        check(again->size() <= snac->body.size(), "nothing is added");
        check(sameBytes(*again, snac->body.first(again->size())), "written as it was read");
    }
    check(message.rewrite(*again) == again, "what we write we can read");
    return 0;
}
