// SPDX-License-Identifier: MIT
// What tests of the stored list do with it.
#pragma once

#include <gtest/gtest.h>

#include "tests/support/world.h"

namespace oscar::test {

inline wire::Buffer operator+(wire::Buffer a, wire::Buffer const& b) {
    a.insert(a.end(), b.begin(), b.end());
    return a;
}

/// The statuses that answer a change.
template <class M>
std::vector<wire::feedbag::StatusCode> statuses(Client& client, wire::Buffer const& bytes) {
    std::vector<wire::feedbag::StatusCode> codes;
    auto const status = client.ask<wire::feedbag::Status>(M{items(bytes)});
    if (!status) {
        ADD_FAILURE() << "no answer with the request's id";
        return codes;
    }
    for (wire::feedbag::StatusCode code : (*status)->statuses) codes.push_back(code);
    return codes;
}
inline auto const insertStatuses = statuses<wire::feedbag::InsertItems>;
inline auto const updateStatuses = statuses<wire::feedbag::UpdateItems>;
inline auto const deleteStatuses = statuses<wire::feedbag::DeleteItems>;

/// The whole list as one piece.
inline wire::Buffer query(Client& client) {
    wire::u32 const id = client.send(wire::feedbag::Query{});
    wire::Buffer all;
    for (auto const& part : client.takeAll<wire::feedbag::Reply>()) {
        EXPECT_EQ(part.header.requestId, id);
        all = all + wire::toBuffer(part->items.bytes());
    }
    return all;
}

inline wire::u32 lastUpdate(Client& client) {
    auto const reply = client.ask<wire::feedbag::Reply>(wire::feedbag::Query{});
    return reply ? (*reply)->lastUpdate.seconds : 0;
}

}  // namespace oscar::test
