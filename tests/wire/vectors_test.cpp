// SPDX-License-Identifier: MIT
// Frames that another implementation wrote come out as they went in.
#include <gtest/gtest.h>

#include <cstdio>
#include <set>

#include "tests/support/frames.h"
#include "tests/support/messages.h"
#include "wire/all.h"
#include "wire/flap.h"

namespace oscar::wire {
namespace {

std::vector<test::RecordedFrame> vectors() {
    std::filesystem::path const folder = std::filesystem::path(OSCAR_TEST_DATA) / "vectors";
    auto frames = test::readVectors(folder / "frames.tsv");
    for (auto& frame : test::readVectors(folder / "frames_extra.tsv")) frames.push_back(std::move(frame));
    return frames;
}

/// The word behind `label` in a vector's description; empty if there is none.
std::string word(std::string const& decoded, std::string const& label) {
    std::size_t const at = decoded.find(label + ":");
    if (at == std::string::npos) return "";
    std::size_t const from = at + label.size() + 1;
    return decoded.substr(from, decoded.find_first_of(" }", from) - from);
}

TEST(Vectors, framesAreReadAndWrittenAgainEqual) {
    auto const frames = vectors();
    ASSERT_GT(frames.size(), 170u);
    for (auto const& vector : frames) {
        SCOPED_TRACE(vector.name);
        FlapReader reader;
        std::vector<Buffer> again;
        auto const fault = reader.feed(vector.bytes, [&](FlapFrame const& frame) {
            FlapWriter writer(frame.sequenceNumber);
            EXPECT_TRUE(writer.frame(frame.type, [&](Writer& out) { out.bytes(frame.payload); }));
            again.push_back(writer.bytes());
            return FlapReader::Next::Continue;
        });
        EXPECT_EQ(fault, std::nullopt);
        ASSERT_EQ(again.size(), 1u);
        EXPECT_EQ(again[0], vector.bytes);
    }
}

TEST(Vectors, signOnAndSignOffFramesComeOutEqual) {
    std::set<std::string> seen;
    for (auto const& vector : vectors()) {
        Bytes const payload = Bytes(vector.bytes).subspan(flapHeaderSize);
        SCOPED_TRACE(vector.name);
        if (vector.bytes[1] == 1) {
            auto const signon = decode<FlapSignon>(payload);
            ASSERT_TRUE(signon);
            EXPECT_EQ(signon->flapVersion, 1u);
            EXPECT_EQ(encode(*signon), toBuffer(payload));
            if (auto const name = word(vector.decoded, "CLIENT_NAME"); !name.empty()) {
                EXPECT_EQ(signon->tlvs.get(signonTags::clientName).value().text, "Cool Client");
                EXPECT_EQ(signon->tlvs.get(signonTags::buildNum), 4);
                EXPECT_EQ(signon->tlvs.get(signonTags::multiconnFlags), MulticonnFlags::Single);
            }
            seen.insert("on");
        } else if (vector.bytes[1] == 4) {
            auto const tlvs = decode<tlvRestBlock>(payload);
            ASSERT_TRUE(tlvs);
            EXPECT_EQ(encode(*tlvs), toBuffer(payload));
            auto const subcode = word(vector.decoded, "ERROR_SUBCODE");
            EXPECT_EQ(tlvs->has(signoffTags::errorSubcode), !subcode.empty());
            if (!subcode.empty()) {
                LoginError const error = tlvs->get(signoffTags::errorSubcode).value();
                EXPECT_EQ(static_cast<u16>(error), std::stoul(subcode));
            }
            if (!word(vector.decoded, "DISCONNECT_REASON").empty()) {
                EXPECT_EQ(tlvs->get(signoffTags::disconnectReason), DisconnectReason::NewLogin);
            }
            seen.insert("off");
        }
    }
    EXPECT_EQ(seen.size(), 2u);
}

// SNAC-1, SNAC-2
TEST(Vectors, snacHeadersSayWhatTheirDescriptionSays) {
    std::size_t snacs = 0;
    for (auto const& vector : vectors()) {
        unsigned foodgroup = 0, type = 0, flags = 0, requestId = 0;
        if (std::sscanf(vector.decoded.c_str(), "{snac:%x/%x flags:%x id:%x", &foodgroup, &type, &flags,
                        &requestId) != 4)
            continue;
        SCOPED_TRACE(vector.name);
        ++snacs;
        auto const snac = test::snacOf(vector.bytes);
        ASSERT_TRUE(snac);
        EXPECT_EQ(snac->header.foodgroup, foodgroup);
        EXPECT_EQ(snac->header.type, type);
        EXPECT_EQ(snac->header.flags, flags);
        EXPECT_EQ(snac->header.requestId, requestId);
        EXPECT_EQ(!snac->headerTlvs.none(), vector.decoded.find("header TLVs") != std::string::npos);
    }
    EXPECT_GT(snacs, 150u);
}

TEST(Vectors, messagesOfDeclaredFoodgroupsComeOutEqual) {
    std::size_t messages = 0;
    for (auto const& vector : vectors()) {
        auto const snac = test::snacOf(vector.bytes);
        if (!snac || !test::isDeclared(snac->header.foodgroup)) continue;
        SCOPED_TRACE(vector.name);
        auto const* message = test::findMessage(snac->header.foodgroup, snac->header.type);
        ASSERT_TRUE(message) << "no message of this number is declared";
        EXPECT_TRUE(vector.toHost ? message->snac.toHost() : message->snac.toClient());
        EXPECT_EQ(message->rewrite(snac->body), toBuffer(snac->body));
        ++messages;
    }
    EXPECT_GT(messages, 110u);
}

/// The body of the vector with this name as an M. Throws if there is none.
template <Message M>
M message(std::string const& name) {
    static auto const frames = vectors();
    for (auto const& vector : frames)
        if (vector.name == name) return decode<M>(test::snacOf(vector.bytes).value().body).value();
    throw std::invalid_argument("no vector " + name);
}

TEST(Vectors, fieldsHoldTheValuesOfTheDescription) {
    EXPECT_EQ(message<bucp::ChallengeResponse>("bucp_challenge_response").key.text, "1234567890");
    auto const login = message<bucp::LoginRequest>("bucp_login_request_strong").tlvs;
    EXPECT_EQ(login.get(bucp::tags::loginId).value().text, "ChattingChuck");
    EXPECT_TRUE(login.get(bucp::tags::passwordHash));
    EXPECT_TRUE(login.has(bucp::tags::passwordPrehashed));
    EXPECT_EQ(message<bucp::LoginResponse>("bucp_login_response_error").tlvs.get(bucp::tags::errorSubcode),
              LoginError::MismatchNickOrPassword);

    auto const rates = message<oservice::RateParamsReply>("oservice_rate_params_reply");
    EXPECT_EQ(rates.numClasses, 2);
    EXPECT_TRUE(rates.hasState());
    EXPECT_EQ(rates.rateMembers.count(), 2u);
    EXPECT_EQ((*rates.rateMembers.begin()).members.count(), 3u);
    auto const first = decode<oservice::RateParameters3>(rates.rateParameters.bytes).value();
    EXPECT_EQ(first.parameters.maxAverage, 6000u);
    EXPECT_FALSE(message<oservice::RateParamsReply>("oservice_rate_params_reply_v1").hasState());

    auto const parameters = message<icbm::AddParameters>("icbm_add_parameters");
    EXPECT_EQ(parameters.channel, icbm::Channel::AllChannels);
    EXPECT_EQ(parameters.parameters.icbmFlags, 0x10Bu);
    EXPECT_EQ(parameters.parameters.maxIncomingICBMLen, 8000);
    EXPECT_EQ(message<icbm::ParameterReply>("icbm_parameter_reply").parameters.minInterICBMInterval, 1000u);

    auto const im = message<icbm::ChannelMsgToHost>("icbm_channel_msg_tohost");
    EXPECT_EQ(asText(im.cookie), "12345678");
    EXPECT_EQ(im.destLoginId.text, "ChattingChuck");
    EXPECT_TRUE(im.icbmTlvs.has(icbm::tags::requestHostAck));
    auto const section = im.icbmTlvs.get(icbm::tags::imData).value().get(icbm::imDataTags::imText).value();
    EXPECT_EQ(asText(section.data.bytes), "Hi");
    EXPECT_EQ(message<icbm::ClientEvent>("icbm_client_event_send").event, icbm::Event::Typing);
    EXPECT_EQ(message<icbm::EvilReply>("icbm_evil_reply").updatedEvilValue, 30);
    auto const missed = *message<icbm::MissedCalls>("icbm_missed_calls").missedCallArray.begin();
    EXPECT_EQ(missed.numMissed, 2);
    EXPECT_EQ(missed.reason, icbm::MissedCallReason::TooLarge);

    auto const arrived = *message<buddy::Arrived>("buddy_arrived").arrivedInfos.begin();
    EXPECT_EQ(arrived.displayId.text, "GabbyGrace");
    EXPECT_EQ(arrived.userAttributes.get(oservice::nickInfoTags::nickFlags), oservice::nickFlags::aim);
    EXPECT_EQ(arrived.userAttributes.get(oservice::nickInfoTags::idleTime), 12);
    EXPECT_EQ(arrived.userAttributes.get(oservice::nickInfoTags::shortCaps).value().count(), 2u);
    auto const icons = arrived.userAttributes.get(oservice::nickInfoTags::bartInfo).value();
    EXPECT_EQ(icons.begin()->type, bartTypes::buddyIcon);
    auto const icq = *message<buddy::Arrived>("buddy_arrived_icq").arrivedInfos.begin();
    EXPECT_TRUE(icq.userAttributes.get(oservice::nickInfoTags::icqDcInfo));

    auto const list = message<feedbag::Reply>("feedbag_reply");
    EXPECT_EQ(list.items.count(), 8u);
    EXPECT_EQ(list.lastUpdate.seconds, 0x47BF3A40u);
    auto const item = *message<feedbag::InsertItems>("feedbag_insert_items").items.begin();
    EXPECT_EQ(item.name.text, "GabbyGrace");
    EXPECT_EQ(item.groupId, 10);
    EXPECT_EQ(item.itemId, 200);
    EXPECT_EQ(item.attributes.get(feedbag::attributes::alias).value().text, "Gabby");
    auto const denied = *message<feedbag::DeleteItems>("feedbag_delete_items").items.begin();
    EXPECT_EQ(denied.classId, feedbag::ClassId::Deny);
    auto const status = message<feedbag::Status>("feedbag_status_not_found");
    EXPECT_EQ(*status.statuses.begin(), feedbag::StatusCode::NotFound);
    auto const request = message<feedbag::RequestAuthorizeToHost>("feedbag_request_authorize_tohost");
    EXPECT_EQ(request.reason.text, "please");

    EXPECT_EQ(message<oservice::IdleNotification>("oservice_idle_notification").idleTime, 600u);
    EXPECT_FALSE(message<oservice::EvilNotification>("oservice_evil_notification_anonymous").vilifier);
    auto const evil = message<oservice::EvilNotification>("oservice_evil_notification");
    EXPECT_EQ(evil.vilifier.value().displayId.text, "ChattingChuck");
    EXPECT_EQ(message<oservice::MigrateGroups>("oservice_migrate_groups_list").groups.count(), 2u);
    auto const error = message<oservice::Error>("oservice_error_busted_payload");
    EXPECT_EQ(error.code, ErrorCode::BustedSnacPayload);
    EXPECT_EQ(error.errorTlvs.get(errorTags::errorText).value().text, "too short");
    EXPECT_EQ(message<locate::UserInfoQuery2>("locate_user_info_query2").type2, locate::queryType::htmlInfo);
    auto const info = message<locate::SetInfo>("locate_set_info").infoData;
    EXPECT_EQ(info.get(locate::tags::capabilities).value().count(), 3u);
    auto const found = message<locate::FindListReplys>("locate_find_list_replys");
    EXPECT_EQ(found.infos.begin()->email.text, "gabby@example.com");
    EXPECT_EQ(message<pd::SetGroupPermitMask>("pd_set_group_permit_mask").permMask, 0xFFFFFFFFu);
}

}  // namespace
}  // namespace oscar::wire
