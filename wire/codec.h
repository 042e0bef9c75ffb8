// SPDX-License-Identifier: MIT
// Decoding and encoding of plain aggregates: a message is a struct whose members stand in wire order, and
// its layout follows from their types. One `get` and one `put` per wire type; aggregates recurse.
#pragma once

#include <bit>
#include <boost/pfr/core.hpp>
#include <boost/pfr/ops.hpp>
#include <cassert>
#include <cstring>
#include <optional>
#include <type_traits>

#include "wire/types.h"

namespace oscar::wire {

/// Reads from a borrowed buffer. A read past the end fails the reader for good and yields zeros, so that
/// callers ask once, at the end.
class Reader {
    Bytes rest_;
    bool failed_ = false;

  public:
    explicit Reader(Bytes bytes) : rest_(bytes) {}

    Bytes take(std::size_t count) {
        if (count > rest_.size()) {
            fail();
            return {};
        }
        Bytes const taken = rest_.first(count);
        rest_ = rest_.subspan(count);
        return taken;
    }

    Bytes takeRest() { return take(rest_.size()); }

    template <std::unsigned_integral T>
    T number() {
        T value = 0;
        for (u08 byte : take(sizeof(T))) value = static_cast<T>(static_cast<u64>(value) << 8 | byte);
        return value;
    }

    void fail() {
        failed_ = true;
        rest_ = {};
    }

    Bytes rest() const { return rest_; }
    bool failed() const { return failed_; }
    bool atEnd() const { return rest_.empty(); }
};

/// Appends to a buffer. Lengths that are known only afterwards are patched in place.
class Writer {
    Buffer* out_;

  public:
    explicit Writer(Buffer& out) : out_(&out) {}

    void bytes(Bytes bytes) {
        if (!bytes.empty()) out_->insert(out_->end(), bytes.begin(), bytes.end());
    }

    template <std::unsigned_integral T>
    void number(T value) {
        std::size_t const at = out_->size();
        out_->resize(at + sizeof(T));
        store(at, value);
    }

    std::size_t size() const { return out_->size(); }

    /// Writes `value` over what stands at `at`.
    template <std::unsigned_integral T>
    void patch(std::size_t at, T value) {
        assert(at + sizeof(T) <= out_->size());
        store(at, value);
    }

  private:
    template <std::unsigned_integral T>
    void store(std::size_t at, T value) {
        for (std::size_t i = 0; i < sizeof(T); ++i)
            (*out_)[at + i] = static_cast<u08>(static_cast<u64>(value) >> (8 * (sizeof(T) - 1 - i)));
    }
};

template <std::unsigned_integral T>
void get(Reader& in, T& value) {
    value = in.number<T>();
}
template <std::unsigned_integral T>
void put(Writer& out, T value) {
    out.number(value);
}

template <class T>
    requires std::is_enum_v<T>
void get(Reader& in, T& value) {
    value = static_cast<T>(in.number<std::underlying_type_t<T>>());
}
template <class T>
    requires std::is_enum_v<T>
void put(Writer& out, T value) {
    out.number(static_cast<std::underlying_type_t<T>>(value));
}

inline void get(Reader& in, t70& value) { value.seconds = in.number<u32>(); }
inline void put(Writer& out, t70 value) { out.number(value.seconds); }

inline void get(Reader& in, f32& value) { value.value = std::bit_cast<float>(in.number<u32>()); }
inline void put(Writer& out, f32 value) { out.number(std::bit_cast<u32>(value.value)); }

inline void get(Reader& in, string08& value) { value.text = asText(in.take(in.number<u08>())); }
inline void put(Writer& out, string08 value) {
    auto const text = value.text.substr(0, 0xFF);
    out.number(static_cast<u08>(text.size()));
    out.bytes(asBytes(text));
}

inline void get(Reader& in, string16& value) { value.text = asText(in.take(in.number<u16>())); }
inline void put(Writer& out, string16 value) {
    auto const text = value.text.substr(0, 0xFFFF);
    out.number(static_cast<u16>(text.size()));
    out.bytes(asBytes(text));
}

inline void get(Reader& in, string& value) { value.text = asText(in.takeRest()); }
inline void put(Writer& out, string value) { out.bytes(asBytes(value.text)); }

inline void get(Reader& in, blob& value) { value.bytes = in.takeRest(); }
inline void put(Writer& out, blob value) { out.bytes(value.bytes); }

inline void get(Reader&, empty&) {}
inline void put(Writer&, empty) {}

template <std::size_t N>
void get(Reader& in, std::array<u08, N>& value) {
    Bytes const bytes = in.take(N);
    if (bytes.size() == N) std::memcpy(value.data(), bytes.data(), N);
}
template <std::size_t N>
void put(Writer& out, std::array<u08, N> const& value) {
    out.bytes(value);
}

/// A value that may be missing at the end of a message.
template <class T>
void get(Reader& in, std::optional<T>& value) {
    if (in.atEnd()) {
        value.reset();
    } else {
        get(in, value.emplace());
    }
}
template <class T>
void put(Writer& out, std::optional<T> const& value) {
    if (value) put(out, *value);
}

template <class T>
concept PlainAggregate = std::is_aggregate_v<T> && std::is_class_v<T>;

template <PlainAggregate T>
void get(Reader& in, T& message) {
    boost::pfr::for_each_field(message, [&](auto& field) { get(in, field); });
}
template <PlainAggregate T>
void put(Writer& out, T const& message) {
    boost::pfr::for_each_field(message, [&](auto const& field) { put(out, field); });
}

/// What follows in a container, decoded one by one while it is walked (AOL spec, "Rest of SNAC array of T").
/// Decoding has checked that it consists of whole items.
template <class T>
class rest {
    Bytes bytes_;

