// SPDX-License-Identifier: MIT
// A user who is signed on, with all his instances. Lives on his home shard; nobody else touches him.
#pragma once

#include "core/instance.h"

namespace oscar::core {

/// Where an instance is: to answer it later, also from another shard.
struct InstanceRef {
    LoginId user;
    wire::u32 serial = 0;
};

class User {
    // What each message asks for comes first.
    std::vector<std::unique_ptr<Instance>> instances_;
    std::unique_ptr<Privacy> privacy_;  // none: everybody may see and write
    mutable wire::Buffer messageInfo_;  // made when first asked for
    bool icq_;
    bool disclosesIdle_ = true;  // preferences, looked up once a change of the list
    bool disclosesTyping_ = true;
    bool capsKnown_ = false;
    wire::u32 sigTime_ = 0;
    Account account_;
    Feedbag feedbag_;
    std::string sigType_;
    std::string sigData_;

  public:
    explicit User(StoredUser stored);

    LoginId const& loginId() const { return account_.loginId; }
    Account const& account() const { return account_; }
    bool icq() const { return icq_; }
    /// An account's change by an administrator, while the user is on.
    void setAccount(Account account);

    std::vector<std::unique_ptr<Instance>> const& instances() const { return instances_; }
    Instance& add(std::unique_ptr<Instance> instance);  ///< gives it the lowest free number (MULTI-4)
    void remove(Instance& instance);
    Instance* find(wire::u32 serial) const;

    /// Stored messages that a client has got and the database is told to forget.
    std::set<wire::u64> forgetting;
    /// Whether a stored message was sent to one of the instances already.
    bool wasSent(wire::u64 messageId) const;

    Feedbag const& feedbag() const { return feedbag_; }
    /// refreshSettings() is due afterwards.
    Feedbag::Change change(Feedbag::Operation operation, wire::rest<wire::feedbag::Item> const& items, wire::u32 now);

    /// Makes ready the settings in force: the stored list's if a client uses it, else those a client sent (PD-1). Says
    /// whether privacy is other than before.
    bool refreshSettings();
    bool disclosesTyping() const { return disclosesTyping_; }
    /// Nobody needs to be asked about: the common case.
    bool visibleToAll() const { return !privacy_ && !invisible(); }
    /// Temporary permits override mode and lists (PD-4).
    bool maySee(Other const& other) const;
    bool mayReach(Other const& other) const;
    bool seesInvisible(LoginId const& other) const;

    std::string const& sigType() const { return sigType_; }
    std::string const& sigData() const { return sigData_; }
    wire::u32 sigTime() const { return sigTime_; }
    void setProfile(std::string type, std::string data, wire::u32 now);

    // What others see of all instances together (MULTI-6, MULTI-7); only announced ones count.
    bool announced() const;
    bool feedbagInUse() const;
    bool away() const;
    bool invisible() const;
    std::optional<wire::u32> idleSince() const;  ///< of the one idle shortest, if all are idle
    std::optional<wire::u32> status() const;
    Instance::Away const* awayMessage() const;
    wire::Buffer caps() const;
    /// An instance has said what it can do, if only "nothing": that must be told, as absence means "as before".
    void setCaps(Instance& instance, wire::Bytes uuids);
    wire::u32 signedOnAt() const;

    /// NICK_FLAGS of this user as others see them.
    wire::u32 nickFlags() const;

    enum class View : wire::u08 {
        Others,    ///< ARRIVED, USER_INFO_REPLY
        Self,      ///< the whole of all instances, to the user himself
        Instance,  ///< one instance, to the user himself
    };
    /// An encoded NickwInfo. `instance` is who asks (Self) or who is described (Instance).
    wire::Buffer info(View view, Instance const* instance, wire::u32 now) const;
    /// The short form in messages; kept until something in it changes.
    wire::Bytes messageInfo() const;
    void infoChanged() { messageInfo_ = {}; }

    /// Everybody this user wants to hear of: list in force, session lists, temporary lists. Himself included if
    /// listed. Pending buddies are not (FA-3).
    NameSet watched(Instance const* only = nullptr) const;
    /// A buddy's name as it stands on the stored list.
    std::string spelling(LoginId const& buddy) const;

    template <wire::Message M>
    void sendToAll(M const& message, Instance const* but = nullptr) {
        for (auto const& instance : instances_)
            if (instance.get() != but) instance->session.send(message);
    }

  private:
    template <class F>
    bool eachAnnounced(F&& holds) const;
    bool temporarilyPermitted(LoginId const& other) const;
};

/// DEPARTED's user info: the name and flags of an offline user (PRES-5), encoded.
wire::Buffer departedInfo(std::string_view displayId);

}  // namespace oscar::core
