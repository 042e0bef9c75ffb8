// SPDX-License-Identifier: MIT
// Presence is a subscription: the subject's home shard keeps who watches him, also while he is offline.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "core/user.h"

namespace oscar::core {

/// Where a watcher lives. The epoch tells the time he is online now from earlier ones.
struct WatcherRef {
    wire::u32 slot = 0;
    wire::u16 epoch = 0;
    wire::u08 shard = 0;
};

/// One who watches a subject: 12 bytes, since there are millions.
struct Watcher {
    wire::u32 name = 0;  ///< in the shard's NamePool
    wire::u32 slot = 0;
    wire::u16 epoch = 0;
    wire::u08 shard = 0;
    bool reachable : 1 = true;  ///< the watcher does not block the subject (D-6)
    bool shown : 1 = false;     ///< was told that the subject is online
    WatcherRef ref() const { return {slot, epoch, shard}; }
};

/// A name that somebody watches or that is online.
struct Subject {
    LoginId const* loginId = nullptr;  ///< by which the shard finds it
    wire::u32 slot = 0;
    std::unique_ptr<User> user = {};     ///< while signed on
    std::vector<Watcher> watchers = {};  ///< sorted by shard and slot
};

/// Names of watchers, each kept once a shard, with the class of user that privacy masks ask for.
class NamePool {
    struct Entry {
        LoginId name;
        wire::u32 nickFlags = 0;
        wire::u32 uses = 0;
    };
    std::vector<std::unique_ptr<Entry>> entries_;
    std::vector<wire::u32> free_;
    std::unordered_map<std::string_view, wire::u32> index_;  // views of the entries' names

  public:
    wire::u32 use(LoginId const& name, wire::u32 nickFlags);
    void release(wire::u32 id);
    Other at(wire::u32 id) const { return {entries_[id]->name, entries_[id]->nickFlags}; }
};

/// What a watcher asks of a subject's shard.
struct WatchRequest {
    LoginId subject;
    bool reachable = true;
    bool tellDeparted = false;        ///< also say so if he is offline (INITIAL_DEPARTS)
    wire::u32 onlyInstance = 0;       ///< tell what is known already to this instance alone; 0 = changes only
};

/// A change that is told to watchers: encoded once, shared by all of them.
struct PresenceNotice {
    LoginId subject;
    bool arrived = false;
    wire::Buffer info;  ///< encoded NickwInfo; empty = departed, the name as the watcher has it on his list
};

}  // namespace oscar::core
