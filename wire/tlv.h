// SPDX-License-Identifier: MIT
// TLVs and the three kinds of blocks that hold them (AOL spec, "Datatype: TLV").
#pragma once

#include "wire/codec.h"

namespace oscar::wire {

struct Tlv {
    u16 tag = 0;
    Bytes value;
};

/// A tag of a TLV class together with the type of its value.
template <class T, u16 Number>
struct Tag {
    using Type = T;
    static constexpr u16 number = Number;
};

/// TLVs one after the other, in a borrowed buffer. A value that claims more than the buffer has is cut.
class Tlvs {
    Bytes bytes_;

  public:
    Tlvs() = default;
    explicit Tlvs(Bytes bytes) : bytes_(bytes) {}

    class iterator {
        Bytes rest_;
        Tlv tlv_;
        bool end_ = true;

      public:
        using value_type = Tlv;
        using difference_type = std::ptrdiff_t;
        iterator() = default;
        explicit iterator(Bytes bytes) : rest_(bytes) { ++*this; }
        Tlv const& operator*() const { return tlv_; }
        Tlv const* operator->() const { return &tlv_; }
        iterator& operator++() {
            end_ = rest_.size() < 4;
            if (end_) return *this;
            std::size_t const length = static_cast<std::size_t>(rest_[2]) << 8 | rest_[3];
            std::size_t const there = std::min(length, rest_.size() - 4);
            tlv_ = {static_cast<u16>(rest_[0] << 8 | rest_[1]), rest_.subspan(4, there)};
            rest_ = rest_.subspan(4 + there);
            return *this;
        }
        void operator++(int) { ++*this; }
        bool operator==(std::default_sentinel_t) const { return end_; }
    };

    iterator begin() const { return iterator(bytes_); }
    std::default_sentinel_t end() const { return {}; }
    bool none() const { return bytes_.size() < 4; }
    Bytes bytes() const { return bytes_; }

    /// The value of the first TLV with this tag.
    std::optional<Bytes> find(u16 tag) const {
        for (Tlv const& tlv : *this)
            if (tlv.tag == tag) return tlv.value;
        return std::nullopt;
    }

    template <class T, u16 N>
    bool has(Tag<T, N>) const {
        return find(N).has_value();
    }

    /// Absent, short and malformed are one case.
    template <class T, u16 N>
    std::optional<T> get(Tag<T, N>) const {
        auto const value = find(N);
        return value ? decode<T>(*value) : std::nullopt;
    }

    std::size_t count() const {
        std::size_t n = 0;
        for (auto i = begin(); i != end(); ++i) ++n;
        return n;
    }

    friend bool operator==(Tlvs const& a, Tlvs const& b) { return sameBytes(a.bytes_, b.bytes_); }
};

/// u16 number of TLVs, then the TLVs.
struct tlvBlock : Tlvs {
    using Tlvs::Tlvs;
};
/// u16 number of bytes, then the TLVs.
struct tlvLBlock : Tlvs {
    using Tlvs::Tlvs;
};
/// TLVs up to the end of the SNAC or of the enclosing TLV.
struct tlvRestBlock : Tlvs {
    using Tlvs::Tlvs;
};
/// As tlvRestBlock, but a last TLV that runs past the end is cut instead of malformed.
struct tlvCutBlock : Tlvs {
    using Tlvs::Tlvs;
};

inline void get(Reader& in, Tlv& tlv) {
    tlv.tag = in.number<u16>();
    tlv.value = in.take(in.number<u16>());
}
inline void put(Writer& out, Tlv const& tlv) {
    Bytes const value = tlv.value.first(std::min<std::size_t>(tlv.value.size(), 0xFFFF));
    out.number(tlv.tag);
    out.number(static_cast<u16>(value.size()));
    out.bytes(value);
}

inline void get(Reader& in, tlvBlock& block) {
    counted<u16, Tlv> tlvs;
    get(in, tlvs);
    block = tlvBlock{tlvs.bytes()};
}
inline void put(Writer& out, tlvBlock const& block) {
    out.number(static_cast<u16>(block.count()));
    out.bytes(block.bytes());
}

inline void get(Reader& in, tlvLBlock& block) {
    Reader inner(in.take(in.number<u16>()));
    rest<Tlv> tlvs;
    get(inner, tlvs);
    if (inner.failed()) in.fail();
    block = tlvLBlock{tlvs.bytes()};
}
inline void put(Writer& out, tlvLBlock const& block) {
    out.number(static_cast<u16>(block.bytes().size()));
    out.bytes(block.bytes());
}

inline void get(Reader& in, tlvRestBlock& block) {
    rest<Tlv> tlvs;
    get(in, tlvs);
    block = tlvRestBlock{tlvs.bytes()};
}
inline void put(Writer& out, tlvRestBlock const& block) { out.bytes(block.bytes()); }

inline void get(Reader& in, tlvCutBlock& block) { block = tlvCutBlock{in.takeRest()}; }
inline void put(Writer& out, tlvCutBlock const& block) { out.bytes(block.bytes()); }

/// Builds TLVs to be sent in any of the blocks; owns their bytes. A value is cut at 65535 bytes.
class TlvList {
    Buffer buffer_;

  public:
    template <class T, u16 N>
    TlvList& add(Tag<T, N>, std::type_identity_t<T> const& value) {
        Writer out(buffer_);
        out.number(N);
        std::size_t const lengthAt = out.size();
        out.number(u16{0});
        put(out, value);
        std::size_t const valueAt = lengthAt + 2;
        if (out.size() - valueAt > 0xFFFF) buffer_.resize(valueAt + 0xFFFF);
        out.patch(lengthAt, static_cast<u16>(out.size() - valueAt));
        return *this;
    }
    template <u16 N>
    TlvList& add(Tag<empty, N> tag) {
        return add(tag, empty{});
    }
    TlvList& add(Tlv const& tlv) {
        Writer out(buffer_);
        put(out, tlv);
        return *this;
    }
    Bytes bytes() const { return buffer_; }
    bool none() const { return buffer_.empty(); }
    operator Tlvs() const& { return Tlvs{buffer_}; }
    operator tlvBlock() const& { return tlvBlock{buffer_}; }
    operator tlvLBlock() const& { return tlvLBlock{buffer_}; }
    operator tlvRestBlock() const& { return tlvRestBlock{buffer_}; }
    operator tlvCutBlock() const& { return tlvCutBlock{buffer_}; }
};

}  // namespace oscar::wire