  public:
    rest() = default;
    explicit rest(Bytes whole) : bytes_(whole) {}

    class iterator {
        Reader in_{Bytes{}};
        T item_{};
        bool end_ = true;

      public:
        using value_type = T;
        using difference_type = std::ptrdiff_t;
        iterator() = default;
        explicit iterator(Bytes bytes) : in_(bytes) { ++*this; }
        T const& operator*() const { return item_; }
        T const* operator->() const { return &item_; }
        iterator& operator++() {
            end_ = in_.atEnd();
            if (!end_) {
                item_ = T{};
                get(in_, item_);
                end_ = in_.failed();
            }
            return *this;
        }
        void operator++(int) { ++*this; }
        bool operator==(std::default_sentinel_t) const { return end_; }
    };

    iterator begin() const { return iterator(bytes_); }
    std::default_sentinel_t end() const { return {}; }
    bool empty() const { return bytes_.empty(); }
    Bytes bytes() const { return bytes_; }
    std::size_t count() const {
        std::size_t n = 0;
        for (auto i = begin(); i != end(); ++i) ++n;
        return n;
    }
    friend bool operator==(rest const& a, rest const& b) { return sameBytes(a.bytes_, b.bytes_); }
};

template <class T>
void get(Reader& in, rest<T>& value) {
    Bytes const whole = in.rest();
    while (!in.atEnd()) {
        std::size_t const before = in.rest().size();
        T item{};
        get(in, item);
        if (in.rest().size() == before) in.fail();  // an item of no bytes would never end
    }
    value = in.failed() ? rest<T>{} : rest<T>{whole};
}
template <class T>
void put(Writer& out, rest<T> const& value) {
    out.bytes(value.bytes());
}

/// Items with their number in front.
template <std::unsigned_integral Count, class T>
class counted {
    rest<T> items_;

  public:
    counted() = default;
    explicit counted(Bytes whole) : items_(whole) {}
    auto begin() const { return items_.begin(); }
    auto end() const { return items_.end(); }
    std::size_t count() const { return items_.count(); }
    Bytes bytes() const { return items_.bytes(); }
    friend bool operator==(counted const&, counted const&) = default;
};

template <std::unsigned_integral Count, class T>
void get(Reader& in, counted<Count, T>& value) {
    std::size_t const number = in.number<Count>();
    Bytes const whole = in.rest();
    for (std::size_t i = 0; i < number && !in.failed(); ++i) {
        T item{};
        get(in, item);
    }
    value = in.failed() ? counted<Count, T>{} : counted<Count, T>{whole.first(whole.size() - in.rest().size())};
}
template <std::unsigned_integral Count, class T>
void put(Writer& out, counted<Count, T> const& value) {
    out.number(static_cast<Count>(value.count()));
    out.bytes(value.bytes());
}

/// Collects items to be sent as `rest<T>` or `counted<N, T>`; owns their bytes.
template <class T>
class List {
    Buffer buffer_;

  public:
    void add(T const& item) {
        Writer out(buffer_);
        put(out, item);
    }
    Bytes bytes() const { return buffer_; }
    bool empty() const { return buffer_.empty(); }
    void clear() { buffer_.clear(); }
    operator rest<T>() const& { return rest<T>{buffer_}; }
    template <std::unsigned_integral Count>
    operator counted<Count, T>() const& {
        return counted<Count, T>{buffer_};
    }
};

/// Decodes one value from the front of `bytes`; what follows it is ignored. Nothing if it is short or
/// inconsistent.
template <class T>
std::optional<T> decode(Bytes bytes) {
    Reader in(bytes);
    T value{};
    get(in, value);
    if (in.failed()) return std::nullopt;
    return value;
}

template <class T>
Buffer encode(T const& value) {
    Buffer buffer;
    Writer out(buffer);
    put(out, value);
    return buffer;
}

}  // namespace oscar::wire
