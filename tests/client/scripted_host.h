// SPDX-License-Identifier: MIT
// The other end of a sign-on for these tests: it answers by a fixed script and notes what the client sent.
#pragma once

#include <fstream>
#include <map>
#include <string>
#include <vector>

#include "wire/all.h"

namespace oscar::tests {

struct Sent {
    wire::SnacHeader header;
    wire::Buffer body;

    template <wire::Message M>
    bool is() const {
        return header.foodgroup == static_cast<wire::u16>(M::snac.foodgroup) && header.type == M::snac.type;
    }
    template <wire::Message M>
    M as() const {
        return wire::decode<M>(body).value();
    }
};

/// One connection of a server: bytes of the client in, bytes for the client out.
class ScriptedHost {
  public:
    std::string reconnectHere = "127.0.0.1:5190";
    std::vector<wire::u16> foodgroups{0x0001, 0x0002, 0x0003, 0x0004, 0x0009, 0x0013};
    std::vector<wire::feedbag::Item> list;
    std::size_t itemsPerReply = 100;
    /// Answers to 13/08, 09 and 0A, one after the other; then Success for each item.
    std::vector<wire::feedbag::StatusCode> statuses;
    bool echoMessages = false;        ///< to the sender, as if they came from the receiver
    bool signOffAtKeepAlive = false;  ///< so that a test need not wait longer than for the first
    std::vector<Sent> sent;
    std::vector<wire::Buffer> signons;  ///< payloads of the client's SIGNON frames
    unsigned keepAlives = 0;
    bool signedOff = false;

    /// What a server sends on its own as soon as a connection is there.
    wire::Buffer hello() {
        out_.frame(wire::FrameType::Signon, [](wire::Writer& out) { put(out, wire::FlapSignon{}); });
        return take();
    }

    wire::Buffer receive(wire::Bytes bytes) {
        auto const fault = in_.feed(bytes, [&](wire::FlapFrame const& frame) {
            if (frame.type == wire::FrameType::Signon) onSignon(frame.payload);
            if (frame.type == wire::FrameType::KeepAlive) onKeepAlive();
            if (frame.type == wire::FrameType::Signoff) signedOff = true;
            if (frame.type == wire::FrameType::Data) onSnac(frame.payload);
            return wire::FlapReader::Next::Continue;
        });
        if (fault) throw std::runtime_error("the client sent no FLAP stream");
        return take();
    }

    /// Bytes of a SNAC that the server sends by itself, or as an answer.
    template <wire::Message M>
    wire::Buffer say(M const& message, wire::u32 requestId = wire::serverRequestId, wire::u16 flags = 0) {
        out_.snac(message, requestId, flags);
        return take();
    }
    wire::Buffer signOff(wire::TlvList const& tlvs) {
        out_.frame(wire::FrameType::Signoff, [&](wire::Writer& out) { out.bytes(tlvs.bytes()); });
        return take();
    }

    /// All messages of this kind that the client has sent; they borrow from `sent`.
    template <wire::Message M>
    std::vector<M> all() const {
        std::vector<M> found;
        for (Sent const& one : sent)
            if (one.is<M>()) found.push_back(one.as<M>());
        return found;
    }

  private:
    wire::FlapReader in_;
    wire::FlapWriter out_{0x7FFE};

    wire::Buffer take() { return std::exchange(out_.bytes(), {}); }

    template <wire::Message M>
    void answer(M const& message, wire::u16 flags = 0) {
        out_.snac(message, sent.back().header.requestId, flags);
    }

    void onKeepAlive() {
        ++keepAlives;
        if (signOffAtKeepAlive) out_.frame(wire::FrameType::Signoff, [](wire::Writer&) {});
    }

    void onSignon(wire::Bytes payload) {
        signons.push_back(wire::toBuffer(payload));
        auto const signon = wire::decode<wire::FlapSignon>(payload).value();
        if (signon.tlvs.has(wire::signonTags::roastedPassword)) {
            wire::TlvList const tlvs = goThere();
            out_.frame(wire::FrameType::Signoff, [&](wire::Writer& out) { out.bytes(tlvs.bytes()); });
        } else if (signon.tlvs.has(wire::signonTags::loginCookie)) {
            wire::List<wire::u16> groups;
            for (wire::u16 group : foodgroups) groups.add(group);
            out_.snac(wire::oservice::HostOnline{groups}, wire::serverRequestId);
        }
    }

    wire::TlvList goThere() const {
        wire::TlvList tlvs;
        tlvs.add(wire::bucp::tags::loginId, wire::string{"Alice A"})
            .add(wire::bucp::tags::reconnectHere, wire::string{reconnectHere})
            .add(wire::bucp::tags::loginCookie, wire::blob{wire::asBytes("the cookie")});
        return tlvs;
    }

