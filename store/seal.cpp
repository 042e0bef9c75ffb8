// SPDX-License-Identifier: MIT
#include "store/seal.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sodium.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <stdexcept>

#include "store/file.h"
#include "store/open_error.h"

namespace oscar::store {
namespace {

// The sealed form: this byte, the nonce, the ciphertext with its tag.
constexpr wire::u08 formatVersion = 1;
constexpr std::size_t nonceBytes = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES;
constexpr std::size_t headBytes = 1 + nonceBytes;
constexpr std::size_t tagBytes = crypto_aead_xchacha20poly1305_ietf_ABYTES;
// Padded to a multiple of this, so that the length of a password does not show.
constexpr std::size_t paddedTo = 32;

static_assert(Seal::keyBytes == crypto_aead_xchacha20poly1305_ietf_KEYBYTES);

/// Bytes in clear, wiped when they go.
struct Clear {
    explicit Clear(std::size_t size) : bytes(size) {}
    ~Clear() { sodium_memzero(bytes.data(), bytes.size()); }
    wire::Buffer bytes;
};

}  // namespace

Seal::Seal() {
    if (sodium_init() < 0) throw std::runtime_error("libsodium finds no source of randomness");
}

Seal::~Seal() { sodium_memzero(key_.data(), key_.size()); }

Seal Seal::forgotten() {
    Seal made;
    randombytes_buf(made.key_.data(), made.key_.size());
    return made;
}

Seal Seal::create(std::filesystem::path const& keyFile) {
    Seal const made = forgotten();
    // Under another name until it is whole: a crash in between leaves no half key.
    std::filesystem::path const unfinished = keyFile.string() + ".new";
    File const file = openFile(unfinished, O_WRONLY | O_CREAT | O_TRUNC);
    if (::fchmod(file.descriptor(), 0600) != 0) throwSystemError(unfinished, errno);
    ssize_t const written = ::write(file.descriptor(), made.key_.data(), made.key_.size());
    if (written < 0) throwSystemError(unfinished, errno);
    if (static_cast<std::size_t>(written) != made.key_.size()) throwSystemError(unfinished, ENOSPC);
    sync(file, unfinished);
    if (::rename(unfinished.c_str(), keyFile.c_str()) != 0) throwSystemError(keyFile, errno);
    syncFolder(keyFile.parent_path());
    return made;
}

Seal Seal::load(std::filesystem::path const& keyFile) {
    File const file = openFile(keyFile, O_RDONLY);
    struct stat status {};
    if (::fstat(file.descriptor(), &status) != 0) throwSystemError(keyFile, errno);
    if ((status.st_mode & 077) != 0)
        throw OpenError(
            fmt::format("{}: the key of the passwords is open to others (mode {:04o}); chmod 600 it",
                        keyFile.string(), status.st_mode & 07777));
    if (status.st_size != static_cast<off_t>(keyBytes))
        throw OpenError(
            fmt::format("{}: the key of the passwords has {} bytes instead of {}; restore it from a backup",
                        keyFile.string(), status.st_size, keyBytes));
    Seal loaded;
    ssize_t const got = ::read(file.descriptor(), loaded.key_.data(), loaded.key_.size());
    if (got != static_cast<ssize_t>(keyBytes)) throwSystemError(keyFile, got < 0 ? errno : EIO);
    return loaded;
}

wire::Buffer Seal::seal(core::LoginId const& owner, core::Password const& password) const {
    std::string_view const text = password.reveal();
    Clear padded((text.size() / paddedTo + 1) * paddedTo);
    std::copy(text.begin(), text.end(), padded.bytes.begin());
    std::size_t paddedSize = 0;
    sodium_pad(&paddedSize, padded.bytes.data(), text.size(), paddedTo, padded.bytes.size());

    wire::Buffer sealed(headBytes + paddedSize + tagBytes);
    sealed[0] = formatVersion;
    randombytes_buf(sealed.data() + 1, nonceBytes);
    wire::Bytes const name = wire::asBytes(owner.text());
    crypto_aead_xchacha20poly1305_ietf_encrypt(sealed.data() + headBytes, nullptr, padded.bytes.data(),
                                               paddedSize, name.data(), name.size(), nullptr,
                                               sealed.data() + 1, key_.data());
    return sealed;
}

std::optional<core::Password> Seal::unseal(core::LoginId const& owner, wire::Bytes sealed) const {
    if (sealed.size() < headBytes + paddedTo + tagBytes || sealed[0] != formatVersion) return {};
    wire::Bytes const cipher = sealed.subspan(headBytes);
    Clear padded(cipher.size() - tagBytes);
    wire::Bytes const name = wire::asBytes(owner.text());
    if (crypto_aead_xchacha20poly1305_ietf_decrypt(padded.bytes.data(), nullptr, nullptr, cipher.data(),
                                                   cipher.size(), name.data(), name.size(), sealed.data() + 1,
                                                   key_.data()) != 0)
        return {};
    std::size_t length = 0;
    if (sodium_unpad(&length, padded.bytes.data(), padded.bytes.size(), paddedTo) != 0) return {};
    return core::Password(wire::asText(wire::Bytes(padded.bytes).first(length)));
}

}  // namespace oscar::store
