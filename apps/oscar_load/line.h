// SPDX-License-Identifier: MIT
// A connection to the server that cuts what arrives into frames and does nothing else with them: what it
// costs hides what the server costs.
#pragma once

#include <netinet/in.h>
#include <sys/socket.h>

#include <string>

#include "apps/oscar_load/loop.h"
#include "wire/flap.h"

namespace oscar::load {

/// A whole frame, header included; valid during the call only.
class Frame {
    wire::Bytes bytes_;

  public:
    explicit Frame(wire::Bytes bytes) : bytes_(bytes) {}

    wire::Bytes bytes() const { return bytes_; }
    wire::FrameType type() const { return static_cast<wire::FrameType>(bytes_[1]); }
    /// Foodgroup and type of its SNAC; both 0 if it holds none.
    wire::SnacId snac() const;
    template <wire::Message M>
    bool is() const {
        return snac() == wire::SnacId{static_cast<wire::u16>(M::snac.foodgroup), M::snac.type};
    }
    /// What follows the SNAC's header and the TLVs between.
    wire::Bytes body() const;
};

class Line final : Loop::Watcher {
  public:
    /// Each of these may write to the line, close it or open it again, but not destroy it.
    class Listener {
      public:
        virtual void connected() = 0;
        virtual void frame(Frame const& frame) = 0;
        /// All that was written is with the kernel, after some of it had to wait.
        virtual void drained() {}
        /// The line is closed; not by close().
        virtual void lost(std::string const& why) = 0;

      protected:
        ~Listener() = default;
    };

    Line(Loop& loop, Listener& listener) : loop_(loop), listener_(listener) {}
    Line(Line const&) = delete;
    Line& operator=(Line const&) = delete;

    /// Connects, from an IPv4 address if one is given (network order). What fails, now or later, is told by
    /// lost().
    void open(sockaddr_storage const& server, std::optional<in_addr_t> from);
    void close();
    bool isOpen() const { return static_cast<bool>(fd_); }

    /// Appends to what flush() sends. What is written while frames are handled is flushed after the last of
    /// them.
    void write(wire::Bytes bytes) { out_.insert(out_.end(), bytes.begin(), bytes.end()); }
    void flush();
    /// Bytes that the kernel has not taken.
    std::size_t waiting() const { return out_.size() - sent_; }
    /// Whether to read; a server then sees a client that has stopped.
    void reads(bool wanted);
    /// Gives back memory that the line has no use for now.
    void trim();

  private:
    void ready(unsigned events) override;
    void receive();
    void cut(wire::Bytes bytes);
    void watch();
    void fail(std::string const& why);

    Loop& loop_;
    Listener& listener_;
    net::UniqueFd fd_;
    wire::Buffer partial_;  ///< the beginning of a frame
    wire::Buffer out_;
    std::size_t sent_ = 0;  ///< bytes of out_
    unsigned watched_ = 0;
    wire::u32 opened_ = 0;  ///< how often
    bool connecting_ = false;
    bool reads_ = true;
};

}  // namespace oscar::load
