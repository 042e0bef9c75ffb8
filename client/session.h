// SPDX-License-Identifier: MIT
// One sign-on of one user: a machine without I/O. Bytes go in, bytes and events come out.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "client/address.h"
#include "client/events.h"
#include "client/feedbag.h"
#include "client/options.h"
#include "wire/all.h"

namespace oscar::client {

/// An answer to request(): the SNAC, or why there is none.
struct Reply {
    wire::SnacHeader header;
    wire::Bytes body;                      ///< valid during the call only
    std::optional<wire::ErrorCode> error;  ///< NotLoggedOn: the session ended before the answer came
};

struct MessageOptions {
    bool requestAck = true;       ///< wants MessageAcked; ignored for an automatic response (ICBM-8)
    bool storeIfOffline = false;  ///< keep it for a receiver who is offline; likewise ignored
    bool autoResponse = false;
};

struct SentMessage {
    wire::u32 requestId = 0;
    wire::Cookie cookie{};
};

/// Contract with the owner, who has the socket:
/// 1. He connects to the log-on server and calls connected().
/// 2. He passes what arrives to receive(), and writes takeOutput() when onOutput is called or after each of
///    his calls.
/// 3. When stage() is Redirected he closes the connection, connects to redirect() and calls connected().
/// 4. When stage() is Ended he writes the last output and closes. Nothing revives a session.
/// 5. When the connection ends he calls connectionLost(); when he has waited enough, giveUp().
/// Callbacks may use all actions, but must not destroy the session nor call 1, 2 or 5.
class Session {
  public:
    enum class Stage : wire::u08 { Idle, LoggingOn, Redirected, SigningOn, Online, Ended };

    explicit Session(Options options);
    /// A connection that needs no log-on: the cookie came in a service response or another way. It signs on
    /// for the foodgroups that its server offers.
    Session(Options options, wire::Buffer cookie);
    Session(Session const&) = delete;
    Session& operator=(Session const&) = delete;

    void onEvent(std::function<void(Event const&)> handler) { onEvent_ = std::move(handler); }
    /// Sees every SNAC before the session does; what it gets is valid during the call only.
    void onSnac(std::function<void(wire::SnacFrame const&)> handler) { onSnac_ = std::move(handler); }
    /// Called when there is output after there was none, and when the session ends.
    void onOutput(std::function<void()> handler) { onOutput_ = std::move(handler); }

    void connected();
    void receive(wire::Bytes bytes);
    void connectionLost();
    /// Ends a session that takes too long or cannot connect; `why` is for people.
    void giveUp(std::string const& why);
    wire::Buffer takeOutput() { return std::exchange(writer_.bytes(), {}); }

    Stage stage() const { return stage_; }
    Address const& redirect() const { return redirect_; }
    std::string const& displayId() const { return displayId_; }
    Feedbag const& feedbag() const { return feedbag_; }
    /// The foodgroups of this connection's server (HOST_ONLINE).
    std::vector<wire::u16> const& foodgroups() const { return foodgroups_; }

    // Actions. The request id they return comes back in answers and errors; 0 means that nothing was sent:
    // not signed on, too much output or too many requests waiting, or too long for a frame.

    template <wire::Message M>
    wire::u32 send(M const& message) {
        if (!isUp()) return 0;
        return paused_ ? hold(message) : post(message);
    }
    /// Sends, and calls `done` for each SNAC with the same request id until the last (SNAC-3), or once with
    /// an error. It is not called if nothing was sent.
    template <wire::Message M>
    wire::u32 request(M const& message, std::function<void(Reply const&)> done) {
        wire::u32 const id = requests_.size() < mostWaiting ? send(message) : 0;
        if (id != 0) requests_.push_back({id, std::move(done)});
        return id;
    }

    /// `html` is UTF-8; give plain text through escapeHtml(). Longer than a receiver can take is refused.
    std::optional<SentMessage> sendMessage(std::string_view to, std::string_view html,
                                           MessageOptions options = {});
    wire::u32 sendTyping(std::string_view to, wire::icbm::Event event);
    wire::u32 retrieveOfflineMessages();

