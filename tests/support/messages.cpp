// SPDX-License-Identifier: MIT
#include "tests/support/messages.h"

#include <algorithm>

#include "tests/support/sample.h"
#include "wire/all.h"
#include "wire/print.h"

namespace oscar::test {
namespace {

template <wire::Message M>
AnyMessage describe() {
    return {
        .name = wire::messageName<M>(),
        .snac = M::snac,
        .widensItsLastNumber = std::is_same_v<M, wire::feedbag::QueryIfModified> ||
                               std::is_same_v<M, wire::feedbag::ReplyNotModified>,
        .rewrite = [](wire::Bytes body) -> std::optional<wire::Buffer> {
            auto const message = wire::decode<M>(body);
            if (!message) return std::nullopt;
            return wire::encode(*message);
        },
        .print = [](wire::Bytes body) -> std::string {
            auto const message = wire::decode<M>(body);
            return message ? wire::print(*message) : std::string{};
        },
        .sample = Sampler::make<M>,
    };
}

}  // namespace

std::vector<AnyMessage> const& allMessages() {
    static std::vector<AnyMessage> const messages = [] {
        std::vector<AnyMessage> all;
        wire::AllMessages::forEach([&]<class M>(std::type_identity<M>) { all.push_back(describe<M>()); });
        return all;
    }();
    return messages;
}

AnyMessage const* findMessage(wire::u16 foodgroup, wire::u16 type) {
    auto const& all = allMessages();
    auto const found = std::find_if(all.begin(), all.end(), [&](AnyMessage const& message) {
        return static_cast<wire::u16>(message.snac.foodgroup) == foodgroup && message.snac.type == type;
    });
    return found == all.end() ? nullptr : &*found;
}

bool isDeclared(wire::u16 foodgroup) {
    auto const& all = allMessages();
    return std::any_of(all.begin(), all.end(), [&](AnyMessage const& message) {
        return static_cast<wire::u16>(message.snac.foodgroup) == foodgroup;
    });
}

}  // namespace oscar::test
