// SPDX-License-Identifier: MIT
// A whole server complex without network, threads or a clock of its own: shards, protocol and SQLite (in memory) are
// the real ones; the test owns time, the bytes on the lines and the moment the database answers.
#pragma once

#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/shard.h"
#include "foodgroups/protocol.h"
#include "store/sqlite/inline_store.h"
#include "wire/all.h"

namespace oscar::test {

class World;

/// Log lines, as "event key=value key=value".
class RecordedLog : public core::Log {
  public:
    std::vector<std::string> lines;
    void write(core::Level level, std::string_view event, std::initializer_list<core::Field> fields) override;
    bool wants(core::Level) const override { return true; }
    bool mentions(std::string_view text) const;
};

/// A SNAC as a client got it; owns its bytes, which `message` borrows.
template <wire::Message M>
struct Received {
    wire::SnacHeader header;
    std::shared_ptr<wire::Buffer> bytes;
    M message;
    M const* operator->() const { return &message; }
    M const& operator*() const { return message; }
};

struct ReceivedFrame {
    wire::FrameType type{};
    wire::u16 sequence = 0;
    std::shared_ptr<wire::Buffer> payload;
    std::optional<wire::SnacFrame> snac() const { return wire::decodeSnac(*payload); }
    bool is(wire::u16 foodgroup, wire::u16 type) const;
};

/// How a client signs on to BOSS.
struct SignOnOptions {
    wire::MulticonnFlags multiconnFlags = wire::MulticonnFlags::RecentClient;
    wire::u16 oserviceVersion = 3;  ///< 0 = no CLIENT_VERSIONS at all
    bool useFeedbag = true;
    bool clientOnline = true;
    std::optional<wire::u16> buddyFlags = {};
    std::vector<std::string> buddies = {};  ///< kept by the client: BUDDY__ADD_BUDDIES
    std::optional<wire::u32> icbmFlags = 0x0000000B;
    std::string address = "198.51.100.7";
    std::string password = "secret12";
};

/// The client's end of one connection.
class Client {
    friend class World;
    World& world_;
    wire::FlapWriter out_{0x1000};
    wire::FlapReader in_{wire::FlapReader::Sequence::Checked};
    wire::u32 lastRequestId_ = 0;
    bool reads_ = true;

  public:
    Client(World& world, std::string comesFrom) : world_(world), address(std::move(comesFrom)) {}

    std::string const address;
    core::Link* link = nullptr;  ///< the server's end; nullptr once it is gone
    std::deque<ReceivedFrame> frames;  ///< received and not yet taken
    std::optional<core::CloseReason> closed;
    wire::Buffer leftOver;  ///< bytes after the last whole frame, e.g. the short sign-off of FLAP-15
    bool stuck = false;     ///< a dead line: nothing the server writes is taken, its closing does not end it

    bool isOpen() const { return !closed; }

    // Each of these brings the bytes to the server and lets everything that follows happen.
    void sendBytes(wire::Bytes bytes);
    void sendFrame(wire::FrameType type, wire::Bytes payload = {});
    void sendHello(wire::TlvList const& tlvs = {});
    wire::u32 sendSnac(wire::u16 foodgroup, wire::u16 type, wire::Bytes body, wire::u16 flags = 0);
    template <wire::Message M>
    wire::u32 send(M const& message) {
        return sendSnac(static_cast<wire::u16>(M::snac.foodgroup), M::snac.type, wire::encode(message));
    }
    /// The client reads no more: what the server writes stays with the server until readOn().
    void stopReading() { reads_ = false; }
    void readOn();
    /// The line breaks, and what was not read is lost.
    void breakLine(core::CloseReason reason = core::CloseReason::ConnectionLost);
    void signOff() { sendFrame(wire::FrameType::Signoff); }

    /// Takes the first SNAC of this kind that was received; others stay.
    template <wire::Message M>
    std::optional<Received<M>> take() {
        for (auto frame = frames.begin(); frame != frames.end(); ++frame) {
            if (!frame->is(static_cast<wire::u16>(M::snac.foodgroup), M::snac.type)) continue;
            auto const snac = frame->snac();
            auto const message = wire::decode<M>(snac->body);
            if (!message) return std::nullopt;
            Received<M> taken{snac->header, frame->payload, *message};
            frames.erase(frame);
            return taken;
        }
        return std::nullopt;
    }
    template <wire::Message M>
    std::vector<Received<M>> takeAll() {
        std::vector<Received<M>> all;
        while (auto one = take<M>()) all.push_back(std::move(*one));
        return all;
    }
    /// Sends a request and takes the answer with its id.
    template <wire::Message Answer, wire::Message M>
    std::optional<Received<Answer>> ask(M const& message) {
        wire::u32 const id = send(message);
        auto answer = take<Answer>();
        return answer && answer->header.requestId == id ? answer : std::nullopt;
    }
    /// The code of the error that answered the request, if it was refused. `subcode` gets TLV 8.
    std::optional<wire::ErrorCode> errorOf(wire::u32 requestId, std::optional<wire::u16>* subcode = nullptr);
    /// Names in the ARRIVED (DEPARTED) that came since the last call.
    std::vector<std::string> arrived();
    std::vector<std::string> departed();
    /// The TLVs of a SIGNOFF frame, if one came.
    std::optional<wire::Tlvs> signoff() const;
    void forget() { frames.clear(); }
};

class World {
    class FakeLink;
    class Post;
    struct ShardParts;

