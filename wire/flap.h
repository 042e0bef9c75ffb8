// SPDX-License-Identifier: MIT
// FLAP framing (AOL spec, "FLAP - Frame Layer Protocol"): bytes to frames and frames to bytes, no I/O.
#pragma once

#include "wire/buffer_pool.h"
#include "wire/snac.h"

namespace oscar::wire {

/// AOL spec, Class FLAP__FRAME_TYPE.
enum class FrameType : u08 { Signon = 1, Data = 2, Error = 3, Signoff = 4, KeepAlive = 5 };

/// AOL spec, Class FLAP__MULTICONN_FLAGS.
enum class MulticonnFlags : u08 { OldClient = 0, RecentClient = 1, Single = 3 };

/// FLAP__DISCONNECT_REASON: what clients show when the server signs them off.
enum class DisconnectReason : u16 { NewLogin = 1, AccountDeleted = 2 };

/// LOGIN__ERRORS: TLV 8 of a refused sign-on.
enum class LoginError : u16 {
    InvalidNickOrPassword = 0x0001,
    ServiceTemporarilyUnavailable = 0x0002,
    IncorrectNickOrPassword = 0x0004,
    MismatchNickOrPassword = 0x0005,
    InternalClientError = 0x0006,
    InvalidAccount = 0x0007,
    DeletedAccount = 0x0008,
    SuspendedAccount = 0x0011,
    ReservationMapError = 0x0014,
    TooManyFromIp = 0x0016,
    RateLimitReservation = 0x0018,
    RateLimit = 0x001D,
};

/// AOL spec, TLV Class FLAP__SIGNON_TAGS, with what early clients add for the roasted sign-on.
namespace signonTags {
inline constexpr Tag<string, 0x0001> loginId;
inline constexpr Tag<blob, 0x0002> roastedPassword;
inline constexpr Tag<string, 0x0003> clientName;
inline constexpr Tag<blob, 0x0006> loginCookie;
inline constexpr Tag<string, 0x000E> country;
inline constexpr Tag<string, 0x000F> language;
inline constexpr Tag<u32, 0x0014> distribution;
inline constexpr Tag<u16, 0x0016> clientId;
inline constexpr Tag<u16, 0x0017> majorVersion;
inline constexpr Tag<u16, 0x0018> minorVersion;
inline constexpr Tag<u16, 0x0019> pointVersion;
inline constexpr Tag<u16, 0x001A> buildNum;
inline constexpr Tag<MulticonnFlags, 0x004A> multiconnFlags;
inline constexpr Tag<u08, 0x0094> clientReconnect;
}  // namespace signonTags

/// FLAP__SIGNOFF_TAGS: the answer to the roasted sign-on, and why a session ends.
namespace signoffTags {
inline constexpr Tag<string, 0x0001> loginId;
inline constexpr Tag<string, 0x0004> errorUrl;
inline constexpr Tag<string, 0x0005> reconnectHere;
inline constexpr Tag<blob, 0x0006> loginCookie;
inline constexpr Tag<LoginError, 0x0008> errorSubcode;
/// AUTH-13: the refusal of one instance too many carries a single byte.
inline constexpr Tag<u08, 0x0008> errorSubcode08;
inline constexpr Tag<DisconnectReason, 0x0009> disconnectReason;
inline constexpr Tag<string, 0x000B> url;
}  // namespace signoffTags

/// Payload of a SIGNON frame.
struct FlapSignon {
    u32 flapVersion = 1;
    tlvRestBlock tlvs;
};

struct FlapFrame {
    FrameType type{};
    u16 sequenceNumber = 0;
    Bytes payload;
};

inline constexpr u08 flapStartMarker = 0x2A;
inline constexpr std::size_t flapHeaderSize = 6;
/// Most bytes of payload a writer puts into one frame (FLAP-4).
inline constexpr std::size_t maxFlapPayload = 0xFFF9;
/// Payload that clients with fixed buffers can take; longer replies are split (FLAP-4).
inline constexpr std::size_t politeFlapPayload = 8000;

/// Why a stream of frames can't be read on.
enum class FlapFault : u08 { BadMarker, BadSequence };

/// Cuts a stream into frames; keeps a part of a frame between calls, never waits.
class FlapReader {
  public:
    enum class Next : u08 { Continue, Stop };
    /// FLAP-8: a client should not hang up over a wrong number of its server's.
    enum class Sequence : u08 { Checked, Ignored };

  private:
    Buffer partial_;
    std::optional<u16> last_;
    Sequence sequence_ = Sequence::Checked;

  public:
    FlapReader() = default;
    explicit FlapReader(Sequence sequence) : sequence_(sequence) {}
    /// Goes on where another reader of the same stream ended.
    FlapReader(std::optional<u16> lastSequence, Buffer unread) : partial_(std::move(unread)), last_(lastSequence) {}

