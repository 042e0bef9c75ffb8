// SPDX-License-Identifier: MIT
// Names of declared types and members, read back from the compiler. Boost.PFR of Boost 1.81 has none.
#pragma once

#include <algorithm>

#include "wire/snac.h"

namespace oscar::wire {

namespace names {

/// Only the addresses of its members are of interest.
template <class T>
inline constexpr T sample{};

/// clang 14 takes the address of a member as a template argument only inside a struct.
template <class T>
struct Address {
    T const* address;
};

template <auto What>
constexpr std::string_view ofValue() {
    std::string_view text = __PRETTY_FUNCTION__;
    text = text.substr(0, text.find(';'));  // GCC explains std::string_view after it
    auto const isName = [](char c) {
        return c == '_' || (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
    };
    while (!isName(text.back())) text.remove_suffix(1);
    auto const start = std::find_if_not(text.rbegin(), text.rend(), isName);
    return {start.base(), text.end()};
}

template <class T>
constexpr std::string_view ofType() {
    std::string_view text = __PRETTY_FUNCTION__;
    text.remove_prefix(text.find("T = ") + 4);
    text = text.substr(0, text.find_first_of(";]"));
    std::string_view const ours = "oscar::wire::";
    return text.starts_with(ours) ? text.substr(ours.size()) : text;
}

}  // namespace names

/// Name of the N-th member of an aggregate, e.g. "destLoginId".
template <class T, std::size_t N>
constexpr std::string_view memberName() {
    using Member = std::remove_cvref_t<boost::pfr::tuple_element_t<N, T>>;
    return names::ofValue<names::Address<Member>{&boost::pfr::get<N>(names::sample<T>)}>();
}

/// Name of a foodgroup as messages are named by it, e.g. "icbm".
template <Foodgroup Group>
std::string foodgroupName() {
    std::string name(names::ofValue<Group>());
    for (char& c : name)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    return name;
}

/// Name of a message, e.g. "icbm::HostAck".
template <Message M>
std::string messageName() {
    if constexpr (std::is_same_v<M, ErrorSnac<M::snac.foodgroup>>) {
        return foodgroupName<M::snac.foodgroup>() + "::Error";
    } else {
        return std::string(names::ofType<M>());
    }
}

}  // namespace oscar::wire
