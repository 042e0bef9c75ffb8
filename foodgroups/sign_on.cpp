// SPDX-License-Identifier: MIT
#include "foodgroups/sign_on.h"

#include "foodgroups/dispatch.h"
#include "wire/oservice.h"

namespace oscar::foodgroups {
namespace {

using core::Credentials;
using core::LoginId;
using core::Session;
using core::Shard;
using core::StoreError;
using core::StoreResult;
using wire::LoginError;
namespace tags = wire::bucp::tags;

/// No account's name is longer. A stranger's is neither looked for, nor remembered, nor logged beyond that.
constexpr std::size_t longestName = 97;

/// What an answer to a sign-on says, whichever form it takes.
struct Answer {
    std::string loginId;
    std::optional<LoginError> error;
    std::string reconnectHere;
    wire::Buffer cookie;
    std::string email;
};

/// Sends the answer in the form of the question, ends the connection once the client has it.
using Reply = void (*)(Shard&, Session&, Answer const&, wire::u32 requestId);

void end(Shard& shard, Session& session, Answer const& answer) {
    shard.log.write(core::Level::Info, answer.error ? "sign-on refused" : "sign-on accepted",
                    {{"user", LoginId(answer.loginId).text()},
                     {"address", session.link.peerAddress()},
                     {"code", answer.error ? std::to_string(static_cast<unsigned>(*answer.error)) : "0"}});
    // joscar loses frames it has not yet handled when the server closes: the client goes first, for a while.
    session.link.close(answer.error ? core::CloseReason::SignOnRefused : core::CloseReason::SignOnDone,
                       core::limits::signOnLinger);
}

void replyByBucp(Shard& shard, Session& session, Answer const& answer, wire::u32 requestId) {
    wire::TlvList tlvs;
    tlvs.add(tags::loginId, wire::string{answer.loginId});
    if (answer.error) {
        tlvs.add(tags::errorSubcode, *answer.error);
        tlvs.add(tags::errorUrl, wire::string{shard.complex.options.url});
    } else {
        tlvs.add(tags::reconnectHere, wire::string{answer.reconnectHere});
        tlvs.add(tags::loginCookie, wire::blob{answer.cookie});
        tlvs.add(tags::email, wire::string{answer.email});
        tlvs.add(tags::registrationStatus, wire::u16{3});  // fully registered
    }
    session.send(wire::bucp::LoginResponse{tlvs}, requestId);
    session.link.out.frame(wire::FrameType::Signoff, [](wire::Writer&) {});
    end(shard, session, answer);
}

void replyBySignoff(Shard& shard, Session& session, Answer const& answer, wire::u32) {
    namespace signoff = wire::signoffTags;
    wire::TlvList tlvs;
    tlvs.add(signoff::loginId, wire::string{answer.loginId});
    if (answer.error) {
        tlvs.add(signoff::errorUrl, wire::string{shard.complex.options.url});
        tlvs.add(signoff::errorSubcode, *answer.error);
    } else {
        tlvs.add(signoff::reconnectHere, wire::string{answer.reconnectHere});
        tlvs.add(signoff::loginCookie, wire::blob{answer.cookie});
    }
    session.link.out.frame(wire::FrameType::Signoff, [&](wire::Writer& out) { out.bytes(tlvs.bytes()); });
    end(shard, session, answer);
}

Answer refusal(std::string_view loginId, LoginError error) { return {std::string(loginId), error, {}, {}, {}}; }

LoginError unknownUser(LoginId const& user) {
    return user.isUin() ? LoginError::DeletedAccount : LoginError::InvalidNickOrPassword;
}

Answer acceptance(Shard& shard, Session& session, core::Account const& account, wire::MulticonnFlags multiconnFlags,
                  std::string_view clientName) {
    core::Ticket ticket;
    ticket.loginId = account.loginId;
    ticket.service = static_cast<wire::u16>(wire::Foodgroup::Oservice);
    ticket.multiconnFlags = multiconnFlags;
    ticket.clientName = clientName;
    ticket.expires = shard.now.unix + static_cast<wire::u32>(shard.complex.options.cookieLifetime.count());
    std::string const& advertised = shard.complex.options.advertise;
    return {account.displayId, std::nullopt, advertised.empty() ? session.link.localEndpoint() : advertised,
            shard.complex.cookies.seal(std::move(ticket)), account.email};
}

/// Looks the user up; hands on what was found, or answers the error.
void withCredentials(Shard& shard, Session& session, std::string_view typedName, Reply reply, wire::u32 requestId,
                     std::function<void(Session&, Credentials)> next) {
    bool const tooLong = typedName.size() > longestName;
    typedName = typedName.substr(0, longestName);
    LoginId const user(typedName);
    if (auto const error = shard.complex.throttle.refusal(session.link.peerAddress(), user, shard.now.steady)) {
        reply(shard, session, refusal(typedName, *error), requestId);
        return;
    }
    if (tooLong) {
        shard.complex.throttle.failed(session.link.peerAddress(), user, shard.now.steady);
        reply(shard, session, refusal(typedName, unknownUser(user)), requestId);
        return;
    }
    session.link.pause();
    shard.store.credentials(user, [&shard, user, name = std::string(typedName), reply, requestId, next,
                                   handle = session.handle()](StoreResult<Credentials> found) {
        Session* const waiting = handle.get();
        if (!waiting || waiting->link.closing()) return;
        waiting->link.resume();
        if (found) {
            next(*waiting, std::move(*found));
        } else if (found.error() == StoreError::NoSuchUser) {
            shard.complex.throttle.failed(waiting->link.peerAddress(), user, shard.now.steady);
            reply(shard, *waiting, refusal(name, unknownUser(user)), requestId);
        } else {
            reply(shard, *waiting, refusal(name, LoginError::ReservationMapError), requestId);
        }
    });
}

/// The end of every sign-on: the password was right or wrong.
void conclude(Shard& shard, Session& session, core::Account const& account, bool proven,
              wire::MulticonnFlags multiconnFlags, std::string_view clientName, Reply reply, wire::u32 requestId) {
    std::string const& address = session.link.peerAddress();
    if (auto const error = shard.complex.throttle.refusal(address, account.loginId, shard.now.steady)) {
        // Asked again: whoever collects challenges first must not get a try with each.
        reply(shard, session, refusal(account.displayId, *error), requestId);
    } else if (!proven) {
        shard.complex.throttle.failed(address, account.loginId, shard.now.steady);
        reply(shard, session, refusal(account.displayId, LoginError::MismatchNickOrPassword), requestId);
    } else if (account.suspended) {
        reply(shard, session, refusal(account.displayId, LoginError::SuspendedAccount), requestId);
    } else {
        shard.complex.throttle.succeeded(address, account.loginId);
        reply(shard, session, acceptance(shard, session, account, multiconnFlags, clientName), requestId);
    }
}

void challengeRequest(Shard& shard, Session& session, wire::bucp::ChallengeRequest const& message,
                      wire::u32 requestId) {
    auto const name = message.tlvs.get(tags::loginId);
    if (!name || name->text.empty()) {
        replyByBucp(shard, session, refusal("", LoginError::InternalClientError), requestId);
        return;
    }
    withCredentials(shard, session, name->text, replyByBucp, requestId, [requestId](Session& asker, Credentials found) {
        asker.challenge = std::make_unique<Session::Challenge>(
            Session::Challenge{core::makeChallenge(), std::move(found)});
        asker.send(wire::bucp::ChallengeResponse{wire::string16{asker.challenge->key}}, requestId);
    });
}

void loginRequest(Shard& shard, Session& session, wire::bucp::LoginRequest const& message, wire::u32 requestId) {
    // One try a challenge: a recorded digest is good for nothing.
    auto const challenge = std::move(session.challenge);
    auto const name = message.tlvs.get(tags::loginId);
    auto const digest = message.tlvs.get(tags::passwordHash);
    if (!challenge || !name || LoginId(name->text) != challenge->credentials.account.loginId) {
        replyByBucp(shard, session, refusal(name ? name->text.substr(0, longestName) : "", LoginError::InternalClientError), requestId);
        return;
    }
    core::Account const& account = challenge->credentials.account;
    bool const proven =
        digest && core::digestProves(*digest, challenge->key, account.loginId, challenge->credentials.password,
                                     message.tlvs.has(tags::passwordPrehashed));
    conclude(shard, session, account, proven,
             message.tlvs.get(tags::multiconnFlags).value_or(wire::MulticonnFlags::OldClient),
             message.tlvs.get(tags::clientName).value_or(wire::string{}).text, replyByBucp, requestId);
}

template <class M>
bool handled(Shard& shard, Session& session, wire::SnacFrame const& frame,
             void (*handler)(Shard&, Session&, M const&, wire::u32)) {
    if (frame.header.type != M::snac.type) return false;
    if (auto const message = wire::decode<M>(frame.body)) {
        handler(shard, session, *message, frame.header.requestId);
    } else {
        refuse(session, frame.header.foodgroup, frame.header.requestId, wire::ErrorCode::BustedSnacPayload);
    }
    return true;
}

}  // namespace

void signOnSnac(Shard& shard, Session& session, wire::SnacFrame const& frame) {
    wire::SnacHeader const& header = frame.header;
    auto const foodgroup = static_cast<wire::Foodgroup>(header.foodgroup);
    if (foodgroup == wire::Foodgroup::Bucp) {
        if (handled(shard, session, frame, challengeRequest) || handled(shard, session, frame, loginRequest)) return;
        if (header.type == 1) return;
        bool const declared = header.type == wire::bucp::RegisterRequest::snac.type ||
                              header.type == wire::bucp::RegistrationImageRequest::snac.type;
        refuse(session, header.foodgroup, header.requestId,
               declared ? wire::ErrorCode::NotSupportedByHost : wire::ErrorCode::InvalidSnac);
        return;
    }
    // Some ICQ clients test the server before they sign on.
    if (foodgroup == wire::Foodgroup::Oservice && header.type == wire::oservice::ProbeReq::snac.type) {
        session.send(wire::oservice::ProbeAck{}, header.requestId);
        return;
    }
    if (header.type != 1)
        refuse(session, header.foodgroup, header.requestId, wire::ErrorCode::NotSupportedByHost);
}

void roastedSignOn(Shard& shard, Session& session, wire::Tlvs tlvs) {
    auto const name = tlvs.get(wire::signonTags::loginId).value_or(wire::string{});
    auto const roasted = tlvs.get(wire::signonTags::roastedPassword).value_or(wire::blob{});
    auto const client = tlvs.get(wire::signonTags::clientName).value_or(wire::string{});
    // The Java applet has a table of its own.
    auto const table =
        client.text.find("for Java") == std::string_view::npos ? core::RoastTable::Aim : core::RoastTable::JavaAim;
    auto const multiconnFlags =
        tlvs.get(wire::signonTags::multiconnFlags).value_or(wire::MulticonnFlags::OldClient);
    withCredentials(shard, session, name.text, replyBySignoff, 0,
                    [&shard, given = core::Password(core::roast(wire::asText(roasted.bytes), table)), multiconnFlags,
                     clientName = std::string(client.text)](Session& asker, Credentials found) {
                        bool const proven =
                            core::passwordProves(given.reveal(), found.account.loginId, found.password);
                        conclude(shard, asker, found.account, proven, multiconnFlags, clientName, replyBySignoff, 0);
                    });
}

}  // namespace oscar::foodgroups
