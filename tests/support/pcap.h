// SPDX-License-Identifier: MIT
// Writes conversations into a pcap file, so that an independent dissector can read what we write.
#pragma once

#include <filesystem>
#include <fstream>
#include <stdexcept>

#include "wire/codec.h"

namespace oscar::test {

/// Classic pcap, IPv4 without a link layer, TCP with right sequence numbers and checksums. Client n is
/// 10.0.0.1 port 40000 + n, the host 10.0.0.2 port `hostPort`. Every call adds to the file in order.
class PcapWriter {
    using Buffer = wire::Buffer;
    struct Conversation {
        wire::u16 clientPort = 0;
        wire::u32 clientSequence = 1000;
        wire::u32 hostSequence = 2000;
    };
    std::ofstream file_;
    wire::u16 hostPort_;
    std::vector<Conversation> conversations_;
    unsigned packets_ = 0;

    static constexpr std::size_t mostPayload = 60000;
    enum Flags : wire::u08 { Fin = 0x01, Syn = 0x02, Push = 0x08, Ack = 0x10 };

  public:
    /// Throws if the file can't be made.
    explicit PcapWriter(std::filesystem::path const& path, wire::u16 hostPort = 5190)
        : file_(path, std::ios::binary), hostPort_(hostPort) {
        if (!file_) throw std::runtime_error("can't write " + path.string());
        Buffer header;
        wire::Writer out(header);
        out.number(wire::u32{0xA1B2C3D4});
        out.number(wire::u16{2});
        out.number(wire::u16{4});
        out.number(wire::u64{0});        // time zone, accuracy
        out.number(wire::u32{0xFFFF});   // longest packet
        out.number(wire::u32{101});      // LINKTYPE_RAW
        write(header);
    }

    /// A new connection, with its handshake. Its number is the argument of the other calls.
    std::size_t connect() {
        std::size_t const number = conversations_.size();
        conversations_.push_back({static_cast<wire::u16>(40000 + number), 1000, 2000});
        packet(number, true, Syn, {});
        packet(number, false, Syn | Ack, {});
        packet(number, true, Ack, {});
        return number;
    }

    /// What one side wrote. Number of the packet that ends with it (dissectors count from 1).
    unsigned sent(std::size_t conversation, bool toHost, wire::Bytes bytes) {
        do {
            wire::Bytes const part = bytes.first(std::min(bytes.size(), mostPayload));
            packet(conversation, toHost, Push | Ack, part);
            bytes = bytes.subspan(part.size());
        } while (!bytes.empty());
        return packets_;
    }

    /// The client's or the host's end of the connection, answered by the other.
    void close(std::size_t conversation, bool byClient) {
        packet(conversation, byClient, Fin | Ack, {});
        packet(conversation, !byClient, Fin | Ack, {});
        packet(conversation, byClient, Ack, {});
    }

    /// All that was added is in the file.
    void flush() { file_.flush(); }

  private:
    void write(Buffer const& bytes) {
        file_.write(reinterpret_cast<char const*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
    }

    void packet(std::size_t number, bool toHost, int flags, wire::Bytes payload) {
        Conversation& conversation = conversations_.at(number);
        wire::u32& mine = toHost ? conversation.clientSequence : conversation.hostSequence;
        wire::u32 const theirs = toHost ? conversation.hostSequence : conversation.clientSequence;
        wire::u32 const client = 0x0A000001, host = 0x0A000002;
        wire::u32 const from = toHost ? client : host, to = toHost ? host : client;

        Buffer tcp;
        wire::Writer out(tcp);
        out.number(toHost ? conversation.clientPort : hostPort_);
        out.number(toHost ? hostPort_ : conversation.clientPort);
        out.number(mine);
        out.number(flags & Ack ? theirs : wire::u32{0});
        out.number(static_cast<wire::u16>(5 << 12 | flags));  // five words of header
        out.number(wire::u16{0xFFFF});                        // window
        out.number(wire::u32{0});                             // checksum, urgent pointer
        out.bytes(payload);
        Buffer summed;
        wire::Writer pseudo(summed);
        pseudo.number(from);
        pseudo.number(to);
        pseudo.number(wire::u16{6});
        pseudo.number(static_cast<wire::u16>(tcp.size()));
        pseudo.bytes(tcp);
        out.patch(16, checksum(summed));

        Buffer ip;
        wire::Writer ipOut(ip);
        ipOut.number(wire::u16{0x4500});  // version, five words, no service class
        ipOut.number(static_cast<wire::u16>(20 + tcp.size()));
        ipOut.number(static_cast<wire::u16>(packets_));
        ipOut.number(wire::u16{0x4000});  // not to be fragmented
        ipOut.number(wire::u16{64 << 8 | 6});
        ipOut.number(wire::u16{0});
        ipOut.number(from);
        ipOut.number(to);
        ipOut.patch(10, checksum(ip));

        Buffer record;
        wire::Writer recordOut(record);
        recordOut.number(wire::u32{1'000'000'000});  // seconds
        recordOut.number(wire::u32{packets_});       // microseconds
        recordOut.number(static_cast<wire::u32>(ip.size() + tcp.size()));
        recordOut.number(static_cast<wire::u32>(ip.size() + tcp.size()));
        recordOut.bytes(ip);
        recordOut.bytes(tcp);
        write(record);

        ++packets_;
        mine += static_cast<wire::u32>(payload.size()) + (flags & (Syn | Fin) ? 1 : 0);
    }

    /// RFC 1071.
    static wire::u16 checksum(wire::Bytes bytes) {
        wire::u32 sum = 0;
        for (std::size_t i = 0; i < bytes.size(); ++i) sum += i % 2 ? bytes[i] : bytes[i] << 8;
        while (sum > 0xFFFF) sum = (sum & 0xFFFF) + (sum >> 16);
        return static_cast<wire::u16>(~sum);
    }
};

}  // namespace oscar::test
