// SPDX-License-Identifier: MIT
// Frames in and out, and the ends of a session.
#include "client/session.h"

#include <openssl/crypto.h>

#include <random>

namespace oscar::client {

using wire::FlapReader;
using wire::FrameType;

Session::Session(Options options) : options_(std::move(options)), chance_(options_.seed) {
    if (chance_ == 0) {
        std::random_device device;
        chance_ = static_cast<wire::u64>(device()) << 32 | device();
    }
}

Session::Session(Options options, wire::Buffer cookie) : Session(std::move(options)) {
    cookie_ = std::move(cookie);
    stage_ = Stage::Redirected;
}

void Session::forgetPassword() {
    OPENSSL_cleanse(options_.password.data(), options_.password.size());
    options_.password.clear();
}

/// SplitMix64: cookies must differ, nobody needs to be kept from guessing them.
wire::u64 Session::random() {
    wire::u64 z = chance_ += 0x9E3779B97F4A7C15;
    z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9;
    z = (z ^ z >> 27) * 0x94D049BB133111EB;
    return z ^ z >> 31;
}

/// SNAC-4: neither 0 nor with the top bit.
wire::u32 Session::nextRequestId() {
    lastRequestId_ = lastRequestId_ == wire::serverRequestId - 1 ? 1 : lastRequestId_ + 1;
    return lastRequestId_;
}

void Session::receive(wire::Bytes bytes) {
    auto const reading = [&] {
        return stage_ == Stage::LoggingOn || stage_ == Stage::SigningOn || stage_ == Stage::Online;
    };
    if (!reading()) return;
    auto const fault = reader_.feed(bytes, [&](wire::FlapFrame const& frame) {
        FlapReader::Next const next = onFrame(frame);
        return reading() ? next : FlapReader::Next::Stop;
    });
    if (fault && reading()) end(DisconnectCause::BadFrame);
}

FlapReader::Next Session::onFrame(wire::FlapFrame const& frame) {
    switch (frame.type) {
        case FrameType::Signon:
            greeted();
            break;
        case FrameType::Signoff:
            signedOffByServer(wire::Tlvs{frame.payload});
            break;
        case FrameType::Data:
            if (auto const snac = wire::decodeSnac(frame.payload)) {
                onSnacFrame(*snac);
            } else {
                end(DisconnectCause::BadFrame);
            }
            break;
        default:
            break;
    }
    return FlapReader::Next::Continue;
}

void Session::connectionLost() {
    if (stage_ == Stage::Redirected) return;  // after a redirect it is the owner who closes
    end(DisconnectCause::ConnectionLost);
}

void Session::keepAlive() {
    if (stage_ == Stage::Online) frame(FrameType::KeepAlive, [](wire::Writer&) {});
}

void Session::signOff() {
    if (stage_ == Stage::Ended) return;
    if (stage_ == Stage::Online || stage_ == Stage::SigningOn || stage_ == Stage::LoggingOn)
        frame(FrameType::Signoff, [](wire::Writer&) {});
    end(DisconnectCause::SignedOff);
}

void Session::sendRaw(wire::Bytes bytes) {
    wire::Buffer& output = writer_.bytes();
    bool const wasEmpty = output.empty();
    output.insert(output.end(), bytes.begin(), bytes.end());
    if (wasEmpty && !output.empty() && onOutput_) onOutput_();
}

void Session::resume() {
    paused_ = false;
    for (Held const& held : std::exchange(held_, {}))
        frame(FrameType::Data, [&](wire::Writer& out) {
            put(out, held.header);
            out.bytes(held.body);
        });
    heldBytes_ = 0;
}

void Session::giveUp(std::string const& why) {
    if (isUp()) return end(DisconnectCause::ConnectionLost);
    fail({std::nullopt, why, {}});
}

void Session::end(DisconnectCause cause, std::string url) {
    if (stage_ == Stage::Ended) return;
    if (!isUp()) {
        bool const lost = cause == DisconnectCause::ConnectionLost;
        return fail(
            {std::nullopt, lost ? "the connection ended" : "the sign-on was given up", std::move(url)});
    }
    cease();
    emit(Disconnected{cause, std::move(url)});
}

void Session::fail(SignOnFailed const& failure) {
    if (stage_ == Stage::Ended) return;
    cease();
    emit(failure);
}

/// Ends, and tells all who still wait for an answer.
void Session::cease() {
    stage_ = Stage::Ended;
    forgetPassword();
    for (Request const& request : std::exchange(requests_, {}))
        request.done({{}, {}, wire::ErrorCode::NotLoggedOn});
    for (Change const& change : std::exchange(changes_, {}))
        if (change.done) change.done(wire::feedbag::StatusCode::Unavailable);
    changing_ = false;
    steps_.clear();
    held_.clear();
    if (onOutput_) onOutput_();
}

}  // namespace oscar::client
