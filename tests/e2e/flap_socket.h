// SPDX-License-Identifier: MIT
// A client's end of a TCP connection without a mind of its own: sends exactly what a test says, also what no
// client would, and hands over each frame that comes.
#pragma once

#include <deque>
#include <optional>
#include <stdexcept>
#include <string>

#include "client/address.h"
#include "tests/e2e/child_process.h"
#include "wire/all.h"

namespace oscar::test {

/// What was waited for has not come. The text is for whoever reads the test's result.
struct Disappointment : std::runtime_error {
    using std::runtime_error::runtime_error;
};

/// A received frame; owns its payload.
struct Frame {
    wire::FrameType type{};
    wire::Buffer payload;

    /// Nothing for a frame of another type. What it holds lives as long as this frame.
    std::optional<wire::SnacFrame> snac() const {
        return type == wire::FrameType::Data ? wire::decodeSnac(payload) : std::nullopt;
    }
    bool is(wire::Snac snac) const;
};

class FlapSocket {
    int fd_ = -1;
    wire::FlapReader reader_{wire::FlapReader::Sequence::Checked};
    wire::FlapWriter writer_{0x1234};
    std::deque<Frame> frames_;
    bool ended_ = false;

  public:
    /// Connects. Throws std::system_error.
    explicit FlapSocket(client::Address const& server);
    ~FlapSocket();
    FlapSocket(FlapSocket&& other) noexcept;
    FlapSocket& operator=(FlapSocket&&) = delete;

    // What the server no longer takes is lost without a word, as on any broken connection.
    void sendBytes(wire::Bytes bytes);
    void sendFrame(wire::FrameType type, wire::Bytes payload = {});
    /// SIGNON with these TLVs.
    void sendHello(wire::TlvList const& tlvs = {});
    void sendSnac(wire::SnacHeader const& header, wire::Bytes body);
    template <wire::Message M>
    void send(M const& message, wire::u32 requestId) {
        sendSnac({static_cast<wire::u16>(M::snac.foodgroup), M::snac.type, 0, requestId},
                 wire::encode(message));
    }
    /// The number that the next frame will have.
    wire::u16 nextSequence() const { return writer_.nextSequence(); }

    /// The next frame; nothing when the server has closed. Throws Disappointment when neither comes in time,
    /// or when the server's stream is no row of frames.
    std::optional<Frame> next(std::chrono::milliseconds limit = patience);
    /// Passes over all others until the frame with this SNAC comes. Throws Disappointment when the server
    /// closes.
    Frame await(wire::Snac snac, std::chrono::milliseconds limit = patience);
    /// Passes over all frames until the server closes. The last of them, if any.
    std::optional<Frame> awaitEnd(std::chrono::milliseconds limit = patience);
    /// Bytes after the last whole frame.
    std::size_t looseBytes() const { return reader_.kept(); }

    /// Sends no more; still reads.
    void halfClose();
    /// Asks the kernel for a small receive buffer, so that a client that does not read soon shows.
    void shrinkReceiveBuffer();

  private:
    bool receive(std::chrono::steady_clock::time_point deadline);
};

/// Signs on by challenge and digest. What the server said last: success has a cookie.
wire::Buffer logIn(client::Address const& server, std::string const& name, std::string_view password,
                   wire::MulticonnFlags multiconn = wire::MulticonnFlags::RecentClient);
/// The code with which a sign-on is refused. Throws Disappointment if it is not.
wire::LoginError refusalOf(client::Address const& server, std::string const& name, std::string_view password);
/// A BOSS connection up to HOST_ONLINE.
FlapSocket present(client::Address const& server, wire::Bytes cookie);
/// A whole sign-on, without a stored list, up to CLIENT_ONLINE.
FlapSocket signOn(client::Address const& server, std::string const& name,
                  std::string_view password = "secret12");

/// "04/06"
std::string nameOf(wire::u16 foodgroup, wire::u16 type);
inline std::string nameOf(wire::SnacFrame const& snac) {
    return nameOf(snac.header.foodgroup, snac.header.type);
}

}  // namespace oscar::test
