// SPDX-License-Identifier: MIT
#include "core/sign_on.h"

#include <openssl/evp.h>
#include <sodium.h>

#include <cstring>
#include <memory>
#include <stdexcept>

namespace oscar::core {
namespace {

using wire::Bytes;
using wire::bucp::Digest;

constexpr std::string_view digestSuffix = "AOL Instant Messenger (SM)";

Digest md5(std::initializer_list<std::string_view> parts) {
    Digest digest{};
    std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(EVP_MD_CTX_new(), &EVP_MD_CTX_free);
    EVP_DigestInit_ex(context.get(), EVP_md5(), nullptr);
    for (std::string_view part : parts) EVP_DigestUpdate(context.get(), part.data(), part.size());
    EVP_DigestFinal_ex(context.get(), digest.data(), nullptr);
    return digest;
}

/// The password as different clients cut it: whole, and for ICQ to 16 and to 8 bytes.
template <class F>
bool anyCut(LoginId const& user, Password const& password, F&& matches) {
    std::string_view const whole = password.reveal();
    if (whole.empty()) return false;  // no password was set: nothing proves it
    bool found = matches(whole);
    if (user.isUin())
        for (std::size_t const length : {16u, 8u})
            if (whole.size() > length) found |= matches(whole.substr(0, length));
    return found;
}

constexpr std::array<wire::u08, 16> aimTable{0xF3, 0x26, 0x81, 0xC4, 0x39, 0x86, 0xDB, 0x92,
                                             0x71, 0xA3, 0xB9, 0xE6, 0x53, 0x7A, 0x95, 0x7C};
constexpr std::array<wire::u08, 16> javaAimTable{0xF3, 0xB3, 0x6C, 0x99, 0x95, 0x3F, 0xAC, 0xB6,
                                                 0xC5, 0xFA, 0x6B, 0x63, 0x69, 0x6C, 0xC3, 0x9A};

/// A ticket as the cookie holds it.
struct PackedTicket {
    wire::u32 expires = 0;
    wire::u32 serialHigh = 0;
    wire::u32 serialLow = 0;
    wire::u16 service = 0;
    wire::MulticonnFlags multiconnFlags{};
    wire::string08 loginId;
    wire::string08 clientName;
};

constexpr std::size_t nonceSize = crypto_secretbox_NONCEBYTES;
constexpr std::size_t boxedSize = CookieJar::cookieSize - nonceSize;
constexpr std::size_t plainSize = boxedSize - crypto_secretbox_MACBYTES;
constexpr std::size_t longestName = 97;
constexpr std::size_t longestClientName = 64;

}  // namespace

Digest passwordDigest(std::string_view key, std::string_view password, bool prehashed) {
    if (!prehashed) return md5({key, password, digestSuffix});
    Digest const inner = md5({password});
    return md5({key, wire::asText(inner), digestSuffix});
}

bool digestProves(Digest const& digest, std::string_view key, LoginId const& user, Password const& password,
                  bool prehashed) {
    return anyCut(user, password, [&](std::string_view cut) {
        Digest const expected = passwordDigest(key, cut, prehashed);
        return sodium_memcmp(digest.data(), expected.data(), digest.size()) == 0;
    });
}

std::string roast(std::string_view text, RoastTable table) {
    auto const& bytes = table == RoastTable::Aim ? aimTable : javaAimTable;
    std::string roasted(text);
    for (std::size_t i = 0; i < roasted.size(); ++i)
        roasted[i] = static_cast<char>(static_cast<wire::u08>(roasted[i]) ^ bytes[i % bytes.size()]);
    return roasted;
}

bool passwordProves(std::string_view given, LoginId const& user, Password const& password) {
    if (given.empty()) return false;
    return anyCut(user, password, [&](std::string_view cut) {
        return given.size() == cut.size() && sodium_memcmp(given.data(), cut.data(), cut.size()) == 0;
    });
}

std::string makeChallenge() {
    std::string key;
    for (int i = 0; i < 10; ++i) key += static_cast<char>('0' + randombytes_uniform(10));
    return key;
}

CookieJar::CookieJar() {
    if (sodium_init() < 0) throw std::runtime_error("libsodium cannot be initialised");
    randombytes_buf(key_.data(), key_.size());
}

wire::Buffer CookieJar::seal(Ticket ticket) const {
    randombytes_buf(&ticket.serial, sizeof ticket.serial);
    wire::Buffer plain = wire::encode(
        PackedTicket{ticket.expires, static_cast<wire::u32>(ticket.serial >> 32),
                     static_cast<wire::u32>(ticket.serial), ticket.service, ticket.multiconnFlags,
                     wire::string08{std::string_view(ticket.loginId.text()).substr(0, longestName)},
                     wire::string08{std::string_view(ticket.clientName).substr(0, longestClientName)}});
    plain.resize(plainSize);
    wire::Buffer cookie(cookieSize);
    randombytes_buf(cookie.data(), nonceSize);
    crypto_secretbox_easy(cookie.data() + nonceSize, plain.data(), plain.size(), cookie.data(), key_.data());
    return cookie;
}

std::optional<Ticket> CookieJar::open(Bytes cookie) const {
    if (cookie.size() != cookieSize) return std::nullopt;
    wire::Buffer plain(plainSize);
    if (crypto_secretbox_open_easy(plain.data(), cookie.data() + nonceSize, boxedSize, cookie.data(), key_.data()) != 0)
        return std::nullopt;
    auto const packed = wire::decode<PackedTicket>(plain);
    if (!packed) return std::nullopt;
    return Ticket{LoginId(packed->loginId.text),
                  packed->service,
                  packed->multiconnFlags,
                  std::string(packed->clientName.text),
                  packed->expires,
                  static_cast<wire::u64>(packed->serialHigh) << 32 | packed->serialLow};
}

SignOnThrottle::SignOnThrottle(unsigned limit, Seconds window, std::function<bool(std::string const&)> trusted)
    : limit_(limit), window_(window), trusted_(std::move(trusted)) {}

bool SignOnThrottle::exhausted(std::string const& key, TimePoint now) {
    auto const found = counts_.find(key);
    return found != counts_.end() && now - found->second.since < window_ && found->second.failures >= limit_;
}

std::optional<wire::LoginError> SignOnThrottle::refusal(std::string const& address, LoginId const& user,
                                                        TimePoint now) {
    if (trusted_(address)) return std::nullopt;
    std::lock_guard const lock(mutex_);
    if (exhausted(address, now)) return wire::LoginError::RateLimit;
    if (exhausted(address + ' ' + user.text(), now)) return wire::LoginError::RateLimitReservation;
    return std::nullopt;
}

void SignOnThrottle::count(std::string const& key, TimePoint now) {
    Count& count = counts_[key];
    if (count.failures == 0 || now - count.since >= window_) count = {0, now};
    ++count.failures;
}

void SignOnThrottle::failed(std::string const& address, LoginId const& user, TimePoint now) {
    std::lock_guard const lock(mutex_);
    if (counts_.size() >= mostKeys_)
        std::erase_if(counts_, [&](auto const& entry) { return now - entry.second.since >= window_; });
    if (counts_.size() >= mostKeys_) counts_.clear();  // an attack from everywhere must not eat the memory
    count(address, now);
    count(address + ' ' + user.text(), now);
}

void SignOnThrottle::succeeded(std::string const& address, LoginId const& user) {
    std::lock_guard const lock(mutex_);
    counts_.erase(address + ' ' + user.text());
}

}  // namespace oscar::core
