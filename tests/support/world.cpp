// SPDX-License-Identifier: MIT
#include "tests/support/world.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>

#include <algorithm>

namespace oscar::test {

namespace bucp = wire::bucp;
namespace feedbag = wire::feedbag;

void RecordedLog::write(core::Level, std::string_view event, std::initializer_list<core::Field> fields) {
    std::string line(event);
    for (core::Field const& field : fields) line += " " + std::string(field.key) + "=" + field.value;
    lines.push_back(std::move(line));
}

bool RecordedLog::mentions(std::string_view text) const {
    return std::ranges::any_of(lines, [&](std::string const& line) { return line.find(text) != std::string::npos; });
}

bool ReceivedFrame::is(wire::u16 foodgroup, wire::u16 snacType) const {
    if (type != wire::FrameType::Data) return false;
    auto const frame = snac();
    return frame && frame->header.foodgroup == foodgroup && frame->header.type == snacType;
}

/// The server's end of a line that a Client holds.
class World::FakeLink : public core::Link {
  public:
    FakeLink(unsigned shard, Client& peer, wire::u16 sequence)
        : Link(sequence, peer.address), shardIndex(shard), client(peer) {}

    wire::u32 peerIpv4() const override {
        in_addr address{};
        return inet_pton(AF_INET, peerAddress().c_str(), &address) == 1 ? ntohl(address.s_addr) : 0;
    }
    std::string localEndpoint() const override { return "192.0.2.1:5190"; }
    void flushSoon() override { dirty = true; }
    void close(core::CloseReason why, core::Milliseconds) override {
        if (reason) return;
        reason = why;
        closeAt = out.bytes().size();
    }
    bool closing() const override { return reason.has_value(); }
    bool flushed() const override { return out.bytes().empty(); }
    void pause() override { paused = true; }
    void resume() override { paused = false; resumed = true; }
    void moveTo(unsigned shard, std::any what) override {
        target = shard;
        ticket = std::move(what);
    }

    unsigned shardIndex;
    Client& client;
    wire::FlapReader reader;
    std::optional<core::CloseReason> reason;
    std::size_t closeAt = 0;  ///< what is written after close() is not sent
    std::optional<unsigned> target;
    std::any ticket;
    wire::Buffer unread;  ///< came while no frames may be handed over
    bool dirty = false;
    bool paused = false;
    bool resumed = false;
};

class World::Post : public core::Mailboxes {
    World& world_;
    unsigned from_;

