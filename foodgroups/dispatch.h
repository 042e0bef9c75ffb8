// SPDX-License-Identifier: MIT
// One row registers a message: decoding, what must have come before, and the handler. What is common to all is
// checked here, once; and only here an error becomes the foodgroup's ERROR SNAC.
#pragma once

#include <array>
#include <span>

#include "core/error.h"
#include "core/shard.h"

namespace oscar::foodgroups {

/// What a handler may do: answer, and act for the user behind the connection.
class Context {
    wire::SnacHeader const& header_;

  public:
    Context(core::Shard& home, core::Instance& asking, wire::SnacHeader const& header)
        : header_(header), shard(home), instance(asking), user(asking.user) {}

    core::Shard& shard;
    core::Instance& instance;
    core::User& user;

    wire::u32 requestId() const { return header_.requestId; }
    core::Now now() const { return shard.now; }

    /// Answers the request (SNAC-5: with its id).
    template <wire::Message M>
    bool reply(M const& message, wire::u16 flags = 0) {
        return instance.session.send(message, header_.requestId, flags);
    }
};

/// Answers a request of `foodgroup` with its ERROR SNAC (SNAC-6).
void refuse(core::Session& session, wire::u16 foodgroup, wire::u32 requestId, core::Error const& error);

/// What must have come before a SNAC may.
enum class Needs : wire::u08 { Nothing, ClientOnline };

struct Row {
    wire::Snac snac;
    Needs needs = Needs::Nothing;
    core::Result<> (*run)(Context&, wire::Bytes body) = nullptr;
};

namespace detail {
template <class M>
M messageOf(core::Result<> (*)(Context&, M const&));
}

/// A row for a handler `Result<> handler(Context&, Message const&)`. Bodies that can't be decoded are refused before
/// it is called.
template <auto Handler>
constexpr Row on(Needs needs = Needs::Nothing) {
    using M = decltype(detail::messageOf(Handler));
    return {M::snac, needs, [](Context& context, wire::Bytes body) -> core::Result<> {
                auto const message = wire::decode<M>(body);
                if (!message) return core::Error{wire::ErrorCode::BustedSnacPayload};
                return Handler(context, *message);
            }};
}

template <std::size_t N>
constexpr bool eachSnacOnce(std::array<Row, N> const& rows) {
    for (std::size_t i = 0; i < N; ++i)
        for (std::size_t j = i + 1; j < N; ++j)
            if (rows[i].snac.type == rows[j].snac.type) return false;
    return true;
}

/// A foodgroup that BOSS offers.
struct FoodgroupRows {
    wire::Foodgroup foodgroup;
    wire::u16 version;  ///< the highest that is spoken
    std::span<Row const> rows;
};

/// The one list of foodgroups (all.cpp), in the order of HOST_ONLINE.
std::span<FoodgroupRows const> all();

/// Hands a SNAC of a signed-on session to its handler, or refuses it.
void dispatch(core::Shard& shard, core::Session& session, wire::SnacFrame const& frame);

}  // namespace oscar::foodgroups
