// SPDX-License-Identifier: MIT
// Passwords at rest. MD5 sign-on needs the password itself, so it can't be hashed; it is encrypted under a
// key that is not in the database (docs/decisions/0003-sealed-passwords.md).
#pragma once

#include <array>
#include <filesystem>
#include <optional>

#include "core/login_id.h"
#include "core/password.h"
#include "wire/types.h"

namespace oscar::store {

/// Seals passwords with XChaCha20-Poly1305. The owner's login id is part of the seal: what was sealed for one
/// user does not open for another. The sealed form tells nothing about a password, nor its length up to 31
/// bytes.
class Seal {
  public:
    static constexpr std::size_t keyBytes = 32;

    /// Makes a key and writes it to a new file that only the owner can read, durable on return. Throws
    /// OpenError.
    static Seal create(std::filesystem::path const& keyFile);
    /// Throws OpenError when the file can't be read, has a wrong length or is open to others than its owner.
    static Seal load(std::filesystem::path const& keyFile);
    /// A key that is nowhere kept.
    static Seal forgotten();

    Seal(Seal const&) = default;
    Seal& operator=(Seal const&) = default;
    ~Seal();

    wire::Buffer seal(core::LoginId const& owner, core::Password const& password) const;
    /// Nothing when the bytes are not what seal() made for this owner under this key.
    std::optional<core::Password> unseal(core::LoginId const& owner, wire::Bytes sealed) const;

  private:
    Seal();

    std::array<wire::u08, keyBytes> key_{};
};

}  // namespace oscar::store
