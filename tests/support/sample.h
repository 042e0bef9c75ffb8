// SPDX-License-Identifier: MIT
// A body of every declared message with all its fields filled, made by walking the declaration.
#pragma once

#include "wire/all.h"

namespace oscar::test {

/// Writes values of a message's field types, none of them empty and lists with two items.
class Sampler {
    wire::Buffer body_;
    wire::Writer out_{body_};

  public:
    template <wire::Message M>
    static wire::Buffer make() {
        Sampler sampler;
        sampler.members(static_cast<M const*>(nullptr));
        return std::move(sampler.body_);
    }

  private:
    static constexpr std::string_view text = "Chatting Chuck";

    template <class T>
    void members(T const*) {
        [&]<std::size_t... N>(std::index_sequence<N...>) {
            (item(static_cast<std::remove_cvref_t<boost::pfr::tuple_element_t<N, T>> const*>(nullptr)), ...);
        }(std::make_index_sequence<boost::pfr::tuple_size_v<T>>{});
    }

    /// Both lists have the same length, which stands in front of the first.
    void members(wire::oservice::RateParamsReply const*) {
        out_.number(wire::u16{2});
        for (int i = 0; i < 2; ++i) item(static_cast<wire::oservice::RateParameters3 const*>(nullptr));
        item(static_cast<wire::rest<wire::oservice::RateClassMembers> const*>(nullptr));
    }
    void members(wire::oservice::RateParamChange const*) {
        item(static_cast<wire::oservice::RateCode const*>(nullptr));
        item(static_cast<wire::oservice::RateParameters3 const*>(nullptr));
    }

    template <wire::PlainAggregate T>
    void item(T const* type) {
        members(type);
    }
    template <std::unsigned_integral T>
    void item(T const*) {
        out_.number(T{1});
    }
    template <class T>
        requires std::is_enum_v<T>
    void item(T const*) {
        out_.number(std::underlying_type_t<T>{1});
    }
    template <std::size_t N>
    void item(std::array<wire::u08, N> const*) {
        out_.bytes(wire::asBytes(std::string(N, '1')));
    }
    void item(wire::t70 const*) { out_.number(wire::u32{0x47BF3A40}); }
    void item(wire::string08 const*) { put(out_, wire::string08{text}); }
    void item(wire::string16 const*) { put(out_, wire::string16{text}); }
    void item(wire::blob08 const*) { put(out_, wire::blob08{wire::asBytes(text)}); }
    void item(wire::blob const*) { put(out_, wire::blob{wire::asBytes({"\0\2\0\1", 4})}); }

    template <class T>
    void item(std::optional<T> const*) {
        item(static_cast<T const*>(nullptr));
    }
    template <class T>
    void item(wire::rest<T> const*) {
        for (int i = 0; i < 2; ++i) item(static_cast<T const*>(nullptr));
    }
    template <class Count, class T>
    void item(wire::counted<Count, T> const*) {
        out_.number(Count{2});
        for (int i = 0; i < 2; ++i) item(static_cast<T const*>(nullptr));
    }
    template <std::derived_from<wire::Tlvs> Block>
    void item(Block const*) {
        wire::TlvList tlvs;
        tlvs.add({0x7001, wire::asBytes(text)}).add({0x7002, {}});
        put(out_, Block{tlvs.bytes()});
    }
};

}  // namespace oscar::test
