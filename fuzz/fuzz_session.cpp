// SPDX-License-Identifier: MIT
// What a hostile client can do to a whole server complex and to the one who is signed on beside it: the input is
// what it sends, over two connections. The first is signed on, the second has just connected.
//
// A record of the input is a byte that says what it is, two for the length, then that many bytes: the rest of a SNAC
// (foodgroup, type, body), a frame's type and payload, or raw bytes.
#include "fuzz/check.h"
#include "tests/support/world.h"

namespace {

using namespace oscar;
using fuzz::check;
using wire::u08;
using wire::u16;

enum class Record : u08 { Snac, Frame, Bytes, Time, Break, StoreStops, StoreFails, Records };

void send(test::World& world, test::Client& client, Record record, wire::Bytes bytes) {
    wire::Reader in(bytes);
    switch (record) {
        case Record::Snac: {
            u16 const foodgroup = in.number<u08>(), type = in.number<u08>();
            client.sendSnac(foodgroup, type, in.takeRest());
            break;
        }
        case Record::Frame: {
            auto const type = static_cast<wire::FrameType>(in.number<u08>());
            client.sendFrame(type, in.takeRest());
            break;
        }
        case Record::Bytes: client.sendBytes(bytes); break;
        case Record::Time: world.pass(core::Milliseconds(in.number<u08>() * 50)); break;
        case Record::Break: client.breakLine(); break;
        case Record::StoreStops: world.letStoreAnswer(bytes.size() % 2 == 0); break;
        case Record::StoreFails: world.failStore(bytes.size() % 2 == 1); break;
        case Record::Records: break;
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    test::World world(2);
    world.addUser("Mallory");
    world.addUser("Alice");
    world.addUser("Eve");
    test::Client& alice = world.signOn("alice");
    test::storeBuddies(alice, {"Eve", "Mallory"});
    test::Client& mallory = world.signOn("mallory");
    test::Client& stranger = world.connect();

    wire::Reader in({data, size});
    for (unsigned records = 0; in.rest().size() > 3 && records < 100; ++records) {
        u08 const what = in.number<u08>();
        std::size_t const length = std::min<std::size_t>(in.number<u16>(), in.rest().size());
        auto const record = static_cast<Record>(what % static_cast<u08>(Record::Records));
        send(world, what & 0x80 ? stranger : mallory, record, in.take(length));
        mallory.frames.clear();
        stranger.frames.clear();
    }
    world.failStore(false);
    world.letStoreAnswer(true);

    // Alice has come to no harm: what she gets can be read, her list is hers, and she can talk.
    check(alice.isOpen(), "the other client stays connected");
    for (test::ReceivedFrame const& frame : alice.frames)
        check(frame.type != wire::FrameType::Data || frame.snac().has_value(), "what others get can be read");
    alice.frames.clear();
    auto const list = alice.ask<wire::feedbag::Reply>(wire::feedbag::Query{});
    check(list && (*list)->items.count() == 4, "the other's list is as it was");
    test::Client& eve = world.signOn("eve");
    check(alice.arrived() == std::vector<std::string>{"Eve"}, "the other sees who comes");
    test::sendIm(alice, "eve", "are you there?");
    check(test::texts(eve) == std::vector<std::string>{"are you there?"}, "the other's messages arrive");
    check(alice.take<wire::icbm::HostAck>().has_value(), "and are acknowledged");
    return 0;
}
