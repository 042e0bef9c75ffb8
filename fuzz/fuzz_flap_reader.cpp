// SPDX-License-Identifier: MIT
// A stream gives the same frames and the same fault, in one piece and cut anywhere. The first byte of the
// input seeds where it is cut and where reading stops for a while.
#include "fuzz/check.h"
#include "wire/flap.h"

namespace {

using namespace oscar::wire;
using oscar::fuzz::check;

struct Outcome {
    Buffer frames;  // written again, one behind the other
    std::optional<FlapFault> fault;
    std::size_t kept = 0;
    friend bool operator==(Outcome const&, Outcome const&) = default;
};

/// Appends a frame with its type, number and length.
void record(Buffer& frames, FlapFrame const& frame) {
    Writer out(frames);
    out.number(static_cast<u08>(frame.type));
    out.number(frame.sequenceNumber);
    out.number(static_cast<u32>(frame.payload.size()));
    out.bytes(frame.payload);
}

Outcome whole(Bytes stream) {
    Outcome outcome;
    FlapReader reader;
    outcome.fault = reader.feed(stream, [&](FlapFrame const& frame) {
        record(outcome.frames, frame);
        return FlapReader::Next::Continue;
    });
    outcome.kept = reader.kept();
    return outcome;
}

Outcome cut(Bytes stream, u32 seed) {
    auto const random = [&seed] { return (seed = seed * 1664525 + 1013904223) >> 16; };
    Outcome outcome;
    FlapReader reader;
    while (!stream.empty() && !outcome.fault) {
        std::size_t const length = std::min<std::size_t>(stream.size(), random() % 40);
        Bytes part = stream.first(length);
        stream = stream.subspan(length);
        bool stopped = true;
        while (stopped && !outcome.fault) {
            stopped = false;
            outcome.fault = reader.feed(part, [&](FlapFrame const& frame) {
                record(outcome.frames, frame);
                stopped = random() % 4 == 0;
                return stopped ? FlapReader::Next::Stop : FlapReader::Next::Continue;
            });
            part = {};
        }
        if (random() % 8 == 0) {  // the connection moves to another loop
            auto const last = reader.lastSequence();
            reader = FlapReader(last, reader.takeKept());
        }
    }
    outcome.kept = reader.kept();
    return outcome;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    if (size == 0) return 0;
    Bytes const stream(data + 1, size - 1);
    check(whole(stream) == cut(stream, data[0]), "the same frames wherever the stream is cut");
    return 0;
}
