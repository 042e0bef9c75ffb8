// SPDX-License-Identifier: MIT
// Proofs of who somebody is: passwords, digests, login cookies, and how often one may try.
#pragma once

#include <array>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>

#include "core/login_id.h"
#include "core/password.h"
#include "core/time.h"
#include "wire/bucp.h"

namespace oscar::core {

/// PASSWORD_HASH of BUCP__LOGIN_REQUEST: MD5(key + password + "AOL Instant Messenger (SM)"), or with `prehashed`
/// (TLV 0x004C) MD5(key + MD5(password) + the same text).
wire::bucp::Digest passwordDigest(std::string_view key, std::string_view password, bool prehashed);

/// Whether the digest proves the password. ICQ clients cut longer passwords to 16 or 8 bytes; both count.
/// An empty password is proven by nothing. Takes the same time wherever digests differ.
bool digestProves(wire::bucp::Digest const& digest, std::string_view key, LoginId const& user,
                  Password const& password, bool prehashed);

/// XOR tables of the sign-on inside the FLAP SIGNON frame (AUTH-4).
enum class RoastTable : wire::u08 { Aim, JavaAim };
std::string roast(std::string_view text, RoastTable table);

/// Whether a clear password (from a roasted one) is the user's; cut as by digestProves.
bool passwordProves(std::string_view given, LoginId const& user, Password const& password);

/// A key for one PASSWORD_HASH: ten random digits.
std::string makeChallenge();

/// What a login cookie says: who may connect, where to and until when.
struct Ticket {
    LoginId loginId;
    wire::u16 service = 0;  ///< foodgroup; OSERVICE = BOSS
    wire::MulticonnFlags multiconnFlags = wire::MulticonnFlags::OldClient;
    std::string clientName;
    wire::u32 expires = 0;  ///< seconds since the epoch
    wire::u64 serial = 0;   ///< random; to use it once
};

/// Makes and reads login cookies: 256 bytes, encrypted and authenticated under a key that lives as long as the
/// process (AUTH-8). Thread-safe: it never changes.
class CookieJar {
    std::array<wire::u08, 32> key_;

  public:
    static constexpr std::size_t cookieSize = 256;

    CookieJar();
    wire::Buffer seal(Ticket ticket) const;
    /// Nothing if it is not of this jar. Whether it has expired or was used is for the caller to ask.
    std::optional<Ticket> open(wire::Bytes cookie) const;
};

/// Counts failed sign-ons by address and by account and address (AUTH-12). Thread-safe.
class SignOnThrottle {
    struct Count {
        unsigned failures = 0;
        TimePoint since;
    };
    unsigned const limit_;
    Seconds const window_;
    std::function<bool(std::string const&)> const trusted_;
    std::mutex mutex_;
    std::unordered_map<std::string, Count> counts_;

  public:
    /// `trusted` tells addresses without a limit.
    SignOnThrottle(unsigned limit, Seconds window, std::function<bool(std::string const&)> trusted);
    /// The error to refuse with, or nothing if another try is allowed.
    std::optional<wire::LoginError> refusal(std::string const& address, LoginId const& user, TimePoint now);
    void failed(std::string const& address, LoginId const& user, TimePoint now);
    void succeeded(std::string const& address, LoginId const& user);

  private:
    bool exhausted(std::string const& key, TimePoint now);
    void count(std::string const& key, TimePoint now);
    static constexpr std::size_t mostKeys_ = 100'000;
};

}  // namespace oscar::core