    wire::u32 setAway(std::string_view html);
    wire::u32 setBack();
    wire::u32 setProfile(std::string_view html);
    wire::u32 setCapabilities(std::vector<wire::Uuid> const& capabilities);
    wire::u32 setIdle(wire::u32 seconds);  ///< 0 = active again
    wire::u32 setStatus(wire::u32 status);
    /// `done` gets nothing if the user is offline, blocked or unknown.
    wire::u32 requestUserInfo(std::string_view name,
                              std::function<void(std::optional<UserDetails> const&)> done);

    using FeedbagDone = std::function<void(wire::feedbag::StatusCode)>;
    using FeedbagPlanner = std::function<FeedbagPlan(Feedbag const&)>;
    /// Carries out a change of the stored list, one after the other. `planner` is asked when its turn comes.
    /// `done` gets the first status that is no success; Unavailable if the session ends before.
    void changeFeedbag(FeedbagPlanner planner, FeedbagDone done = {});
    void addBuddy(std::string name, std::string group, FeedbagDone done = {});
    void removeBuddy(std::string name, FeedbagDone done = {});
    void renameGroup(std::string from, std::string to, FeedbagDone done = {});
    void removeGroup(std::string name, FeedbagDone done = {});
    void setPrivacyMode(wire::feedbag::PdMode mode, FeedbagDone done = {});
    void addPermit(std::string name, FeedbagDone done = {});
    void removePermit(std::string name, FeedbagDone done = {});
    void addDeny(std::string name, FeedbagDone done = {});
    void removeDeny(std::string name, FeedbagDone done = {});

    /// The frame that tells the server we are still there (FLAP-12). Does nothing before the sign-on.
    void keepAlive();
    void signOff();
    /// Bytes as they are, for tests of what a server makes of them.
    void sendRaw(wire::Bytes bytes);

  private:
    enum class Phase : wire::u08 { HostOnline, Versions, Rates, Queries };
    struct Awaited {
        wire::SnacId answer;
        wire::u32 requestId;
    };
    struct Request {
        wire::u32 id;
        std::function<void(Reply const&)> done;
    };
    struct Change {
        FeedbagPlanner planner;
        FeedbagDone done;
    };
    struct Held {
        wire::SnacHeader header;
        wire::Buffer body;
    };

    Options options_;
    Stage stage_ = Stage::Idle;
    Phase phase_ = Phase::HostOnline;
    bool greeted_ = false;    ///< this connection's server has sent its SIGNON
    bool paused_ = false;     ///< between PAUSE and RESUME, or the end of a migration
    bool migrating_ = false;  ///< signed on before: lists are not fetched again (ON-15)
    bool changing_ = false;   ///< the first of changes_ is under way
    wire::u32 lastRequestId_ = 0;
    wire::u64 chance_;
    wire::FlapReader reader_;
    wire::FlapWriter writer_{0};
    Address redirect_;
    wire::Buffer cookie_;
    std::string displayId_;
    std::vector<wire::u16> foodgroups_;
    std::vector<Awaited> awaited_;
    std::vector<Request> requests_;
    std::optional<wire::u32> status_;
    std::vector<Held> held_;
    std::size_t heldBytes_ = 0;
    Feedbag feedbag_;
    std::vector<Change> changes_;
    std::vector<FeedbagStep> steps_;  ///< what is left of the change under way
    std::function<void(Event const&)> onEvent_;
    std::function<void(wire::SnacFrame const&)> onSnac_;
    std::function<void()> onOutput_;

    /// Most requests, and most changes of the list, that may wait for the server.
    static constexpr std::size_t mostWaiting = 1000;

    /// Signed on, be it on the way to another server.
    bool isUp() const { return stage_ == Stage::Online || (migrating_ && stage_ != Stage::Ended); }

    // session.cpp
    void forgetPassword();
    wire::u64 random();
    wire::u32 nextRequestId();
    wire::FlapReader::Next onFrame(wire::FlapFrame const& frame);
    bool hasRoom(std::size_t waiting) const { return waiting < options_.maxOutput; }
    template <class F>
    bool frame(wire::FrameType type, F&& fill);
    template <wire::Message M>
    wire::u32 post(M const& message);
    template <wire::Message M>
    wire::u32 hold(M const& message);
    void resume();
    template <class E>
    void emit(E&& event) {
        if (onEvent_) onEvent_(Event{std::forward<E>(event)});
    }
    void end(DisconnectCause cause, std::string url = {});
    void fail(SignOnFailed const& failure);
    void cease();

