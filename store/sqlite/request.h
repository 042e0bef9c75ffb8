// SPDX-License-Identifier: MIT
// A call of a port on its way: from the shard to the engine, and with its outcome back to the shard.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "store/sqlite/tables.h"

namespace oscar::store {

/// Has something run later on one shard's thread. May be called from any thread.
using Post = std::function<void(std::function<void()>)>;

class Request {
  public:
    enum class Kind : unsigned char { Read, Write };

    Request(char const* name, Kind kind, std::shared_ptr<Post const> home)
        : name_(name), kind_(kind), home_(std::move(home)) {}
    virtual ~Request() = default;
    Request(Request const&) = delete;
    Request& operator=(Request const&) = delete;

    /// For the log.
    char const* name() const { return name_; }
    bool writes() const { return kind_ == Kind::Write; }
    std::shared_ptr<Post const> const& home() const { return home_; }

    /// Does the work and keeps the outcome. Says whether it succeeded; if not, what it changed is to be
    /// undone. A read may be run again. Throws what Tables throws.
    virtual bool run(Tables& tables) = 0;
    /// Whatever the outcome was, it is Unavailable now. It also is before the first run.
    virtual void fail() = 0;
    /// Tells the caller. Once, on its shard's thread.
    virtual void finish() = 0;

  private:
    char const* name_;
    Kind kind_;
    std::shared_ptr<Post const> home_;
};

using Batch = std::vector<std::unique_ptr<Request>>;

/// `Work` is Outcome<T>(Tables&).
template <class T, class Work>
class RequestOf : public Request {
  public:
    RequestOf(char const* name, Kind kind, std::shared_ptr<Post const> home, Work work, core::Done<T> done)
        : Request(name, kind, std::move(home)), work_(std::move(work)), done_(std::move(done)) {}

    bool run(Tables& tables) override {
        outcome_.emplace(work_(tables));
        return outcome_->has_value();
    }
    void fail() override { outcome_.reset(); }
    void finish() override {
        if (outcome_)
            done_(std::move(*outcome_));
        else
            done_(core::StoreError::Unavailable);
    }

  private:
    Work work_;
    core::Done<T> done_;
    std::optional<Outcome<T>> outcome_;  // nothing = Unavailable
};

}  // namespace oscar::store
