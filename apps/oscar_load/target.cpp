// SPDX-License-Identifier: MIT
#include "apps/oscar_load/target.h"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netdb.h>

#include <cstring>
#include <stdexcept>

namespace oscar::load {

Target::Target(Loop& loop, Options const& options) : loop_(loop), options_(options) {
    resolve(options.server);
}

sockaddr_storage const& Target::resolve(client::Address const& address) {
    std::string const key = fmt::format("{} {}", address.host, address.port);
    if (auto const found = known_.find(key); found != known_.end()) return found->second;
    addrinfo hints{};
    hints.ai_socktype = SOCK_STREAM;
    addrinfo* found = nullptr;
    int const error =
        ::getaddrinfo(address.host.c_str(), std::to_string(address.port).c_str(), &hints, &found);
    if (error != 0) throw std::runtime_error(fmt::format("{}: {}", address.host, ::gai_strerror(error)));
    sockaddr_storage& socketAddress = known_[key];
    std::memcpy(&socketAddress, found->ai_addr, found->ai_addrlen);
    ::freeaddrinfo(found);
    return socketAddress;
}

std::optional<in_addr_t> Target::nextSource(sockaddr_storage const& server) {
    constexpr in_addr_t loopback = 0x7F000001;  // 127.0.0.1
    if (server.ss_family != AF_INET) return std::nullopt;
    in_addr_t const to = ntohl(reinterpret_cast<sockaddr_in const&>(server).sin_addr.s_addr);
    if (to >> 24 != loopback >> 24) return std::nullopt;
    return htonl(loopback + static_cast<in_addr_t>(sources_++ % options_.sources));
}

}  // namespace oscar::load
