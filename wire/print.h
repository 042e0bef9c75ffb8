// SPDX-License-Identifier: MIT
// Messages as one line of text, for logs and people: derived from the declarations.
#pragma once

#include <fmt/format.h>

#include "wire/names.h"

namespace oscar::wire {

/// Writes values for people. Long ones are cut, so that a line has a bound; secret ones show their length.
class Printer {
    static constexpr std::size_t mostBytes = 32, mostText = 128, mostItems = 8;
    std::string out_;
    bool secret_;

  public:
    explicit Printer(bool secret) : secret_(secret) {}

    std::string take() { return std::move(out_); }

    template <class T>
    void value(T const& value) {
        if constexpr (std::is_integral_v<T>) {
            out_ += std::to_string(value);
        } else if constexpr (std::is_enum_v<T>) {
            out_ += std::to_string(static_cast<std::underlying_type_t<T>>(value));
        } else if constexpr (std::is_same_v<T, t70>) {
            out_ += std::to_string(value.seconds);
        } else if constexpr (std::is_same_v<T, Tlv>) {
            out_ += fmt::format("{:04x}=", value.tag);
            bytes(value.value);
        } else if constexpr (std::is_convertible_v<T const&, Bytes>) {
            bytes(value);
        } else if constexpr (requires { { value.bytes } -> std::convertible_to<Bytes>; }) {
            bytes(value.bytes);
        } else if constexpr (requires { { value.text } -> std::convertible_to<std::string_view>; }) {
            text(value.text);
        } else if constexpr (requires { value.has_value(); }) {
            value ? this->value(*value) : void(out_ += "none");
        } else if constexpr (requires { value.begin(); }) {
            list(value);
        } else {
            members(value);
        }
    }

    template <class T>
    void members(T const& aggregate) {
        out_ += '{';
        [&]<std::size_t... N>(std::index_sequence<N...>) {
            ((out_.append(N ? ", " : "").append(memberName<T, N>()) += '=',
              value(boost::pfr::get<N>(aggregate))),
             ...);
        }(std::make_index_sequence<boost::pfr::tuple_size_v<T>>{});
        out_ += '}';
    }

    void text(std::string_view text) {
        if (secret_) return void(out_ += fmt::format("({} bytes)", text.size()));
        out_ += '"';
        for (unsigned char c : text.substr(0, mostText)) {
            bool const plain = c >= ' ' && c < 0x7F && c != '"' && c != '\\';
            out_ += plain ? std::string(1, static_cast<char>(c)) : fmt::format("\\x{:02x}", c);
        }
        out_ += text.size() > mostText ? "\"…" : "\"";
    }

  private:
    void bytes(Bytes bytes) {
        if (secret_) return void(out_ += fmt::format("({} bytes)", bytes.size()));
        for (u08 byte : bytes.first(std::min(bytes.size(), mostBytes))) out_ += fmt::format("{:02x}", byte);
        if (bytes.size() > mostBytes) out_ += fmt::format("…({} bytes)", bytes.size());
    }

    template <class T>
    void list(T const& items) {
        out_ += '[';
        std::size_t shown = 0;
        for (auto const& item : items) {
            if (shown) out_ += ", ";
            if (shown++ == mostItems) return void(out_ += "…]");
            value(item);
        }
        out_ += ']';
    }
};

/// `icbm::HostAck{cookie=0102030405060708, channel=1, loginId="bob", ackTlvs=[]}`: TLVs as tag=value, in hex.
template <Message M>
std::string print(M const& message) {
    Printer printer(isSecret<M>);
    printer.members(message);
    return messageName<M>() + printer.take();
}

}  // namespace oscar::wire
