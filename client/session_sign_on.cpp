// SPDX-License-Identifier: MIT
// From the first connection to CLIENT_ONLINE (rules AUTH and ON).
#include <algorithm>

#include "client/password_proof.h"
#include "client/session.h"
#include "client/text.h"

namespace oscar::client {
namespace {

namespace oservice = wire::oservice;
using wire::Foodgroup;
using wire::FrameType;

constexpr std::size_t longestOldPassword = 8;

/// The versions that AOL tells clients to claim (ON-12), for the foodgroups this library knows.
constexpr wire::u16 claimedVersion(wire::u16 foodgroup) {
    switch (static_cast<Foodgroup>(foodgroup)) {
        case Foodgroup::Oservice:
            return 4;
        case Foodgroup::Feedbag:
            return 3;
        default:
            return 1;
    }
}
constexpr wire::u16 toolId = 41;
constexpr wire::u16 toolVersion = 1;

/// The same tags in the SIGNON frame and in BUCP's login request.
void addClientInfo(wire::TlvList& tlvs, ClientInfo const& client) {
    namespace tags = wire::signonTags;
    tlvs.add(tags::clientName, wire::string{client.name})
        .add(tags::clientId, client.id)
        .add(tags::majorVersion, client.major)
        .add(tags::minorVersion, client.minor)
        .add(tags::pointVersion, client.point)
        .add(tags::buildNum, client.build)
        .add(tags::distribution, client.distribution)
        .add(tags::language, wire::string{client.language})
        .add(tags::country, wire::string{client.country});
}

DisconnectCause causeOf(std::optional<wire::DisconnectReason> reason) {
    if (reason == wire::DisconnectReason::NewLogin) return DisconnectCause::SignedOnElsewhere;
    if (reason == wire::DisconnectReason::AccountDeleted) return DisconnectCause::AccountDeleted;
    return DisconnectCause::SignedOffByServer;
}

}  // namespace

void Session::connected() {
    wire::TlvList tlvs;
    if (stage_ == Stage::Idle) {
        stage_ = Stage::LoggingOn;
        if (options_.logOn == LogOn::Roasted) {
            tlvs.add(wire::signonTags::loginId, wire::string{options_.name});
            wire::Buffer const roasted = roast(options_.password);
            tlvs.add(wire::signonTags::roastedPassword, wire::blob{roasted});
            addClientInfo(tlvs, options_.client);
            tlvs.add(wire::signonTags::multiconnFlags, options_.multiconn);
            forgetPassword();
        }
    } else if (stage_ == Stage::Redirected) {
        stage_ = Stage::SigningOn;
        tlvs.add(wire::signonTags::loginCookie, wire::blob{cookie_});
        addClientInfo(tlvs, options_.client);
        tlvs.add(wire::signonTags::multiconnFlags, options_.multiconn);
        cookie_ = {};
    } else {
        return;
    }
    using Sequence = wire::FlapReader::Sequence;
    reader_ = wire::FlapReader(options_.strictSequence ? Sequence::Checked : Sequence::Ignored);
    writer_ = wire::FlapWriter(static_cast<wire::u16>(random()));
    greeted_ = false;
    phase_ = Phase::HostOnline;
    foodgroups_.clear();
    awaited_.clear();
    frame(FrameType::Signon, [&](wire::Writer& out) { put(out, wire::FlapSignon{1, tlvs}); });
}

void Session::greeted() {
    if (std::exchange(greeted_, true)) return;
    if (stage_ == Stage::LoggingOn && options_.logOn != LogOn::Roasted) requestLogOn();
}

void Session::requestLogOn() {
    wire::TlvList tlvs;
    tlvs.add(wire::bucp::tags::loginId, wire::string{options_.name})
        .add(wire::bucp::tags::challengeMarker1)
        .add(wire::bucp::tags::challengeMarker2);
    post(wire::bucp::ChallengeRequest{tlvs});
}

void Session::on(wire::bucp::ChallengeResponse const& m, wire::SnacFrame const& frame) {
    if (stage_ != Stage::LoggingOn || options_.logOn == LogOn::Roasted) return;
    namespace tags = wire::bucp::tags;
    constexpr wire::u16 shortPasswords = 0x0026;  // AUTH-3
    wire::Tlvs const rest{frame.body.subspan(2 + m.key.text.size())};
    std::string_view password = options_.password;
    if (rest.find(shortPasswords)) password = password.substr(0, longestOldPassword);
    wire::Bytes const key = wire::asBytes(m.key.text);
    wire::TlvList tlvs;
    tlvs.add(tags::loginId, wire::string{options_.name});
    if (options_.logOn == LogOn::Md5) {
        tlvs.add(tags::passwordHash, md5Proof(key, password)).add(tags::passwordPrehashed);
    } else {
        tlvs.add(tags::passwordHash, oldMd5Proof(key, password));
    }
    addClientInfo(tlvs, options_.client);
    tlvs.add(tags::multiconnFlags, options_.multiconn);
    forgetPassword();
    post(wire::bucp::LoginRequest{tlvs});
}

void Session::on(wire::bucp::LoginResponse const& m, wire::SnacFrame const&) {
    if (stage_ == Stage::LoggingOn) logOnDone(m.tlvs);
}

/// The answer to either log-on (AUTH-5, AUTH-6).
void Session::logOnDone(wire::Tlvs const& tlvs) {
    namespace tags = wire::signoffTags;
    auto const code = tlvs.get(tags::errorSubcode);
    if (code || !follow(tlvs)) {
        auto const url = tlvs.get(tags::errorUrl).value_or(wire::string{});
        auto const text = code ? loginErrorText(*code) : "the server named no usable address";
        return fail({code, std::string(text), validUtf8(url.text)});
    }
    displayId_ = validUtf8(tlvs.get(tags::loginId).value_or(wire::string{options_.name}).text);
}

/// Takes address and cookie of the server to go to. False if one is missing.
bool Session::follow(wire::Tlvs const& tlvs) {
    auto const where = tlvs.get(wire::signoffTags::reconnectHere);
    auto const cookie = tlvs.get(wire::signoffTags::loginCookie);
    constexpr wire::u16 defaultPort = 5190;  // SVC-4
    auto const address = where ? parseAddress(where->text, defaultPort) : std::nullopt;
    if (!address || !cookie) return false;
    redirect_ = *address;
    cookie_ = wire::toBuffer(cookie->bytes);
    stage_ = Stage::Redirected;
    return true;
}

void Session::signedOffByServer(wire::Tlvs const& tlvs) {
    namespace tags = wire::signoffTags;
    if (stage_ == Stage::LoggingOn) return logOnDone(tlvs);
    auto code = tlvs.get(tags::errorSubcode);
    if (!code) {
        if (auto const brief = tlvs.get(tags::errorSubcode08)) code = static_cast<wire::LoginError>(*brief);
    }
    auto const url = validUtf8(tlvs.get(tags::url).value_or(wire::string{}).text);
    if (stage_ == Stage::SigningOn && !migrating_) {
        auto const text = code ? loginErrorText(*code) : "the server ended the sign-on";
        return fail({code, std::string(text), url});
    }
    end(causeOf(tlvs.get(tags::disconnectReason)), url);
}

bool Session::offers(Foodgroup foodgroup) const {
    return std::find(foodgroups_.begin(), foodgroups_.end(), static_cast<wire::u16>(foodgroup)) !=
           foodgroups_.end();
}

void Session::on(oservice::HostOnline const& m, wire::SnacFrame const&) {
    if (stage_ != Stage::SigningOn || phase_ != Phase::HostOnline) return;
    foodgroups_.clear();
    for (wire::u16 foodgroup : m.groups) foodgroups_.push_back(foodgroup);
    nextPhase();
}

/// Sends a query that the sign-on waits for.
template <wire::Message Query, wire::Message Answer>
void Session::ask(Query const& query) {
    wire::u32 const requestId = post(query);
    awaited_.push_back({{static_cast<wire::u16>(Answer::snac.foodgroup), Answer::snac.type}, requestId});
}

/// Notes an answer, or an error in its place, and goes on when it was the last.
void Session::answered(wire::SnacHeader const& header) {
    if (awaited_.empty() || header.flags & wire::snacFlags::moreRepliesFollow) return;
    wire::SnacId const id{header.foodgroup, header.type};
    std::erase_if(awaited_, [&](Awaited const& awaited) {
        return header.type == 1 ? awaited.requestId == header.requestId : awaited.answer == id;
    });
    if (awaited_.empty() && stage_ == Stage::SigningOn) nextPhase();
}

void Session::nextPhase() {
    switch (phase_) {
        case Phase::HostOnline: {
            phase_ = Phase::Versions;
            wire::List<oservice::FoodgroupVersion> versions;
            for (wire::u16 foodgroup : foodgroups_) versions.add({foodgroup, claimedVersion(foodgroup)});
            return ask<oservice::ClientVersions, oservice::HostVersions>({versions});
        }
        case Phase::Versions:
            phase_ = Phase::Rates;
            return ask<oservice::RateParamsQuery, oservice::RateParamsReply>({});
        case Phase::Rates:
            phase_ = Phase::Queries;
            askAll();
            if (awaited_.empty()) goOnline();
            return;
        case Phase::Queries:
            return goOnline();
    }
}

void Session::on(oservice::RateParamsReply const& m, wire::SnacFrame const&) {
    if (phase_ != Phase::Rates) return;
    wire::List<wire::u16> classes;
    for (oservice::RateClassMembers const& rateClass : m.rateMembers) classes.add(rateClass.classId);
    if (!classes.empty()) post(oservice::RateAddParamSub{classes});
}

void Session::askAll() {
    if (migrating_) return;
    if (offers(Foodgroup::Locate)) ask<wire::locate::RightsQuery, wire::locate::RightsReply>({});
    if (offers(Foodgroup::Buddy)) {
        wire::TlvList flags;
        flags.add(wire::buddy::rightsQueryTags::flags, wire::buddy::rightsQueryFlags::bartSupported);
        ask<wire::buddy::RightsQuery, wire::buddy::RightsReply>({flags});
    }
    if (offers(Foodgroup::Icbm)) ask<wire::icbm::ParameterQuery, wire::icbm::ParameterReply>({});
    if (offers(Foodgroup::Pd)) ask<wire::pd::RightsQuery, wire::pd::RightsReply>({});
    if (offers(Foodgroup::Feedbag) && options_.useFeedbag) {
        constexpr wire::u16 allFeatures = 0x007F;
        wire::TlvList flags;
        flags.add(wire::feedbag::rightsQueryTags::flags, allFeatures);
        ask<wire::feedbag::RightsQuery, wire::feedbag::RightsReply>({flags});
        feedbag_.clear();
        ask<wire::feedbag::Query, wire::feedbag::Reply>({});
    }
    // Every connection has OSERVICE, but only that to BOS has a user to tell about.
    if (offers(Foodgroup::Icbm)) ask<oservice::NickInfoQuery, oservice::NickInfoUpdate>({});
}

void Session::goOnline() {
    bool const bos = offers(Foodgroup::Icbm);
    if (bos && offers(Foodgroup::Locate)) {
        wire::List<wire::Uuid> capabilities;
        for (wire::Uuid const& capability : options_.capabilities) capabilities.add(capability);
        wire::TlvList tlvs;
        tlvs.add(wire::locate::tags::capabilities, capabilities);
        post(wire::locate::SetInfo{tlvs});
    }
    if (bos) post(wire::icbm::AddParameters{wire::icbm::Channel::AllChannels, options_.icbm});
    if (status_) {
        wire::TlvList tlvs;
        tlvs.add(oservice::nickInfoTags::status, *status_);
        post(oservice::SetNickinfoFields{tlvs});
    }
    if (offers(Foodgroup::Feedbag) && options_.useFeedbag && !migrating_) post(wire::feedbag::Use{});
    wire::List<oservice::Version> versions;
    for (wire::u16 foodgroup : foodgroups_)
        versions.add({foodgroup, claimedVersion(foodgroup), toolId, toolVersion});
    post(oservice::ClientOnline{versions});
    stage_ = Stage::Online;
    if (std::exchange(migrating_, false)) {
        resume();
        return emit(Resumed{});
    }
    emit(SignedOn{displayId_});
}

}  // namespace oscar::client