    /// Hands each whole frame to `onFrame`, which borrows it and says whether to go on. After Stop the rest
    /// is kept; an empty `received` continues with it. A fault ends the stream.
    template <class F>
    std::optional<FlapFault> feed(Bytes received, F&& onFrame);

    /// Puts received bytes behind what is kept, to be read by a later feed.
    void keep(Bytes received) { partial_.insert(partial_.end(), received.begin(), received.end()); }
    /// Bytes kept for later: a part of a frame, or what a Stop left.
    std::size_t kept() const { return partial_.size(); }
    Buffer takeKept() { return std::exchange(partial_, {}); }
    std::optional<u16> lastSequence() const { return last_; }

  private:
    bool follows(u16 sequence) const {
        if (!last_ || sequence_ == Sequence::Ignored) return true;
        if (sequence == static_cast<u16>(*last_ + 1)) return true;
        return *last_ == 0x7FFF && sequence == 0;  // D-1: some old clients wrap at 15 bits
    }
};

template <class F>
std::optional<FlapFault> FlapReader::feed(Bytes received, F&& onFrame) {
    // Most reads bring whole frames: only what is left over is copied.
    Buffer joined;
    Bytes rest = received;
    if (!partial_.empty()) {
        partial_.insert(partial_.end(), received.begin(), received.end());
        joined = std::exchange(partial_, {});
        rest = joined;
    }
    std::optional<FlapFault> fault;
    while (!rest.empty()) {
        if (rest[0] != flapStartMarker) {
            fault = FlapFault::BadMarker;
            break;
        }
        if (rest.size() < flapHeaderSize) break;
        std::size_t const length = static_cast<std::size_t>(rest[4]) << 8 | rest[5];
        u16 const sequence = static_cast<u16>(rest[2] << 8 | rest[3]);
        if (!follows(sequence)) {
            fault = FlapFault::BadSequence;
            break;
        }
        if (rest.size() < flapHeaderSize + length) break;
        last_ = sequence;
        FlapFrame const frame{static_cast<FrameType>(rest[1]), sequence, rest.subspan(flapHeaderSize, length)};
        rest = rest.subspan(flapHeaderSize + length);
        if (onFrame(frame) == Next::Stop) break;
    }
    if (fault || rest.empty()) return fault;
    if (rest.size() == joined.size()) {
        partial_ = std::move(joined);  // still one part of a frame: no copy a byte
    } else {
        partial_.assign(rest.begin(), rest.end());
    }
    return std::nullopt;
}

/// Appends frames with their sequence numbers to a buffer that whoever owns the socket drains.
class FlapWriter {
    Buffer bytes_;
    BufferPool* spare_;
    u16 sequence_;

  public:
    /// `first` is the number of the first frame; it should be random (AOL spec, FLAP__Header). With `spare` the
    /// buffer is taken from there when a frame is written and there is none; giving it back is the owner's part.
    explicit FlapWriter(u16 first, BufferPool* spare = nullptr) : spare_(spare), sequence_(first) {}

    /// Appends a frame whose payload `fill(Writer&)` writes. False, and nothing appended, if that is longer
    /// than maxFlapPayload.
    template <class F>
    bool frame(FrameType type, F&& fill) {
        if (spare_ && bytes_.capacity() == 0) bytes_ = spare_->take();
        std::size_t const start = bytes_.size();
        Writer out(bytes_);
        out.number(flapStartMarker);
        out.number(static_cast<u08>(type));
        out.number(sequence_);
        out.number(u16{0});
        fill(out);
        std::size_t const length = out.size() - start - flapHeaderSize;
        if (length > maxFlapPayload) {
            bytes_.resize(start);
            return false;
        }
        out.patch(start + 4, static_cast<u16>(length));
        ++sequence_;
        return true;
    }

    bool snac(SnacHeader const& header, Bytes body) {
        return frame(FrameType::Data, [&](Writer& out) {
            put(out, header);
            out.bytes(body);
        });
    }

    template <Message M>
    bool snac(M const& message, u32 requestId, u16 flags = 0) {
        return frame(FrameType::Data, [&](Writer& out) {
            put(out, SnacHeader{static_cast<u16>(M::snac.foodgroup), M::snac.type, flags, requestId});
            put(out, message);
        });
    }

    /// The four bytes that AIM 1.x to 4.1 take for a sign-off: no length field (FLAP-15).
    void shortSignoff() {
        Writer out(bytes_);
        out.number(flapStartMarker);
        out.number(static_cast<u08>(FrameType::Signoff));
        out.number(sequence_++);
    }

    Buffer& bytes() { return bytes_; }
    Buffer const& bytes() const { return bytes_; }
    u16 nextSequence() const { return sequence_; }
};

}  // namespace oscar::wire