    void onSnac(wire::Bytes payload) {
        auto const frame = wire::decodeSnac(payload).value();
        sent.push_back({frame.header, wire::toBuffer(frame.body)});
        Sent const& snac = sent.back();
        namespace os = wire::oservice;
        if (snac.is<wire::bucp::ChallengeRequest>()) answer(wire::bucp::ChallengeResponse{{"1234567890"}});
        if (snac.is<wire::bucp::LoginRequest>()) {
            wire::TlvList const tlvs = goThere();
            answer(wire::bucp::LoginResponse{tlvs});
        }
        if (snac.is<os::ClientVersions>()) answer(os::HostVersions{snac.as<os::ClientVersions>().versions});
        if (snac.is<os::RateParamsQuery>()) answerRates();
        if (snac.is<os::NickInfoQuery>()) answerNickInfo();
        if (snac.is<wire::locate::RightsQuery>()) answer(wire::locate::RightsReply{});
        if (snac.is<wire::buddy::RightsQuery>()) answer(wire::buddy::RightsReply{});
        if (snac.is<wire::icbm::ParameterQuery>()) answer(wire::icbm::ParameterReply{});
        if (snac.is<wire::pd::RightsQuery>()) answer(wire::pd::RightsReply{});
        if (snac.is<wire::feedbag::RightsQuery>()) answer(wire::feedbag::RightsReply{});
        if (snac.is<wire::feedbag::Query>()) answerList();
        if (snac.is<wire::feedbag::InsertItems>() || snac.is<wire::feedbag::UpdateItems>() ||
            snac.is<wire::feedbag::DeleteItems>())
            answerChange();
        if (snac.is<wire::icbm::ChannelMsgToHost>() && echoMessages)
            echo(snac.as<wire::icbm::ChannelMsgToHost>());
    }

    void echo(wire::icbm::ChannelMsgToHost const& m) {
        out_.snac(wire::icbm::ChannelMsgToClient{m.cookie, m.channel, {m.destLoginId, 0, {}}, m.icbmTlvs},
                  wire::serverRequestId);
    }

    void answerRates() {
        wire::List<wire::oservice::RateParameters3> parameters;
        wire::List<wire::oservice::RateClassMembers> members;
        for (wire::u16 classId : {wire::u16{1}, wire::u16{3}}) {
            parameters.add({{classId, 80, 2500, 2000, 1500, 800, 6000, 6000}, {}});
            members.add({classId, {}});
        }
        answer(wire::oservice::RateParamsReply{2, {parameters.bytes()}, members});
    }

    void answerNickInfo() {
        wire::TlvList attributes;
        attributes.add(wire::oservice::nickInfoTags::nickFlags, wire::u16{0x0010});
        wire::List<wire::oservice::NickwInfo> infos;
        infos.add({{"Alice A"}, 0, attributes});
        answer(wire::oservice::NickInfoUpdate{infos});
    }

    void answerList() {
        std::size_t at = 0;
        do {
            wire::List<wire::feedbag::Item> items;
            std::size_t const end = std::min(at + itemsPerReply, list.size());
            for (; at < end; ++at) items.add(list[at]);
            wire::u16 const more = at < list.size() ? wire::snacFlags::moreRepliesFollow : 0;
            answer(wire::feedbag::Reply{0, items, {}}, more);
        } while (at < list.size());
    }

    void answerChange() {
        wire::List<wire::feedbag::StatusCode> codes;
        auto const items = wire::decode<wire::rest<wire::feedbag::Item>>(sent.back().body).value();
        for (std::size_t i = 0; i < items.count(); ++i) {
            wire::feedbag::StatusCode code = wire::feedbag::StatusCode::Success;
            if (!statuses.empty()) {
                code = statuses.front();
                statuses.erase(statuses.begin());
            }
            codes.add(code);
        }
        answer(wire::feedbag::Status{codes});
    }
};

/// Recorded frames of tests/client/data by connection.
inline std::map<std::string, std::vector<wire::Buffer>> recorded(std::string const& file) {
    std::ifstream in(std::string(OSCAR_TEST_DATA) + "/client/data/" + file);
    if (!in) throw std::runtime_error("no test data " + file);
    std::map<std::string, std::vector<wire::Buffer>> frames;
    std::string connection;
    std::string hex;
    while (in >> connection) {
        if (connection == "#") {
            std::getline(in, hex);
            continue;
        }
        in >> hex;
        wire::Buffer bytes;
        for (std::size_t i = 0; i + 1 < hex.size(); i += 2)
            bytes.push_back(static_cast<wire::u08>(std::stoi(hex.substr(i, 2), nullptr, 16)));
        frames[connection].push_back(std::move(bytes));
    }
    return frames;
}

}  // namespace oscar::tests