    // session_sign_on.cpp
    void greeted();
    void requestLogOn();
    void logOnDone(wire::Tlvs const& tlvs);
    void signedOffByServer(wire::Tlvs const& tlvs);
    bool follow(wire::Tlvs const& tlvs);
    bool offers(wire::Foodgroup foodgroup) const;
    template <wire::Message Query, wire::Message Answer>
    void ask(Query const& query);
    void answered(wire::SnacHeader const& header);
    void nextPhase();
    void askAll();
    void goOnline();

    // session_events.cpp: one for each message that the session reads.
    void onSnacFrame(wire::SnacFrame const& frame);
    void onError(wire::SnacFrame const& frame);
    void answerRequest(wire::SnacFrame const& frame);
    void on(wire::bucp::ChallengeResponse const& m, wire::SnacFrame const& frame);
    void on(wire::bucp::LoginResponse const& m, wire::SnacFrame const& frame);
    void on(wire::oservice::HostOnline const& m, wire::SnacFrame const& frame);
    void on(wire::oservice::RateParamsReply const& m, wire::SnacFrame const& frame);
    void on(wire::oservice::RateParamChange const& m, wire::SnacFrame const& frame);
    void on(wire::oservice::Pause const& m, wire::SnacFrame const& frame);
    void on(wire::oservice::Resume const& m, wire::SnacFrame const& frame);
    void on(wire::oservice::MigrateGroups const& m, wire::SnacFrame const& frame);
    void on(wire::oservice::NickInfoUpdate const& m, wire::SnacFrame const& frame);
    void on(wire::oservice::EvilNotification const& m, wire::SnacFrame const& frame);
    void on(wire::buddy::Arrived const& m, wire::SnacFrame const& frame);
    void on(wire::buddy::Departed const& m, wire::SnacFrame const& frame);
    void on(wire::icbm::ChannelMsgToClient const& m, wire::SnacFrame const& frame);
    void on(wire::icbm::MissedCalls const& m, wire::SnacFrame const& frame);
    void on(wire::icbm::HostAck const& m, wire::SnacFrame const& frame);
    void on(wire::icbm::ClientEvent const& m, wire::SnacFrame const& frame);
    void on(wire::icbm::OfflineRetrieveReply const& m, wire::SnacFrame const& frame);
    void on(wire::feedbag::Reply const& m, wire::SnacFrame const& frame);
    void on(wire::feedbag::InsertItems const& m, wire::SnacFrame const& frame);
    void on(wire::feedbag::UpdateItems const& m, wire::SnacFrame const& frame);
    void on(wire::feedbag::DeleteItems const& m, wire::SnacFrame const& frame);

    // session_feedbag.cpp
    void changedElsewhere(FeedbagChange change, wire::rest<wire::feedbag::Item> const& items);
    void beginChange();
    void nextStep();
    void stepDone(FeedbagStep const& step, Reply const& reply);
    void changeDone(wire::feedbag::StatusCode status);
};

template <class F>
bool Session::frame(wire::FrameType type, F&& fill) {
    bool const wasEmpty = writer_.bytes().empty();
    if (!hasRoom(writer_.bytes().size()) || !writer_.frame(type, fill)) return false;
    if (wasEmpty && onOutput_) onOutput_();
    return true;
}

template <wire::Message M>
wire::u32 Session::post(M const& message) {
    wire::SnacHeader const header{static_cast<wire::u16>(M::snac.foodgroup), M::snac.type, 0,
                                  nextRequestId()};
    bool const sent = frame(wire::FrameType::Data, [&](wire::Writer& out) {
        put(out, header);
        put(out, message);
    });
    return sent ? header.requestId : 0;
}

template <wire::Message M>
wire::u32 Session::hold(M const& message) {
    if (!hasRoom(heldBytes_)) return 0;
    wire::SnacHeader const header{static_cast<wire::u16>(M::snac.foodgroup), M::snac.type, 0,
                                  nextRequestId()};
    held_.push_back({header, wire::encode(message)});
    heldBytes_ += wire::SnacHeader::size + held_.back().body.size();
    return header.requestId;
}

}  // namespace oscar::client
