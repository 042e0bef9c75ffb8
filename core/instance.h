// SPDX-License-Identifier: MIT
// One client of a user: a BOSS connection with the state that ends with it.
#pragma once

#include <bitset>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "core/options.h"
#include "core/privacy.h"
#include "core/session.h"
#include "wire/icbm.h"

namespace oscar::core {

class User;

/// Lists that end with the session: those of clients that keep their list themselves, and temporary ones.
struct SessionLists {
    NameSet buddies;                 ///< BUDDY__ADD_BUDDIES
    NameSet tempBuddies;             ///< BUDDY__ADD_TEMP_BUDDIES
    NameSet tempPermits;             ///< PD__ADD_TEMP_PERMIT_LIST_ENTRIES
    std::optional<Privacy> privacy;  ///< PD__ADD_PERMIT_LIST_ENTRIES and the like
};

/// ICBM parameters of one client: the defaults and what single channels override.
class IcbmParameters {
    wire::icbm::Parameters all_ = defaults;
    std::vector<std::pair<wire::icbm::Channel, wire::icbm::Parameters>> overrides_;

  public:
    /// Before a client says otherwise everything is allowed (AOL spec, ICBM__ADD_PARAMETERS).
    static constexpr wire::icbm::Parameters defaults{
        wire::icbm::parameterFlags::channelMsgsAllowed | wire::icbm::parameterFlags::missedCallsEnabled,
        limits::icbmLength, 999, 999, 0};

    /// False if all slots are taken. Values out of range are brought into it (PARM-2).
    bool set(wire::icbm::Channel channel, wire::icbm::Parameters parameters);
    /// False for channel 0, whose parameters can't be deleted.
    bool reset(wire::icbm::Channel channel);
    void resetAll();
    wire::icbm::Parameters const& of(wire::icbm::Channel channel) const;
    /// Whether the flag is set for all channels or any single one.
    bool anyFlag(wire::u32 flag) const;
};

/// Messages that a client could not get, summed up until it may be told.
struct Missed {
    wire::icbm::Channel channel{};
    LoginId sender;
    wire::Buffer senderInfo;  ///< encoded NickwInfo
    wire::u16 count = 0;
    wire::icbm::MissedCallReason reason{};
};

struct Instance {
    Instance(User& owner, Session& connection) : user(owner), session(connection) {}

    // What each message asks for comes first.
    User& user;
    Session& session;
    wire::u32 serial = 0;  ///< unique on its shard
    wire::u08 number = 0;  ///< MY_INSTANCE_NUM, from 1
    wire::MulticonnFlags multiconnFlags{};
    wire::u16 oserviceVersion = 1;
    bool clientOnline = false;      ///< CLIENT_ONLINE has come
    bool feedbagInUse = false;      ///< FEEDBAG__USE has come
    bool announced = false;         ///< counts as online for others
    bool gone = false;              ///< has signed off; only its connection may still be closing
    bool offlineRetrieved = false;  ///< ICBM__OFFLINE_RETRIEVE has come
    bool namedFoodgroups = false;
    std::bitset<64> foodgroups;  ///< named in CLIENT_ONLINE or already in use

    std::optional<wire::u32> status;     ///< ICQ__STATUS
    std::optional<wire::u32> idleSince;  ///< seconds since the epoch
    struct Away {
        std::string type;
        std::string text;
        wire::u32 since = 0;  ///< seconds since the epoch
    };
    std::unique_ptr<Away> away;
    std::unique_ptr<SessionLists> lists;

    IcbmParameters icbm;
    TimePoint nextIcbmAt{};  ///< minInterICBMInterval: no message before
    std::vector<Missed> missed;

    /// Stored messages that were written to this client: to be forgotten when the network has taken them.
    std::set<wire::u64> fetched;

    wire::u32 signedOnAt = 0;    ///< seconds since the epoch
    TimePoint announceBy{};      ///< ON-7: when a client without any list is announced
    wire::u16 buddyFlags = 0;    ///< BUDDY__RIGHTS_QUERY_FLAGS
    wire::u32 privacyFlags = wire::oservice::privacyFlags::idle | wire::oservice::privacyFlags::member;
    std::unique_ptr<wire::oservice::DcInfo> dcInfo;
    wire::Buffer caps;  ///< Uuids one after the other
    wire::Buffer bart;  ///< BartIds with their data inside, e.g. the status text
    std::string clientName;

    SessionLists& sessionLists() {
        if (!lists) lists = std::make_unique<SessionLists>();
        return *lists;
    }
    bool isAway() const { return away || (status && (*status & wire::oservice::icqStatus::away)); }
    bool isInvisible() const { return status && (*status & wire::oservice::icqStatus::invisible); }
    bool isActive() const { return !isAway() && !idleSince; }
    /// Whether this client learns of `subject`'s presence.
    bool watches(LoginId const& subject) const;
};

}  // namespace oscar::core
