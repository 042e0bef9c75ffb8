// SPDX-License-Identifier: MIT
#include "core/messages.h"

#include <algorithm>

#include "core/html.h"

namespace oscar::core {
namespace {

using wire::ErrorCode;
using wire::icbm::Channel;
namespace tags = wire::icbm::tags;
namespace parameterFlags = wire::icbm::parameterFlags;

bool isImChannel(Channel channel) { return channel == Channel::Im || channel == Channel::Mime; }

/// XHTML_IM and the capability by which libpurple says the same (quirks: ICBM-12).
constexpr wire::Uuid xhtmlIm{0x09, 0x46, 0x00, 0x02, 0x4C, 0x7F, 0x11, 0xD1,
                             0x82, 0x22, 0x44, 0x45, 0x53, 0x54, 0x00, 0x00};
constexpr wire::Uuid htmlMessages{0x01, 0x38, 0xCA, 0x7B, 0x76, 0x9A, 0x49, 0x15,
                                  0x88, 0xF2, 0x13, 0xFC, 0x00, 0x97, 0x9E, 0xA8};

bool takesHtml(Instance const& instance) {
    if (instance.icbm.anyFlag(parameterFlags::useHtmlForIcq)) return true;
    return std::ranges::any_of(wire::rest<wire::Uuid>{instance.caps},
                               [](wire::Uuid const& uuid) { return uuid == xhtmlIm || uuid == htmlMessages; });
}

/// What a receiver's parameters say against the message, if anything.
struct Objection {
    ErrorCode code;
    std::optional<wire::icbm::MissedCallReason> missed;
};

std::optional<Objection> objection(Shard const& shard, Instance const& to, Envelope const& message) {
    using wire::icbm::MissedCallReason;
    auto const& parameters = to.icbm.of(message.channel);
    if (!(parameters.icbmFlags & parameterFlags::channelMsgsAllowed))
        return Objection{ErrorCode::NotSupportedByClient, std::nullopt};
    if (message.icbmTlvs.bytes().size() > parameters.maxIncomingICBMLen)
        return Objection{ErrorCode::RefusedByClient, MissedCallReason::TooLarge};
    if (message.senderEvil > parameters.maxSourceEvil)
        return Objection{ErrorCode::TooEvilSender, MissedCallReason::EvilSender};
    if (to.user.account().evil > message.senderMaxDestinationEvil)
        return Objection{ErrorCode::TooEvilReceiver, MissedCallReason::EvilReceiver};
    if (parameters.minInterICBMInterval && shard.now.steady < to.nextIcbmAt)
        return Objection{ErrorCode::RateToClient, MissedCallReason::RateExceeded};
    return std::nullopt;
}

bool isTarget(Instance const& instance) { return instance.announced && !instance.session.link.closing(); }

/// Whether anybody is there to be written to.
bool hasTargets(User const* user) {
    return user && std::ranges::any_of(user->instances(), [](auto const& instance) { return isTarget(*instance); });
}

/// The instances a message goes to: those neither away nor idle, or all if there are none (MULTI-2).
template <class F>
void forEachTarget(User const& user, F&& f) {
    bool const anyActive = std::ranges::any_of(
        user.instances(), [](auto const& instance) { return isTarget(*instance) && instance->isActive(); });
    for (auto const& instance : user.instances())
        if (isTarget(*instance) && (!anyActive || instance->isActive())) f(*instance);
}

/// Whoever calls this calls flushSoon() afterwards.
void write(Instance& to, Envelope const& message, std::optional<wire::t70> sendTime) {
    bool const strip = message.channel == Channel::Im && (message.senderIsIcq || to.user.icq()) && !takesHtml(to);
    to.session.link.out.frame(wire::FrameType::Data, [&](wire::Writer& out) {
        auto const& snac = wire::icbm::ChannelMsgToClient::snac;
        put(out, wire::SnacHeader{static_cast<wire::u16>(snac.foodgroup), snac.type, 0, wire::serverRequestId});
        put(out, message.cookie);
        put(out, message.channel);
        out.bytes(message.senderInfo);
        if (strip) {
            for (wire::Tlv const& tlv : message.icbmTlvs) {
                if (tlv.tag != tags::imData.number) {
                    put(out, tlv);
                    continue;
                }
                wire::Buffer const plain = withoutHtml(wire::Tlvs{tlv.value});
                put(out, wire::Tlv{tlv.tag, plain});
            }
        } else {
            out.bytes(message.icbmTlvs.bytes());
        }
        if (message.wantsEvents && isImChannel(message.channel)) put(out, wire::Tlv{tags::wantEvents.number, {}});
        if (sendTime) {
            // Clients know a stored message by these two (OFF-4).
            put(out, wire::Tlv{tags::store.number, {}});
            wire::Buffer const time = wire::encode(*sendTime);
            put(out, wire::Tlv{tags::sendTime.number, time});
        }
    });
}

Outcome deliverOnline(Shard& shard, User& user, Envelope const& message) {
    if (!user.mayReach({*message.sender, message.senderNickFlags})) return Error{ErrorCode::NotLoggedOn};
    std::optional<Objection> why;
    bool delivered = false;
    forEachTarget(user, [&](Instance& instance) {
        if (auto const against = objection(shard, instance, message)) {
            if (against->missed)
                shard.missed(instance, message.channel, *message.sender, message.senderInfo, *against->missed);
            if (!why) why = against;
            return;
        }
        write(instance, message, std::nullopt);
        instance.session.link.flushSoon();
        // A channel without an interval does not shorten another's.
        Milliseconds const interval(instance.icbm.of(message.channel).minInterICBMInterval);
        instance.nextIcbmAt = std::max(instance.nextIcbmAt, shard.now.steady + interval);
        delivered = true;
    });
    if (delivered) return {};
    return Error{why ? why->code : ErrorCode::NotLoggedOn};
}

using OutcomeSink = std::function<void(Shard&, Outcome const&)>;

/// The receiver is not signed on: his stored settings decide, then the message is kept (OFF-1).
void storeMessage(Shard& shard, OwnedEnvelope message, OutcomeSink done) {
    LoginId const receiver = message->receiver;
    shard.store.load(receiver, [&shard, message, done](StoreResult<StoredUser> stored) {
        if (!stored) {
            done(shard, Error{stored.error() == StoreError::NoSuchUser ? ErrorCode::NotLoggedOn
                                                                       : ErrorCode::ServiceUnavailable});
            return;
        }
        Feedbag const feedbag(std::move(stored->feedbag), stored->feedbagUpdated);
        Privacy const privacy = Privacy::fromFeedbag(feedbag, message->receiver.isUin());
        bool const toHimself = *message->sender == message->receiver;
        if (!toHimself && !privacy.mayReach({*message->sender, message->senderNickFlags})) {
            done(shard, Error{ErrorCode::NotLoggedOn});
            return;
        }
        if (!feedbag.preference(wire::feedbag::buddyPrefs::acceptOfflineIm, true)) {
            done(shard, Error{ErrorCode::NotLoggedOn, wire::icbm::errorSubcode::offlineImNotAccepted});
            return;
        }
        auto const sender = wire::decode<wire::oservice::NickwInfo>(message->senderInfo);
        StoredMessage kept;
        kept.sender = *message->sender;
        kept.senderDisplayId = sender ? std::string(sender->displayId.text) : message->sender->text();
        kept.senderEvil = message->senderEvil;
        kept.senderNickFlags = static_cast<wire::u16>(message->senderNickFlags);
        kept.cookie = message->cookie;
        kept.channel = static_cast<wire::u16>(message->channel);
        kept.icbmTlvs = wire::toBuffer(message->icbmTlvs.bytes());
        kept.sentAt = shard.now.unix;
        shard.store.keep(message->receiver, std::move(kept), shard.complex.options.inbox,
                         [&shard, message, done](StoreResult<> stored2) {
                             if (!stored2) {
                                 bool const full = stored2.error() == StoreError::InboxFull;
                                 done(shard, full ? Error{ErrorCode::NotLoggedOn,
                                                          wire::icbm::errorSubcode::offlineImExceedMax}
                                                  : Error{ErrorCode::ServiceUnavailable});
                                 return;
                             }
                             // He may have signed on, and fetched the others, while the disk was at work.
                             if (User* const user = shard.find(message->receiver))
                                 for (auto const& instance : user->instances())
                                     if (instance->offlineRetrieved && !instance->session.link.closing()) {
                                         deliverStored(shard, *instance, [](Instance& to, Result<>) {
                                             to.session.link.flushSoon();
                                         });
                                         break;
                                     }
                             done(shard, Outcome{});
                         });
    });
}

/// At the receiver's home.
void arrive(Shard& shard, OwnedEnvelope const& message, OutcomeSink const& done) {
    User* const user = shard.find(message->receiver);
    if (hasTargets(user)) {
        done(shard, deliverOnline(shard, *user, *message));
    } else if (message->store) {
        storeMessage(shard, message, done);
    } else {
        done(shard, Error{ErrorCode::NotLoggedOn});
    }
}

}  // namespace

OwnedEnvelope::OwnedEnvelope(Envelope const& borrowed)
    : contents_(std::make_shared<Contents>(Contents{borrowed, *borrowed.sender, std::string(borrowed.destLoginId.text),
                                                    wire::toBuffer(borrowed.senderInfo),
                                                    wire::toBuffer(borrowed.icbmTlvs.bytes())})) {
    Envelope& envelope = contents_->envelope;
    envelope.sender = &contents_->sender;
    envelope.destLoginId.text = contents_->destLoginId;
    envelope.senderInfo = contents_->senderInfo;
    envelope.icbmTlvs = wire::Tlvs{contents_->icbmTlvs};
}

void sendMessage(Shard& shard, Instance& from, Envelope const& message, Conclude conclude) {
    unsigned const home = shard.homeOf(message.receiver);
    unsigned const back = shard.index();
    if (home == back) {
        if (User* const user = shard.find(message.receiver); hasTargets(user)) {
            conclude(from, message, deliverOnline(shard, *user, message));
            return;
        }
    }
    OwnedEnvelope const owned(message);
    OutcomeSink const sink = [ref = Shard::refOf(from), back, conclude, owned](Shard& there, Outcome const& outcome) {
        auto const tell = [ref, conclude, owned, outcome](Shard& here) {
            if (Instance* const sender = here.find(ref)) conclude(*sender, *owned, outcome);
        };
        if (there.index() == back) {
            tell(there);
        } else {
            there.post(back, tell);
        }
    };
    if (home == back) {
        arrive(shard, owned, sink);
    } else {
        shard.post(home, [owned, sink](Shard& there) { arrive(there, owned, sink); });
    }
}

void relay(Shard& shard, Instance& from, LoginId const& to, Relay message) {
    if (!from.user.mayReach({to})) return;
    auto const pass = [to, message = std::move(message), sender = from.user.loginId(),
                       flags = from.user.nickFlags()](Shard& there) {
        User* const user = there.find(to);
        if (!user || !user->announced() || !user->mayReach({sender, flags})) return;
        forEachTarget(*user, [&](Instance& instance) {
            bool const wantsIt =
                !message.needsEvents || (instance.icbm.of(message.channel).icbmFlags & parameterFlags::eventsAllowed);
            if (wantsIt) instance.session.send(message.snac, message.body);
        });
    };
    if (shard.isHome(to)) {
        pass(shard);
    } else {
        shard.post(shard.homeOf(to), pass);
    }
}

void deliverStored(Shard& shard, Instance& asking, std::function<void(Instance&, Result<>)> done) {
    shard.store.waiting(asking.user.loginId(), [&shard, ref = Shard::refOf(asking),
                                                done](StoreResult<std::vector<StoredMessage>> waiting) {
        Instance* const to = shard.find(ref);
        if (!to) return;
        if (!waiting) {
            done(*to, Error{ErrorCode::ServiceUnavailable});
            return;
        }
        std::vector<wire::u64> ids;
        for (StoredMessage const& stored : *waiting) {
            if (to->user.wasSent(stored.id)) continue;
            ids.push_back(stored.id);
            wire::TlvList attributes;
            attributes.add(wire::oservice::nickInfoTags::nickFlags, stored.senderNickFlags);
            wire::Buffer const info = wire::encode(wire::oservice::NickwInfo{
                wire::string08{stored.senderDisplayId}, stored.senderEvil, attributes});
            Envelope envelope;
            envelope.cookie = stored.cookie;
            envelope.channel = static_cast<Channel>(stored.channel);
            envelope.senderInfo = info;
            envelope.senderIsIcq = stored.sender.isUin();
            envelope.icbmTlvs = wire::Tlvs{stored.icbmTlvs};
            write(*to, envelope, wire::t70{stored.sentAt});
        }
        to->offlineRetrieved = true;
        to->fetched.insert(ids.begin(), ids.end());
        done(*to, {});
    });
}

bool hasText(wire::Tlvs imData) {
    if (!wire::decode<wire::tlvRestBlock>(imData.bytes())) return false;
    bool text = false;
    for (wire::Tlv const& tlv : imData) {
        if (tlv.tag != wire::icbm::imDataTags::imText.number) continue;
        auto const section = wire::decode<wire::icbm::ImSection>(tlv.value);
        if (!section) return false;
        text = text || !section->data.bytes.empty();
    }
    return text;
}

}  // namespace oscar::core
