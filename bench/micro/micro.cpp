// SPDX-License-Identifier: MIT
// What the paths of messages and presence cost without the network: time, and memory asked for, for each.
#include <benchmark/benchmark.h>

#include "apps/oscar_load/frames.h"
#include "bench/micro/allocations.h"
#include "bench/micro/small_server.h"

namespace oscar::bench {
namespace {

using load::messageTo;
using load::stateChange;

constexpr std::size_t watchers = 1000;

/// Adds what was allocated for each of `things` in an iteration.
class AllocationMeter {
    Allocations const before_ = allocations();

  public:
    void report(benchmark::State& state, double things = 1) const {
        Allocations const after = allocations();
        double const all = static_cast<double>(state.iterations()) * things;
        state.counters["allocations"] = static_cast<double>(after.count - before_.count) / all;
        state.counters["bytes"] = static_cast<double>(after.bytes - before_.bytes) / all;
        state.counters["each"] = benchmark::Counter(
            things, benchmark::Counter::kIsIterationInvariantRate | benchmark::Counter::kInvert);
    }
};

void decodesMessage(benchmark::State& state) {
    wire::Buffer const frame = messageTo("receiver", 32);
    wire::Bytes const payload = wire::Bytes(frame).subspan(wire::flapHeaderSize);
    AllocationMeter const meter;
    for (auto _ : state) {
        auto const snac = wire::decodeSnac(payload);
        auto const message = wire::decode<wire::icbm::ChannelMsgToHost>(snac->body);
        auto const imData = message->icbmTlvs.get(wire::icbm::tags::imData);
        benchmark::DoNotOptimize(imData->get(wire::icbm::imDataTags::imText));
    }
    meter.report(state);
}
BENCHMARK(decodesMessage);

void encodesMessage(benchmark::State& state) {
    wire::Buffer const frame = messageTo("receiver", 32);
    auto const snac = wire::decodeSnac(wire::Bytes(frame).subspan(wire::flapHeaderSize));
    auto const message = wire::decode<wire::icbm::ChannelMsgToHost>(snac->body);
    wire::TlvList const attributes = [] {
        wire::TlvList tlvs;
        tlvs.add(wire::oservice::nickInfoTags::nickFlags, 0x0010);
        tlvs.add(wire::oservice::nickInfoTags::signonTod, wire::t70{1'700'000'000});
        return tlvs;
    }();
    wire::icbm::ChannelMsgToClient const out{
        message->cookie, message->channel, {{"sender"}, 0, attributes}, message->icbmTlvs};
    wire::FlapWriter writer(0);
    writer.snac(out, 1);
    writer.bytes().clear();
    AllocationMeter const meter;
    for (auto _ : state) {
        writer.snac(out, 1);
        benchmark::DoNotOptimize(writer.bytes().data());
        writer.bytes().clear();
    }
    meter.report(state);
}
BENCHMARK(encodesMessage);

void routesMessage(benchmark::State& state) {
    SmallServer server;
    Line& receiver = server.newUser("receiver");
    Line& sender = server.newUser("sender");
    wire::Buffer const frame = messageTo("receiver", 32);
    server.receive(sender, frame);
    if (receiver.out.bytes().empty()) return state.SkipWithError("the message did not arrive");
    SmallServer::sent(receiver);
    AllocationMeter const meter;
    for (auto _ : state) {
        server.receive(sender, frame);
        SmallServer::sent(receiver);
    }
    meter.report(state);
}
BENCHMARK(routesMessage);

void tellsWatchers(benchmark::State& state) {
    SmallServer server;
    std::vector<Line*> const lines = server.newWatchers(watchers, "subject");
    Line& subject = server.newUser("subject");
    wire::Buffer const changes[] = {stateChange(true), stateChange(false)};
    for (Line* line : lines) SmallServer::sent(*line);
    server.receive(subject, changes[0]);
    for (Line* line : lines) {
        if (line->out.bytes().empty()) return state.SkipWithError("a watcher was not told");
        SmallServer::sent(*line);
    }
    SmallServer::sent(subject);
    std::size_t next = 1;
    AllocationMeter const meter;
    for (auto _ : state) {
        server.receive(subject, changes[next]);
        next = 1 - next;
        for (Line* line : lines) SmallServer::sent(*line);
        SmallServer::sent(subject);
    }
    meter.report(state, watchers);
}
BENCHMARK(tellsWatchers);

}  // namespace
}  // namespace oscar::bench

BENCHMARK_MAIN();