  public:
    Post(World& world, unsigned from) : world_(world), from_(from) {}
    void post(unsigned shard, core::Event event) override { world_.mail_.push_back({from_, shard, std::move(event)}); }
    unsigned shards() const override { return static_cast<unsigned>(world_.shards_.size()); }
};

struct World::ShardParts {
    Post post;
    std::unique_ptr<core::Store> store;
    core::Shard shard;
    foodgroups::OscarProtocol protocol;
    ShardParts(World& world, unsigned index)
        : post(world, index),
          store(world.store_->forShard()),
          shard(index, world.complex_, post, *store, world.log_),
          protocol(shard) {}
};

World::World(unsigned shards, core::Options options)
    : store_(std::make_unique<store::InlineStore>(log_)), complex_(std::move(options)) {
    now_.steady = core::TimePoint(core::Milliseconds(1'000'000));
    now_.unix = 1'700'000'000;
    shards_.resize(shards);
    for (unsigned i = 0; i < shards; ++i) {
        shards_[i] = std::make_unique<ShardParts>(*this, i);
        shards_[i]->shard.now = now_;
    }
    admin_ = store_->forShard();
}

World::~World() {
    for (auto& link : links_) link->session.reset();
}

void World::addUser(std::string const& displayId, std::string const& password) {
    std::vector<core::NewUser> users;
    users.push_back({displayId, core::Password(password), displayId + "@example.com", false});
    bool added = false;
    admin_->add(std::move(users), now_.unix, [&](core::StoreResult<> result) { added = result.has_value(); });
    settle();
    ASSERT_TRUE(added) << displayId;
}

void World::changeAccount(std::string const& name, std::function<void(core::Account&)> change) {
    bool changed = false;
    admin_->change(core::LoginId(name), {std::move(change)},
                   [&](core::StoreResult<core::Account> result) { changed = result.has_value(); });
    settle();
    ASSERT_TRUE(changed) << name;
}

core::StoredUser World::stored(std::string const& name) {
    core::StoredUser user;
    admin_->load(core::LoginId(name), [&](core::StoreResult<core::StoredUser> result) {
        if (result) user = *result;
    });
    settle();
    return user;
}

std::vector<core::StoredMessage> World::waiting(std::string const& name) {
    std::vector<core::StoredMessage> messages;
    admin_->waiting(core::LoginId(name), [&](core::StoreResult<std::vector<core::StoredMessage>> result) {
        if (result) messages = *result;
    });
    settle();
    return messages;
}

Client& World::connect(std::string const& address) {
    clients_.push_back(std::make_unique<Client>(*this, address));
    Client& client = *clients_.back();
    unsigned const shard = nextShard_++ % shards();
    links_.push_back(std::make_unique<FakeLink>(shard, client, static_cast<wire::u16>(0xFFF0)));
    client.link = links_.back().get();
    shards_[shard]->protocol.opened(*links_.back(), now_);
    settle();
    return client;
}

void World::receive(Client& client, wire::Bytes bytes) {
    auto* const link = static_cast<FakeLink*>(client.link);
    if (link) link->unread.insert(link->unread.end(), bytes.begin(), bytes.end());
    if (link && !link->paused && !link->closing()) {
        auto& protocol = shards_[link->shardIndex]->protocol;
        auto const fault = link->reader.feed(std::exchange(link->unread, {}), [&](wire::FlapFrame const& frame) {
            auto const next = protocol.frame(*link, frame, now_);
            return link->closing() || link->paused || link->target ? wire::FlapReader::Next::Stop : next;
        });
        if (fault && !link->closing()) protocol.fault(*link, *fault, now_);
    }
    settle();
}

void World::deliver(FakeLink& link) {
    wire::Buffer const bytes = std::exchange(link.out.bytes(), {});
    Client& client = link.client;
    (void)client.in_.feed(bytes, [&](wire::FlapFrame const& frame) {
        client.frames.push_back(
            {frame.type, frame.sequenceNumber, std::make_shared<wire::Buffer>(wire::toBuffer(frame.payload))});
        return wire::FlapReader::Next::Continue;
    });
}

bool World::pump() {
    bool moved = false;
    for (std::size_t i = 0; i < links_.size(); ++i) {
        FakeLink& link = *links_[i];
        if (link.client.stuck) continue;
        auto& protocol = shards_[link.shardIndex]->protocol;
        if (link.closing()) link.out.bytes().resize(link.closeAt);
        bool const due = link.dirty || (link.closing() && !link.out.bytes().empty());
        if (due && link.client.reads_) {
            link.dirty = false;
            deliver(link);
            if (!link.closing()) protocol.flushed(link, now_);
            link.closeAt = 0;
            moved = true;
        }
        if (std::exchange(link.resumed, false) && !link.closing()) {
            receive(link.client, {});
            return true;
        }
        if (link.closing()) {
            link.client.closed = link.reason;
            link.client.leftOver = link.client.in_.takeKept();
            if (link.client.link == &link) link.client.link = nullptr;
            auto const ended = std::move(links_[i]);
            links_.erase(links_.begin() + static_cast<std::ptrdiff_t>(i));
            protocol.closed(*ended, *ended->reason, now_);
            return true;
        }
        if (link.target) {
            auto left = std::move(links_[i]);
            auto next = std::make_unique<FakeLink>(*left->target, left->client, left->out.nextSequence());
            next->reader = wire::FlapReader(left->reader.lastSequence(), left->reader.takeKept());
            next->unread = std::move(left->unread);
            left->client.link = next.get();
            links_[i] = std::move(next);
            shards_[links_[i]->shardIndex]->protocol.adopted(*links_[i], std::move(left->ticket), now_);
            receive(left->client, {});
            return true;
        }
    }
    if (!mail_.empty()) {
        auto next = mail_.begin();
        if (pick_) {
            Mail const& picked = mail_[pick_(mail_.size())];
            next = std::ranges::find_if(
                mail_, [&](Mail const& mail) { return mail.from == picked.from && mail.to == picked.to; });
        }
        Mail const mail = std::move(*next);
        mail_.erase(next);
        shards_[mail.to]->shard.now = now_;
        mail.event(shards_[mail.to]->shard);
        return true;
    }
    return storeAnswers_ && store_->runPending() > 0 ? true : moved;
}

void World::settle() {
    while (!held_ && pump()) {
    }
}

void World::failStore(bool fails) { store_->fail(fails); }

void World::hold(bool on) {
    held_ = on;
    settle();
}

void World::letStoreAnswer(bool answers) {
    storeAnswers_ = answers;
    settle();
}

void World::pass(core::Milliseconds span) {
    constexpr core::Milliseconds step{250};
    core::TimePoint const end = now_.steady + span;
    core::TimePoint const start = now_.steady;
    wire::u32 const startUnix = now_.unix;
    while (now_.steady < end) {
        now_.steady = std::min(now_.steady + step, end);
        now_.unix = startUnix + static_cast<wire::u32>((now_.steady - start).count() / 1000);
        for (auto const& shard : shards_) shard->protocol.tick(now_);
        settle();
    }
}

core::Shard& World::shard(unsigned index) { return shards_[index]->shard; }

core::Shard& World::shardOf(std::string const& name) {
    return shard(core::Shard::homeOf(core::LoginId(name), shards()));
}

void World::shutDown() {
    for (auto const& shard : shards_) shard->protocol.shutDown(now_);
    settle();
}

World::BucpAnswer World::bucp(std::string const& name, std::string const& password,
                              wire::MulticonnFlags multiconnFlags, std::string const& address) {
    Client& client = connect(address);
    client.sendHello();
    client.send(bucp::ChallengeRequest{wire::TlvList{}.add(bucp::tags::loginId, wire::string{name})});
    if (auto const challenge = client.take<bucp::ChallengeResponse>()) {
        auto const digest = core::passwordDigest((*challenge)->key.text, password, true);
        client.send(bucp::LoginRequest{wire::TlvList{}
                                           .add(bucp::tags::loginId, wire::string{name})
                                           .add(bucp::tags::passwordHash, digest)
                                           .add(bucp::tags::passwordPrehashed)
                                           .add(bucp::tags::clientName, wire::string{"World test client"})
                                           .add(bucp::tags::multiconnFlags, multiconnFlags)});
    }
    BucpAnswer answer;
    auto const response = client.take<bucp::LoginResponse>();
    if (!response) {
        ADD_FAILURE() << "no answer to the sign-on of " << name;
        return answer;
    }
    wire::Tlvs const tlvs = (*response)->tlvs;
    answer.error = tlvs.get(bucp::tags::errorSubcode);
    if (auto const cookie = tlvs.get(bucp::tags::loginCookie)) answer.cookie = wire::toBuffer(cookie->bytes);
    answer.loginId = tlvs.get(bucp::tags::loginId).value_or(wire::string{}).text;
    answer.reconnectHere = tlvs.get(bucp::tags::reconnectHere).value_or(wire::string{}).text;
    answer.errorUrl = tlvs.get(bucp::tags::errorUrl).value_or(wire::string{}).text;
    return answer;
}

Client& World::present(wire::Bytes cookie, std::string const& address,
                       std::optional<wire::MulticonnFlags> multiconnFlags) {
    Client& client = connect(address);
    wire::TlvList tlvs;
    tlvs.add(wire::signonTags::loginCookie, wire::blob{cookie});
    if (multiconnFlags) tlvs.add(wire::signonTags::multiconnFlags, *multiconnFlags);
    client.sendHello(tlvs);
    return client;
}

Client& World::signOn(std::string const& name, SignOnOptions const& options, bool keepFrames) {
    BucpAnswer const answer = bucp(name, options.password, options.multiconnFlags, options.address);
    EXPECT_FALSE(answer.error) << name << " could not sign on";
    Client& client = present(answer.cookie, options.address);
    if (options.oserviceVersion) {
        wire::List<wire::oservice::FoodgroupVersion> versions;
        for (wire::u16 group : {1, 2, 3, 4, 9, 11, 19})
            versions.add({group, group == 1 ? options.oserviceVersion : wire::u16{1}});
        client.send(wire::oservice::ClientVersions{versions});
    }
    if (options.buddyFlags)
        client.send(wire::buddy::RightsQuery{
            wire::TlvList{}.add(wire::buddy::rightsQueryTags::flags, *options.buddyFlags)});
    if (options.icbmFlags)
        client.send(wire::icbm::AddParameters{wire::icbm::Channel::AllChannels,
                                              {*options.icbmFlags, 8000, 999, 999, 0}});
    if (!options.buddies.empty()) {
        wire::List<wire::string08> names;
        for (std::string const& buddy : options.buddies) names.add(wire::string08{buddy});
        client.send(wire::buddy::AddBuddies{names});
    }
    if (options.useFeedbag) client.send(feedbag::Use{});
    if (options.clientOnline) client.send(wire::oservice::ClientOnline{});
    if (!keepFrames) client.forget();
    return client;
}

void Client::readOn() {
    reads_ = true;
    world_.settle();
}

void Client::sendBytes(wire::Bytes bytes) { world_.receive(*this, bytes); }

void Client::sendFrame(wire::FrameType type, wire::Bytes payload) {
    out_.frame(type, [&](wire::Writer& out) { out.bytes(payload); });
    sendBytes(std::exchange(out_.bytes(), {}));
}

void Client::sendHello(wire::TlvList const& tlvs) {
    sendFrame(wire::FrameType::Signon, wire::encode(wire::FlapSignon{1, tlvs}));
}

wire::u32 Client::sendSnac(wire::u16 foodgroup, wire::u16 type, wire::Bytes body, wire::u16 flags) {
    wire::u32 const id = ++lastRequestId_;
    out_.snac(wire::SnacHeader{foodgroup, type, flags, id}, body);
    sendBytes(std::exchange(out_.bytes(), {}));
    return id;
}

void Client::breakLine(core::CloseReason reason) {
    reads_ = false;
    if (link) link->close(reason);
    world_.settle();
}

std::optional<wire::ErrorCode> Client::errorOf(wire::u32 requestId, std::optional<wire::u16>* subcode) {
    struct AnyError {
        wire::ErrorCode code{};
        wire::tlvRestBlock tlvs;
    };
    for (auto frame = frames.begin(); frame != frames.end(); ++frame) {
        auto const snac = frame->type == wire::FrameType::Data ? frame->snac() : std::nullopt;
        if (!snac || snac->header.type != 1 || snac->header.requestId != requestId) continue;
        auto const error = wire::decode<AnyError>(snac->body);
        if (!error) return std::nullopt;
        if (subcode) *subcode = error->tlvs.get(wire::errorTags::errorSubcode);
        auto const code = error->code;
        frames.erase(frame);
        return code;
    }
    return std::nullopt;
}

std::vector<std::string> Client::arrived() {
    std::vector<std::string> names;
    for (auto const& arrived : takeAll<wire::buddy::Arrived>())
        for (auto const& info : arrived->arrivedInfos) names.emplace_back(info.displayId.text);
    return names;
}

std::vector<std::string> Client::departed() {
    std::vector<std::string> names;
    for (auto const& departed : takeAll<wire::buddy::Departed>())
        for (auto const& info : departed->departedInfos) names.emplace_back(info.displayId.text);
    return names;
}

std::optional<wire::Tlvs> Client::signoff() const {
    for (ReceivedFrame const& frame : frames)
        if (frame.type == wire::FrameType::Signoff) return wire::Tlvs{*frame.payload};
    return std::nullopt;
}

wire::Buffer item(std::string const& name, wire::u16 groupId, wire::u16 itemId, feedbag::ClassId classId,
                  wire::TlvList const& attributes) {
    return wire::encode(feedbag::Item{wire::string16{name}, groupId, itemId, classId, attributes});
}

wire::rest<feedbag::Item> items(wire::Buffer const& bytes) { return wire::rest<feedbag::Item>{bytes}; }

wire::Buffer pdinfo(feedbag::PdMode mode) {
    return item("", 0, 9, feedbag::ClassId::Pdinfo, wire::TlvList{}.add(feedbag::attributes::pdMode, mode));
}

namespace {

template <class M>
bool carryOut(Client& client, wire::Buffer const& bytes) {
    auto const status = client.ask<feedbag::Status>(M{items(bytes)});
    if (!status) return false;
    return std::ranges::all_of((*status)->statuses,
                               [](feedbag::StatusCode code) { return code == feedbag::StatusCode::Success; });
}

}  // namespace

bool insert(Client& client, wire::Buffer const& bytes) { return carryOut<feedbag::InsertItems>(client, bytes); }
bool update(Client& client, wire::Buffer const& bytes) { return carryOut<feedbag::UpdateItems>(client, bytes); }
bool erase(Client& client, wire::Buffer const& bytes) { return carryOut<feedbag::DeleteItems>(client, bytes); }

void storeBuddies(Client& client, std::vector<std::string> const& names) {
    wire::Buffer all = item("", 0, 0, feedbag::ClassId::Group);
    auto const add = [&](wire::Buffer const& one) { all.insert(all.end(), one.begin(), one.end()); };
    add(item("Buddies", 1, 0, feedbag::ClassId::Group));
    wire::u16 id = 0;
    for (std::string const& name : names) add(item(name, 1, ++id, feedbag::ClassId::Buddy));
    ASSERT_TRUE(insert(client, all));
}

wire::u32 sendIm(Client& from, std::string const& to, std::string const& text, ImOptions const& options) {
    namespace tags = wire::icbm::tags;
    namespace data = wire::icbm::imDataTags;
    wire::TlvList imData;
    wire::Buffer const capabilities{1};
    imData.add(data::imCapabilities, wire::rest<wire::u08>{capabilities});
    imData.add(data::imText,
               wire::icbm::ImSection{wire::icbm::Encoding::Ascii, 0, wire::blob{wire::asBytes(text)}});
    wire::TlvList tlvs;
    tlvs.add(tags::imData, imData);
    if (options.ack) tlvs.add(tags::requestHostAck);
    if (options.store) tlvs.add(tags::store);
    if (options.autoResponse) tlvs.add(tags::autoResponse);
    for (wire::Tlv const& tlv : wire::Tlvs{options.more}) tlvs.add(tlv);
    return from.send(wire::icbm::ChannelMsgToHost{
        wire::Cookie{'c', 'o', 'o', 'k', 'i', 'e', '0', '1'}, options.channel, wire::string08{to}, tlvs});
}

std::string textOf(wire::Tlvs icbmTlvs) {
    std::string text;
    if (auto const imData = icbmTlvs.get(wire::icbm::tags::imData))
        for (wire::Tlv const& tlv : *imData)
            if (tlv.tag == wire::icbm::imDataTags::imText.number)
                if (auto const section = wire::decode<wire::icbm::ImSection>(tlv.value))
                    text += wire::asText(section->data.bytes);
    return text;
}

std::vector<std::string> texts(Client& client) {
    std::vector<std::string> all;
    for (auto const& message : client.takeAll<wire::icbm::ChannelMsgToClient>())
        all.push_back(textOf(message->icbmTlvs));
    return all;
}

}  // namespace oscar::test
