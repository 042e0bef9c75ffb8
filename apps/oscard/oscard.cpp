// SPDX-License-Identifier: MIT
#include "apps/oscard/oscard.h"

#include <fmt/format.h>

#include <ctime>

#include "apps/config/flags.h"
#include "core/shard.h"
#include "foodgroups/protocol.h"
#include "gateways/admin/commands.h"
#include "net/address.h"

namespace oscar::oscard {
namespace {

core::Options coreOptions(config::Config const& config) {
    core::Options options;
    options.advertise = (*config.server.advertise).text;
    options.url = *config.service.url;
    options.motd = *config.service.motd;
    options.signOnDeadline = *config.limits.signOnDeadline;
    options.instancesPerUser = static_cast<unsigned>(*config.limits.instancesPerUser);
    options.signOnFailures = static_cast<unsigned>(*config.limits.signOnFailures);
    options.signOnFailureWindow = *config.limits.signOnFailureWindow;
    options.inbox.perSender = static_cast<unsigned>(*config.limits.offlinePerSender);
    options.inbox.total = static_cast<unsigned>(*config.limits.offlineTotal);
    return options;
}

net::ServerOptions serverOptions(config::Config const& config) {
    net::ServerOptions options;
    options.listen = config.server.listen.texts();
    options.shards = static_cast<unsigned>(*config.server.shards);
    options.ioUring = *config.server.ioUring;
    options.sendQueueBytes = *config.limits.sendQueueBytes;
    options.limits.connections = *config.limits.connections;
    options.limits.perAddress = *config.limits.connectionsPerAddress;
    options.limits.trusted = config.limits.trusted.texts();
    return options;
}

/// Tells whether an address is one that no limit by address applies to.
std::function<bool(std::string const&)> trustOf(config::Config const& config) {
    std::vector<net::Network> networks;
    for (std::string const& text : config.limits.trusted.texts())
        if (auto const network = net::Network::parse(text)) networks.push_back(*network);
    return [networks](std::string const& text) {
        auto const address = net::Address::parse(text);
        return address && std::ranges::any_of(networks, [&](auto const& n) { return n.contains(*address); });
    };
}

/// What runs on a shard's thread.
class Program final : public net::ShardProgram {
    std::unique_ptr<core::Store> store_;
    core::Shard shard_;
    foodgroups::OscarProtocol protocol_{shard_};

  public:
    Program(unsigned index, core::Complex& complex, core::Mailboxes& mailboxes,
            std::unique_ptr<core::Store> store, core::Log& log)
        : store_(std::move(store)), shard_(index, complex, mailboxes, *store_, log) {}

    core::Protocol& protocol() override { return protocol_; }
    core::Shard& shard() override { return shard_; }
};

}  // namespace

Oscard::Oscard(config::Config const& config)
    : log_({*config.log.level, *config.log.format, *config.log.file}),
      complex_(coreOptions(config), trustOf(config)),
      server_(serverOptions(config), log_,
              [this](unsigned index, core::Mailboxes& mailboxes) { return makeProgram(index, mailboxes); }),
      store_(*config.server.data, log_),
      sessions_(server_) {
    server_.start();
    control_.emplace(config::controlSocketPath(config), log_,
                     [this](std::string const& line) { return answerControl(line); });
    log_.write(core::Level::Info, "ready",
               {{"listen", fmt::format("{}", fmt::join(server_.endpoints(), ","))},
                {"data", (*config.server.data).string()},
                {"shards", std::to_string(server_.shards())}});
}

Oscard::~Oscard() {
    log_.write(core::Level::Info, "stopping", {{"connections", std::to_string(server_.connections())}});
    control_.reset();
    server_.stop();
    server_.join();
    log_.write(core::Level::Info, "stopped", {});
}

std::unique_ptr<net::ShardProgram> Oscard::makeProgram(unsigned index, core::Mailboxes& mailboxes) {
    auto store = store_.forShard([this, index](std::function<void()> completions) {
        server_.post(index, [completions = std::move(completions)](core::Shard&) { completions(); });
    });
    return std::make_unique<Program>(index, complex_, mailboxes, std::move(store), log_);
}

std::string Oscard::answerControl(std::string const& line) {
    auto const request = admin::requestFrom(line);
    if (!request)
        return admin::toLine(admin::Answer::refused("that is no request of this version's oscarctl"));
    auto const store = store_.forShard([](std::function<void()> const& completions) { completions(); });
    admin::Services services{*store, sessions_, static_cast<wire::u32>(std::time(nullptr))};
    return admin::toLine(admin::answer(*request, services));
}

}  // namespace oscar::oscard