    RecordedLog log_;
    std::unique_ptr<store::InlineStore> store_;
    core::Complex complex_;
    std::vector<std::unique_ptr<ShardParts>> shards_;
    struct Mail {
        unsigned from, to;
        core::Event event;
    };
    std::vector<Mail> mail_;
    std::function<std::size_t(std::size_t)> pick_;
    std::vector<std::unique_ptr<Client>> clients_;
    std::vector<std::unique_ptr<FakeLink>> links_;
    std::unique_ptr<core::Store> admin_;
    core::Now now_;
    unsigned nextShard_ = 0;
    bool storeAnswers_ = true;
    bool held_ = false;

  public:
    explicit World(unsigned shards = 2, core::Options options = {});
    ~World();

    /// An account; a name of digits is an ICQ number.
    void addUser(std::string const& displayId, std::string const& password = "secret12");
    void changeAccount(std::string const& name, std::function<void(core::Account&)> change);
    core::StoredUser stored(std::string const& name);
    std::vector<core::StoredMessage> waiting(std::string const& name);

    /// A new connection, as the server's next shard accepts it.
    Client& connect(std::string const& address = "198.51.100.7");
    /// A whole sign-on by challenge and digest; the client has forgotten what it received on the way unless
    /// `keepFrames`. Returns the BOSS connection.
    Client& signOn(std::string const& name, SignOnOptions const& options = {}, bool keepFrames = false);
    /// BUCP only: the cookie, or the error.
    struct BucpAnswer {
        std::optional<wire::LoginError> error;
        wire::Buffer cookie;
        std::string loginId, reconnectHere, errorUrl;
    };
    BucpAnswer bucp(std::string const& name, std::string const& password = "secret12",
                    wire::MulticonnFlags multiconnFlags = wire::MulticonnFlags::RecentClient,
                    std::string const& address = "198.51.100.7");
    /// A connection that presents the cookie.
    Client& present(wire::Bytes cookie, std::string const& address = "198.51.100.7",
                    std::optional<wire::MulticonnFlags> multiconnFlags = {});

    /// Lets all that is under way happen: mail between shards, the database, what was written.
    void settle();
    /// While off, requests to the database wait.
    void letStoreAnswer(bool answers);
    /// While on, the database answers every request with Unavailable.
    void failStore(bool fails);
    /// While on, clients' frames are handled but nothing follows: no mail between shards, no answer of the database,
    /// nothing on the lines, no end of a connection.
    void hold(bool on);
    /// Mail between one pair of shards may overtake that of another: `pick` names one of so many. All in order: {}.
    void mixMail(std::function<std::size_t(std::size_t)> pick) { pick_ = std::move(pick); }
    /// Time passes, with a tick each quarter of a second.
    void pass(core::Milliseconds span);
    core::Now now() const { return now_; }

    core::Shard& shardOf(std::string const& name);
    core::Shard& shard(unsigned index);
    unsigned shards() const { return static_cast<unsigned>(shards_.size()); }
    RecordedLog& log() { return log_; }
    core::Complex& complex() { return complex_; }
    /// The server's own end: every session is signed off.
    void shutDown();

  private:
    friend class Client;
    void receive(Client& client, wire::Bytes bytes);
    bool pump();
    void deliver(FakeLink& link);
};

/// Shorthands for lists.
wire::Buffer item(std::string const& name, wire::u16 groupId, wire::u16 itemId, wire::feedbag::ClassId classId,
                  wire::TlvList const& attributes = {});
wire::rest<wire::feedbag::Item> items(wire::Buffer const& bytes);
/// A PDINFO item (id 9 in the root) with this mode.
wire::Buffer pdinfo(wire::feedbag::PdMode mode);
/// Inserts root group, group "Buddies" (id 1) and these buddies with ids from 1; statuses must all be right.
void storeBuddies(Client& client, std::vector<std::string> const& names);
bool insert(Client& client, wire::Buffer const& items);
bool update(Client& client, wire::Buffer const& items);
bool erase(Client& client, wire::Buffer const& items);

/// An IM on channel 1 with this text in ASCII.
struct ImOptions {
    bool ack = true;
    bool store = false;
    bool autoResponse = false;
    wire::icbm::Channel channel = wire::icbm::Channel::Im;
    wire::TlvList more = {};
};
wire::u32 sendIm(Client& from, std::string const& to, std::string const& text, ImOptions const& options = {});
/// The texts of the messages that came, sections joined.
std::vector<std::string> texts(Client& client);
std::string textOf(wire::Tlvs icbmTlvs);

}  // namespace oscar::test
