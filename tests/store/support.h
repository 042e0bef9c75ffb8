// SPDX-License-Identifier: MIT
// What the store's tests share: a folder that goes away, a log that can be asked, and stores whose answers
// can be waited for.
#pragma once

#include <gtest/gtest.h>

#include <chrono>
#include <condition_variable>
#include <deque>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "core/ports/log.h"
#include "core/ports/store.h"
#include "store/sqlite/inline_store.h"
#include "store/sqlite/sqlite_store.h"

namespace oscar::store::testing {

using core::LoginId;
using core::Password;
using core::StoreError;
using core::StoreResult;

inline constexpr std::chrono::seconds deadline{60};

class TempFolder {
  public:
    TempFolder() {
        std::string name = (std::filesystem::temp_directory_path() / "oscar-store-XXXXXX").string();
        if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("no temporary folder");
        path_ = name;
    }
    ~TempFolder() { std::filesystem::remove_all(path_); }
    TempFolder(TempFolder const&) = delete;
    TempFolder& operator=(TempFolder const&) = delete;

    std::filesystem::path const& path() const { return path_; }
    std::filesystem::path operator/(char const* name) const { return path_ / name; }

  private:
    std::filesystem::path path_;
};

inline std::string contentOf(std::filesystem::path const& file) {
    std::ifstream in(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

/// Keeps each line as "event key=value ...".
class LogLines : public core::Log {
  public:
    void write(core::Level, std::string_view event, std::initializer_list<core::Field> fields) override {
        std::string line(event);
        for (core::Field const& field : fields) line += " " + std::string(field.key) + "=" + field.value;
        std::lock_guard const lock(mutex_);
        lines_.push_back(std::move(line));
    }
    bool wants(core::Level) const override { return true; }
    std::vector<std::string> lines() const {
        std::lock_guard const lock(mutex_);
        return lines_;
    }

  private:
    mutable std::mutex mutex_;
    std::vector<std::string> lines_;
};

/// Stands for a shard's thread: others post to it, the test runs what was posted.
class Loop {
  public:
    Post post() {
        return [this](std::function<void()> task) {
            std::lock_guard const lock(mutex_);
            tasks_.push_back(std::move(task));
            ++posts_;
            filled_.notify_one();
        };
    }
    void runUntil(std::function<bool()> const& reached) {
        auto const end = std::chrono::steady_clock::now() + deadline;
        while (!reached()) {
            std::unique_lock lock(mutex_);
            if (!filled_.wait_until(lock, end, [this] { return !tasks_.empty(); }))
                throw std::runtime_error("the store did not answer in time");
            auto const task = std::move(tasks_.front());
            tasks_.pop_front();
            lock.unlock();
            task();
        }
    }
    unsigned posts() const {
        std::lock_guard const lock(mutex_);
        return posts_;
    }

  private:
    mutable std::mutex mutex_;
    std::condition_variable filled_;
    std::deque<std::function<void()>> tasks_;
    unsigned posts_ = 0;
};

/// A store of any kind, and the means to wait for it.
class Backend {
  public:
    virtual ~Backend() = default;
    virtual core::Store& store() = 0;
    virtual void runUntil(std::function<bool()> const& reached) = 0;
};

class InlineBackend : public Backend {
  public:
    core::Store& store() override { return *shard_; }
    void runUntil(std::function<bool()> const& reached) override {
        while (!reached())
            if (inline_.runPending() == 0 && !reached())
                throw std::runtime_error("nothing is left to be done");
    }

  private:
    LogLines log_;
    InlineStore inline_{log_};
    std::unique_ptr<core::Store> shard_ = inline_.forShard();
};

class FileBackend : public Backend {
  public:
    explicit FileBackend(std::filesystem::path const& folder)
        : store_(std::make_unique<SqliteStore>(folder, log_)), shard_(store_->forShard(loop_.post())) {}
    core::Store& store() override { return *shard_; }
    void runUntil(std::function<bool()> const& reached) override { loop_.runUntil(reached); }
    Loop& loop() { return loop_; }
    SqliteStore& sqlite() { return *store_; }
    std::vector<std::string> logged() const { return log_.lines(); }

  private:
    LogLines log_;
    Loop loop_;
    std::unique_ptr<SqliteStore> store_;
    std::unique_ptr<core::Store> shard_;
};

class TempFileBackend : public Backend {
  public:
    core::Store& store() override { return files_.store(); }
    void runUntil(std::function<bool()> const& reached) override { files_.runUntil(reached); }

  private:
    TempFolder folder_;
    FileBackend files_{folder_.path()};
};

/// Calls and waits for the answer: `ask<core::Account>(backend, [&](auto done) { store.find(name, done); })`.
template <class T, class Call>
StoreResult<T> ask(Backend& backend, Call const& call) {
    std::optional<StoreResult<T>> answer;
    call(core::Done<T>([&](StoreResult<T> result) { answer.emplace(std::move(result)); }));
    backend.runUntil([&] { return answer.has_value(); });
    return std::move(*answer);
}

/// The store's calls, each waiting for its answer.
class Asking {
  public:
    explicit Asking(Backend& backend) : backend_(backend) {}

    auto add(std::vector<core::NewUser> users, wire::u32 now = 1000) {
        return ask<void>(backend_, [&](auto done) { store().add(users, now, done); });
    }
    auto add(std::string const& displayId, std::string_view password = "secret") {
        return add(
            {{.displayId = displayId, .password = Password(password), .email = "", .rateExempt = false}});
    }
    auto find(std::string_view user) {
        return ask<core::Account>(backend_, [&](auto done) { store().find(LoginId(user), done); });
    }
    auto list(std::string_view after, unsigned limit) {
        return ask<std::vector<core::Account>>(backend_,
                                               [&](auto done) { store().list(LoginId(after), limit, done); });
    }
    auto change(std::string_view user, std::function<void(core::Account&)> const& apply) {
        return ask<core::Account>(backend_, [&](auto done) { store().change(LoginId(user), {apply}, done); });
    }
    auto setPassword(std::string_view user, std::string_view password) {
        return ask<void>(backend_,
                         [&](auto done) { store().setPassword(LoginId(user), Password(password), done); });
    }
    auto remove(std::string_view user) {
        return ask<void>(backend_, [&](auto done) { store().remove(LoginId(user), done); });
    }
    auto nextUin() {
        return ask<wire::u32>(backend_, [&](auto done) { store().nextUin(done); });
    }
    auto credentials(std::string_view user) {
        return ask<core::Credentials>(backend_, [&](auto done) { store().credentials(LoginId(user), done); });
    }
    auto load(std::string_view user) {
        return ask<core::StoredUser>(backend_, [&](auto done) { store().load(LoginId(user), done); });
    }
    auto saveFeedbag(std::string_view user, wire::u32 updated, wire::Buffer const& feedbag) {
        return ask<void>(backend_,
                         [&](auto done) { store().saveFeedbag(LoginId(user), updated, feedbag, done); });
    }
    auto saveProfile(std::string_view user, std::string const& type, std::string const& data) {
        return ask<void>(backend_, [&](auto done) { store().saveProfile(LoginId(user), type, data, done); });
    }
    auto keep(std::string_view receiver, core::StoredMessage const& message, core::InboxLimits limits = {}) {
        return ask<void>(backend_,
                         [&](auto done) { store().keep(LoginId(receiver), message, limits, done); });
    }
    auto waiting(std::string_view receiver) {
        return ask<std::vector<core::StoredMessage>>(
            backend_, [&](auto done) { store().waiting(LoginId(receiver), done); });
    }
    auto forget(std::string_view receiver, std::vector<wire::u64> const& ids) {
        return ask<void>(backend_, [&](auto done) { store().forget(LoginId(receiver), ids, done); });
    }

  private:
    core::Store& store() { return backend_.store(); }

    Backend& backend_;
};

inline core::StoredMessage messageFrom(std::string_view sender, std::string_view text = "hello") {
    core::StoredMessage message;
    message.sender = LoginId(sender);
    message.senderDisplayId = sender;
    message.channel = 1;
    message.icbmTlvs = wire::toBuffer(wire::asBytes(text));
    return message;
}

template <class T>
void PrintTo(StoreResult<T> const& result, std::ostream* out) {
    *out << (result ? "success" : "StoreError " + std::to_string(static_cast<int>(result.error())));
}

}  // namespace oscar::store::testing
