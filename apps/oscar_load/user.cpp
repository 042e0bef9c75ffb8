// SPDX-License-Identifier: MIT
#include "apps/oscar_load/user.h"

#include <algorithm>

namespace oscar::load {
namespace {

constexpr std::size_t sequenceAt = 2;
constexpr std::size_t lengthAt = 4;

/// The sequence number after the last one in `frames`.
wire::u16 sequenceAfter(wire::Bytes frames) {
    wire::u16 next = 0;
    while (frames.size() >= wire::flapHeaderSize) {
        next = static_cast<wire::u16>((frames[sequenceAt] << 8 | frames[sequenceAt + 1]) + 1);
        std::size_t const length = static_cast<std::size_t>(frames[lengthAt]) << 8 | frames[lengthAt + 1];
        frames = frames.subspan(std::min(frames.size(), wire::flapHeaderSize + length));
    }
    return next;
}

}  // namespace

void User::signOn() {
    state_ = State::SigningOn;
    began_ = Clock::now();
    failure_.clear();
    confirmed_ = false;
    if (!target_.options().floor) {
        client::Options options;
        options.name = account_.name;
        options.password = account_.password;
        options.client.name = "oscar-load";
        options.useFeedbag = target_.usesFeedbag;
        session_ = std::make_unique<client::Session>(std::move(options));
        session_->onEvent([this](client::Event const& event) { onEvent(event); });
    }
    connectTo(target_.options().server);
}

void User::connectTo(client::Address const& address) {
    sockaddr_storage const& server = target_.resolve(address);
    line_.open(server, target_.nextSource(server));
}

void User::connected() {
    if (!session_) return greetFloor();
    session_->connected();
    afterSession();
}

/// bench/floor knows a connection by the number in its first frame, and answers with a frame.
void User::greetFloor() {
    wire::FlapWriter writer(0);
    writer.frame(wire::FrameType::Signon,
                 [&](wire::Writer& out) { out.number(static_cast<wire::u32>(index_)); });
    sequence_ = writer.nextSequence();
    line_.write(writer.bytes());
}

void User::frame(Frame const& frame) {
    if (state_ == State::Online) {
        if (frame.type() == wire::FrameType::Signoff) return end("the server signed the user off");
        return owner_.frame(*this, frame);
    }
    if (!session_) return goOnline();
    session_->receive(frame.bytes());
    afterSession();
}

void User::drained() {
    if (state_ == State::Online) owner_.drained(*this);
}

void User::lost(std::string const& why) {
    if (state_ != State::Offline) end(why);
}

void User::onEvent(client::Event const& event) {
    if (auto const* failed = std::get_if<client::SignOnFailed>(&event)) failure_ = failed->text;
    if (std::holds_alternative<client::Disconnected>(event)) failure_ = "the server ended the session";
    if (!std::holds_alternative<client::SignedOn>(event)) return;
    if (!target_.prepare) return confirm();
    target_.prepare(*session_, index_, [this](std::optional<std::string> const& failure) {
        if (failure) {
            failure_ = *failure;
        } else {
            confirm();
        }
    });
}

void User::confirm() {
    session_->request(wire::oservice::NickInfoQuery{}, [this](client::Reply const& reply) {
        if (reply.error) {
            failure_ = "the server does not tell users about themselves";
        } else {
            confirmed_ = true;
        }
    });
}

/// Carries out what the session wants after it was given something.
void User::afterSession() {
    using Stage = client::Session::Stage;
    wire::Buffer const output = session_->takeOutput();
    if (!output.empty()) sequence_ = sequenceAfter(output);
    line_.write(output);
    if (session_->stage() == Stage::Redirected) {
        line_.close();
        return connectTo(session_->redirect());
    }
    if (!failure_.empty() || session_->stage() == Stage::Ended) return end(failure_);
    if (confirmed_) goOnline();
}

void User::goOnline() {
    session_.reset();
    line_.trim();
    state_ = State::Online;
    owner_.online(*this);
}

void User::signOff() {
    state_ = State::Offline;
    wire::FlapWriter writer(sequence_);
    writer.frame(wire::FrameType::Signoff, [](wire::Writer&) {});
    line_.write(writer.bytes());
    line_.flush();
    cut();
}

void User::cut() {
    line_.close();
    line_.trim();
    session_.reset();
    state_ = State::Offline;
}

void User::end(std::string const& why) {
    State const before = state_;
    std::string const reason = why;  // what it refers to may go with the session
    cut();
    owner_.ended(*this, before, reason);
}

void User::write(wire::Buffer& frame) {
    wire::Writer(frame).patch(sequenceAt, sequence_++);
    line_.write(frame);
}

}  // namespace oscar::load
