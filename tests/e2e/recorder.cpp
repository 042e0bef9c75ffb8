// SPDX-License-Identifier: MIT
#include "tests/e2e/recorder.h"

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/write.hpp>
#include <thread>

#include "tests/support/pcap.h"

namespace oscar::test {
namespace {

using boost::asio::ip::tcp;
using boost::system::error_code;

/// One client's connection and the one that goes on to the server.
struct Passage {
    tcp::socket client;
    tcp::socket server;
    std::size_t conversation = 0;
    bool ended = false;
    std::array<wire::Buffer, 2> buffers{wire::Buffer(65536), wire::Buffer(65536)};
};

}  // namespace

class Recorder::Impl {
    boost::asio::io_context io_;
    tcp::acceptor acceptor_{io_, tcp::endpoint(boost::asio::ip::address_v4::loopback(), 0)};
    PcapWriter pcap_;
    tcp::endpoint server_;
    std::thread thread_;

  public:
    explicit Impl(std::filesystem::path const& path) : pcap_(path) {}
    ~Impl() { stop(); }

    wire::u16 port() const { return acceptor_.local_endpoint().port(); }

    void start(client::Address const& server) {
        server_ = {boost::asio::ip::make_address(server.host), server.port};
        accept();
        thread_ = std::thread([this] { io_.run(); });
    }

    void stop() {
        io_.stop();
        if (thread_.joinable()) thread_.join();
        pcap_.flush();
    }

  private:
    void accept() {
        acceptor_.async_accept([this](error_code error, tcp::socket client) {
            if (error) return;
            auto const passage = std::make_shared<Passage>(Passage{std::move(client), tcp::socket(io_)});
            passage->server.connect(server_);
            passage->conversation = pcap_.connect();
            pass(passage, true);
            pass(passage, false);
            accept();
        });
    }

    void pass(std::shared_ptr<Passage> const& passage, bool toHost) {
        tcp::socket& from = toHost ? passage->client : passage->server;
        wire::Buffer& buffer = passage->buffers[toHost];
        from.async_read_some(boost::asio::buffer(buffer),
                             [=, this, &buffer](error_code error, std::size_t count) {
                                 tcp::socket& to = toHost ? passage->server : passage->client;
                                 if (error) return end(*passage, to, toHost);
                                 pcap_.sent(passage->conversation, toHost, wire::Bytes(buffer).first(count));
                                 boost::asio::async_write(to, boost::asio::buffer(buffer, count),
                                                          [=, this](error_code failed, std::size_t) {
                                                              if (!failed) pass(passage, toHost);
                                                          });
                             });
    }

    void end(Passage& passage, tcp::socket& to, bool toHost) {
        error_code ignored;
        to.shutdown(tcp::socket::shutdown_send, ignored);
        if (!passage.ended) pcap_.close(passage.conversation, toHost);
        passage.ended = true;
    }
};

Recorder::Recorder(std::filesystem::path const& pcap) : impl_(std::make_unique<Impl>(pcap)) {}
Recorder::~Recorder() = default;
client::Address Recorder::address() const { return {"127.0.0.1", impl_->port()}; }
void Recorder::forwardTo(client::Address const& server) { impl_->start(server); }
void Recorder::stop() { impl_->stop(); }

}  // namespace oscar::test
