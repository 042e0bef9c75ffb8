// SPDX-License-Identifier: MIT
#include "tests/e2e/replay.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "client/password_proof.h"

namespace oscar::test {
namespace {

using Kind = CaptureLine::Kind;
using wire::u16;
using wire::u32;
namespace bucp = wire::bucp;
namespace fb = wire::feedbag;

constexpr std::string_view begunBefore = "signed on before";

bool isIcq(std::string const& user) { return user.find_first_not_of("0123456789") == std::string::npos; }

bool is(wire::SnacFrame const& snac, wire::Snac wanted) {
    return snac.header.foodgroup == static_cast<u16>(wanted.foodgroup) && snac.header.type == wanted.type;
}

/// How requests are answered when all is well; what is not here is not answered (tests/captures/README.md).
std::string usualAnswer(wire::SnacFrame const& request) {
    static std::map<std::string, std::string> const answers{
        {"17/06", "17/07"}, {"17/02", "17/03"}, {"01/17", "01/18"}, {"01/06", "01/07"}, {"01/0e", "01/0f"},
        {"01/1e", "01/0f"}, {"02/02", "02/03"}, {"03/02", "03/03"}, {"04/04", "04/05"}, {"09/02", "09/03"},
        {"13/02", "13/03"}, {"13/04", "13/06"}, {"13/08", "13/0e"}, {"13/09", "13/0e"}, {"13/0a", "13/0e"},
        {"02/15", "02/06"}, {"04/10", "04/17"}};
    if (is(request, wire::icbm::ChannelMsgToHost::snac)) {
        auto const message = wire::decode<wire::icbm::ChannelMsgToHost>(request.body).value();
        return message.icbmTlvs.has(wire::icbm::tags::requestHostAck) ? "04/0c" : "";
    }
    auto const found = answers.find(nameOf(request));
    return found == answers.end() ? "" : found->second;
}

/// A TLV replaced by another with the same tag.
wire::Buffer withTlv(wire::Tlvs tlvs, u16 tag, wire::Bytes value) {
    wire::TlvList changed;
    for (wire::Tlv const& tlv : tlvs) changed.add(tlv.tag == tag ? wire::Tlv{tag, value} : tlv);
    return wire::toBuffer(changed.bytes());
}

/// What was typed: the digest tells which of the recorded users' passwords it was.
std::string passwordOf(CaptureLine const& line, Capture const& from) {
    auto const request = wire::decode<bucp::LoginRequest>(line.snac()->body).value();
    std::string key;
    for (CaptureLine const& other : from.lines)
        if (auto const snac = other.snac(); snac && other.connection == line.connection && !other.toHost)
            if (is(*snac, bucp::ChallengeResponse::snac))
                key = wire::decode<bucp::ChallengeResponse>(snac->body).value().key.text;
    for (std::string const password : {"secret12", "wrong123", "wrong12"})
        if (client::md5Proof(wire::asBytes(key), password) == request.tlvs.get(bucp::tags::passwordHash))
            return password;
    throw std::runtime_error("the capture has a digest of another password");
}

wire::Buffer item(std::string const& name, u16 groupId, u16 itemId, fb::ClassId classId,
                  wire::TlvList const& attributes = {}) {
    return wire::encode(fb::Item{wire::string16{name}, groupId, itemId, classId, attributes});
}

/// The list as libpurple makes it: item ids as in the captures.
wire::Buffer listOf(std::string const& user, std::vector<std::string> const& buddies) {
    auto const order = [](u16 count) {
        wire::List<u16> ids;
        for (u16 id = 1; id <= count; ++id) ids.add(id);
        return wire::TlvList{}.add(fb::attributes::order, ids);
    };
    wire::Buffer list = item("", 0, 0, fb::ClassId::Group, order(buddies.empty() ? 0 : 1));
    auto const add = [&](wire::Buffer const& more) { list.insert(list.end(), more.begin(), more.end()); };
    wire::TlvList mode;
    mode.add(fb::attributes::pdMode, isIcq(user) ? fb::PdMode::DenySome : fb::PdMode::PermitAll);
    add(item("", 0, 1, fb::ClassId::Pdinfo, mode));
    add(item("1", 0, 2, fb::ClassId::Bart));
    if (buddies.empty()) return list;
    add(item("Buddies", 1, 0, fb::ClassId::Group, order(static_cast<u16>(buddies.size()))));
    u16 id = 0;
    for (std::string const& buddy : buddies) add(item(buddy, 1, ++id, fb::ClassId::Buddy));
    return list;
}

/// What was played of a recorded session before CLIENT_ONLINE, for sessions that begin there.
bool belongsToPrelude(wire::SnacFrame const& snac, bool withList) {
    bool const service = snac.header.foodgroup == static_cast<u16>(wire::Foodgroup::Icq) ||
                         is(snac, wire::oservice::ServiceRequest::snac);
    bool const makesList = is(snac, fb::StartCluster::snac) || is(snac, fb::InsertItems::snac);
    return !service && !(withList && makesList);
}

}  // namespace

Replay::Replay(Scenario const& scenario) : scenario_(scenario), capture_(readCapture(scenario.capture)) {
    for (std::string const& name : scenario.accounts) server_.addUser(name);
    for (auto const& [user, buddies] : scenario.lists) storeList(user, buddies);
    for (CaptureLine const& line : capture_.lines)
        if (line.kind == Kind::Connection && line.begins == begunBefore)
            signOn(open(line), wire::MulticonnFlags::RecentClient, true);
    settle();
    for (auto& [number, peer] : peers_) peer.unread.clear();
}

std::string Replay::run() {
    std::string rows, note;
    for (CaptureLine const& line : capture_.lines) {
        SCOPED_TRACE(capture_.name + ":" + std::to_string(line.number));
        if (line.kind == Kind::Note) {
            rows += endStep(note);
            note = line.note;
        } else if (line.kind == Kind::Connection && line.begins != begunBefore) {
            if (line.service != "BUCP" && line.service != "BOS") continue;
            Peer& peer = open(line);
            bool const alone = line.connection == scenario_.alone;
            if (!line.begins.empty())
                signOn(peer, alone ? wire::MulticonnFlags::Single : wire::MulticonnFlags::RecentClient,
                       false);
        } else if (auto const peer = peers_.find(line.connection); peer != peers_.end()) {
            if (line.kind == Kind::Frame && line.toHost) play(peer->second, line);
            if (line.kind == Kind::Closed) closed(peer->second, line);
        }
    }
    return rows + endStep(note);
}

Replay::Peer& Replay::open(CaptureLine const& line) {
    std::string const label =
        scenario_.numbered ? line.user + '/' + std::to_string(line.connection) : line.user;
    Peer peer{FlapSocket(server_.address()), line.user, label, line.service == "BOS", false, {}};
    return peers_.emplace(line.connection, std::move(peer)).first->second;
}

void Replay::storeList(std::string const& user, std::vector<std::string> const& buddies) {
    FlapSocket socket = present(server_.address(), logIn(server_.address(), user, usualPassword));
    wire::Buffer const list = listOf(user, buddies);
    socket.send(fb::InsertItems{wire::rest<fb::Item>{list}}, 1);
    Frame const frame = socket.await(fb::Status::snac);
    auto const answer = wire::decode<fb::Status>(frame.snac()->body).value();
    for (fb::StatusCode const status : answer.statuses) EXPECT_EQ(status, fb::StatusCode::Success);
    socket.sendFrame(wire::FrameType::Signoff);
    socket.awaitEnd();
    withList_.insert(user);
}

void Replay::greet(Peer& peer, wire::Bytes cookie) {
    wire::TlvList hello;
    hello.add(wire::signonTags::loginCookie, wire::blob{cookie});
    peer.socket.sendHello(hello);
    Frame const frame = peer.socket.await(wire::oservice::HostOnline::snac);
    auto const online = wire::decode<wire::oservice::HostOnline>(frame.snac()->body).value();
    for (u16 const group : online.groups) offered_.insert(group);
}

void Replay::signOn(Peer& peer, wire::MulticonnFlags multiconn, bool whole) {
    greet(peer, logIn(server_.address(), peer.user, usualPassword, multiconn));
    Capture const from = readCapture(isIcq(peer.user) ? "icq-sign-on" : "aim-sign-on-md5");
    constexpr int boss = 2;  // in both files
    for (CaptureLine const& line : from.lines) {
        auto const snac = line.snac();
        if (!snac || !line.toHost || line.connection != boss) continue;
        bool const online = is(*snac, wire::oservice::ClientOnline::snac);
        if (online && !whole) break;
        if (belongsToPrelude(*snac, withList_.contains(peer.user))) playSnac(peer, line, from);
        if (is(*snac, wire::icbm::OfflineRetrieve::snac)) break;
    }
    withList_.insert(peer.user);
}

void Replay::play(Peer& peer, CaptureLine const& line) {
    if (line.frameType() == wire::FrameType::Data) {
        playSnac(peer, line, capture_);
    } else if (line.frameType() == wire::FrameType::Signon && peer.boss) {
        greet(peer, cookies_.at(peer.user));
    } else {
        peer.socket.sendFrame(line.frameType(), line.payload());
    }
}

void Replay::playSnac(Peer& peer, CaptureLine const& line, Capture const& from) {
    wire::SnacFrame const request = line.snac().value();
    wire::Buffer body = wire::toBuffer(request.body);
    if (is(request, bucp::LoginRequest::snac)) {
        auto const digest = client::md5Proof(wire::asBytes(challenge_), passwordOf(line, from));
        body = withTlv(wire::Tlvs{request.body}, bucp::tags::passwordHash.number, digest);
    }
    peer.socket.sendSnac(request.header, body);
    sent_.remember(peer.user, request);

    Refusal const* refusal = nullptr;
    for (Refusal const& candidate : scenario_.refusals)
        if (&from == &capture_ && candidate.line == line.number) refusal = &candidate;
    std::string const expected = expectedAnswer(line, refusal);
    if (expected.empty()) return;
    auto const answer = awaitAnswer(peer, request.header);
    if (!answer) throw Disappointment("the server closed instead of answering " + nameOf(request));
    EXPECT_EQ(nameOf(*answer->snac()), expected) << "the answer to " << nameOf(request);
    if (peer.boss) {
        check(*answer, line, from, refusal);
    } else {
        checkSignOn(peer, *answer->snac());
        if (refusal) check(*answer, line, from, refusal);
    }
}

std::string Replay::expectedAnswer(CaptureLine const& line, Refusal const* refusal) const {
    wire::SnacFrame const request = line.snac().value();
    u16 const foodgroup = request.header.foodgroup;
    bool const signingOn = foodgroup == static_cast<u16>(bucp::foodgroup);
    if (refusal) return signingOn ? "17/03" : nameOf(foodgroup, 1);
    bool const offered = signingOn || offered_.contains(foodgroup);
    if (!offered || is(request, wire::oservice::ServiceRequest::snac)) return nameOf(foodgroup, 1);
    return usualAnswer(request);
}

/// Nothing if the server closes instead.
std::optional<Frame> Replay::awaitAnswer(Peer& peer, wire::SnacHeader const& request) {
    while (auto frame = peer.socket.next()) {
        auto const snac = frame->snac();
        if (snac && snac->header.requestId == request.requestId &&
            snac->header.foodgroup == request.foodgroup)
            return frame;
        peer.unread.push_back(std::move(*frame));
    }
    return std::nullopt;
}

/// Answers whose content follows from the request are as they were recorded.
void Replay::check(Frame const& frame, CaptureLine const& line, Capture const& from, Refusal const* refusal) {
    wire::SnacFrame const answer = frame.snac().value(), request = line.snac().value();
    if (refusal && request.header.foodgroup == static_cast<u16>(bucp::foodgroup)) {
        auto const code =
            wire::decode<bucp::LoginResponse>(answer.body).value().tlvs.get(bucp::tags::errorSubcode);
        EXPECT_EQ(static_cast<u16>(code.value_or(wire::LoginError{})), refusal->code);
        return;
    }
    if (refusal) {
        EXPECT_EQ(wire::decode<u16>(answer.body), refusal->code) << "the code of the error";
        return;
    }
    if (is(request, wire::oservice::SetNickinfoFields::snac)) {
        namespace tags = wire::oservice::nickInfoTags;
        auto const said =
            wire::decode<wire::oservice::SetNickinfoFields>(request.body).value().tlvs.get(tags::status);
        auto const info = wire::decode<wire::oservice::NickwInfo>(answer.body).value();
        if (said) {
            EXPECT_EQ(info.userAttributes.get(tags::status), said) << "own status (MULTI-10)";
        }
    }
    auto const* const line2 = from.answerTo(line);
    if (!line2) return;
    wire::SnacFrame const recorded = line2->snac().value();
    if (nameOf(recorded) != nameOf(answer)) return;
    if (is(answer, fb::Status::snac) || is(answer, wire::icbm::HostAck::snac)) {
        EXPECT_TRUE(wire::sameBytes(answer.body, recorded.body)) << nameOf(answer) << " says something else";
    } else if (is(answer, fb::Reply::snac) && &from == &capture_) {
        auto const now = wire::decode<fb::Reply>(answer.body).value(),
                   then = wire::decode<fb::Reply>(recorded.body).value();
        EXPECT_TRUE(now.items == then.items) << "the stored list is another";
    } else if (is(answer, wire::locate::UserInfoReply::snac)) {
        auto const now = wire::decode<wire::locate::UserInfoReply>(answer.body).value();
        auto const then = wire::decode<wire::locate::UserInfoReply>(recorded.body).value();
        for (wire::Tlv const& tlv : then.locateInfo)
            EXPECT_TRUE(wire::sameBytes(now.locateInfo.find(tlv.tag).value_or(wire::Bytes{}), tlv.value))
                << "profile or away message: tag " << tlv.tag;
    }
}

void Replay::checkSignOn(Peer& peer, wire::SnacFrame const& answer) {
    if (is(answer, bucp::ChallengeResponse::snac))
        challenge_ = wire::decode<bucp::ChallengeResponse>(answer.body).value().key.text;
    if (!is(answer, bucp::LoginResponse::snac)) return;
    auto const response = wire::decode<bucp::LoginResponse>(answer.body).value();
    if (auto const cookie = response.tlvs.get(bucp::tags::loginCookie))
        cookies_[peer.user] = wire::toBuffer(cookie->bytes);
    Frame const last = peer.socket.next().value();
    EXPECT_EQ(last.type, wire::FrameType::Signoff) << "what follows 17/03";
}

void Replay::closed(Peer& peer, CaptureLine const& line) {
    bool const byServer = peer.boss && !line.toHost;  // a sign-on's server lets the client go first
    if (!byServer) peers_.erase(line.connection);
}

/// Until all that was sent has had its effect on everybody: each connection has asked and been answered three
/// times, since effects may go from one of the server's threads to another and back.
void Replay::settle() {
    for (int round = 0; round < 3; ++round) {
        for (auto& [number, peer] : peers_) {
            if (!peer.boss || peer.ended) continue;
            wire::SnacHeader const ask{1, wire::oservice::NickInfoQuery::snac.type, 0,
                                       0x7F000000 + ++fences_};
            peer.socket.sendSnac(ask, {});
            peer.ended = !awaitAnswer(peer, ask);
        }
    }
}

std::string Replay::observed(std::string const& note) const {
    std::map<std::string, std::string> rows;
    for (auto const& [number, peer] : peers_) {
        Observed seen;
        for (Frame const& frame : peer.unread)
            if (std::string what = describe(peer.user, frame, sent_); !what.empty())
                seen.add(std::move(what));
        if (peer.ended) seen.add("closed");
        for (std::string const& row : seen.rows())
            rows[peer.label] += fmt::format("{} | {}: {}\n", note, peer.label, row);
    }
    std::string all;
    for (auto const& [label, text] : rows) all += text;
    return all;
}

std::string Replay::endStep(std::string note) {
    std::string expected;
    auto const& expectations = scenario_.expectations;
    if (nextExpectation_ < expectations.size() && note.starts_with(expectations[nextExpectation_].note))
        note = expectations[nextExpectation_].note;
    for (; nextExpectation_ < expectations.size() && expectations[nextExpectation_].note == note;
         ++nextExpectation_) {
        Expectation const& row = expectations[nextExpectation_];
        expected += fmt::format("{} | {}: {}\n", row.note, row.who, row.what);
    }
    auto const deadline = std::chrono::steady_clock::now() + std::chrono::seconds(5);
    std::string rows;
    do {
        settle();
        rows = observed(note);
    } while (rows != expected && std::chrono::steady_clock::now() < deadline);
    for (auto& [number, peer] : peers_) peer.unread.clear();
    std::erase_if(peers_, [](auto const& entry) { return entry.second.ended; });
    return rows;
}

std::string Replay::rowsOf(Scenario const& scenario) {
    std::string rows;
    for (Expectation const& row : scenario.expectations)
        rows += fmt::format("{} | {}: {}\n", row.note, row.who, row.what);
    return rows;
}

}  // namespace oscar::test
