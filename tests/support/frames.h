// SPDX-License-Identifier: MIT
// Frames of other programs: the vectors and the recorded traffic under tests/.
#pragma once

#include <boost/json.hpp>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>
#include <vector>

#include "wire/flap.h"

namespace oscar::test {

/// Throws std::invalid_argument if `text` is not pairs of hex digits.
inline wire::Buffer fromHex(std::string_view text) {
    wire::Buffer bytes;
    for (std::size_t at = 0; at < text.size(); at += 2) {
        std::size_t used = 0;
        bytes.push_back(static_cast<wire::u08>(std::stoul(std::string(text.substr(at, 2)), &used, 16)));
        if (used != 2) throw std::invalid_argument("not hex");
    }
    return bytes;
}

/// Lines of a file with tabs between fields, without its first line. Throws if it can't be read.
inline std::vector<std::vector<std::string>> readTable(std::filesystem::path const& path) {
    std::ifstream file(path);
    if (!file) throw std::runtime_error("can't read " + path.string());
    std::vector<std::vector<std::string>> rows;
    std::string line;
    std::getline(file, line);
    while (std::getline(file, line)) {
        auto& row = rows.emplace_back();
        for (std::size_t from = 0; from <= line.size();) {
            std::size_t const tab = std::min(line.find('\t', from), line.size());
            row.push_back(line.substr(from, tab - from));
            from = tab + 1;
        }
    }
    return rows;
}

/// One FLAP frame with its header, and where it comes from.
struct RecordedFrame {
    std::string name;
    bool toHost = false;
    wire::Buffer bytes;
    std::string decoded;  ///< vectors only: what stands in it
};

/// Frames of tests/vectors/frames.tsv or frames_extra.tsv.
inline std::vector<RecordedFrame> readVectors(std::filesystem::path const& path) {
    std::vector<RecordedFrame> frames;
    for (auto const& row : readTable(path))
        frames.push_back({row.at(0), row.at(1) == "c2s", fromHex(row.at(2)), row.at(3)});
    return frames;
}

/// FLAP frames of all tests/captures/*.jsonl, in the order of their files (the format: README there).
inline std::vector<RecordedFrame> readCaptures(std::filesystem::path const& folder) {
    std::vector<std::filesystem::path> files;
    for (auto const& entry : std::filesystem::directory_iterator(folder))
        if (entry.path().extension() == ".jsonl") files.push_back(entry.path());
    std::sort(files.begin(), files.end());

    std::vector<RecordedFrame> frames;
    for (auto const& path : files) {
        std::ifstream file(path);
        std::vector<std::int64_t> flap;  // connections
        std::size_t number = 0;
        for (std::string line; std::getline(file, line);) {
            ++number;
            auto const object = boost::json::parse(line).as_object();
            if (object.contains("service")) {
                auto const& service = object.at("service").as_string();
                if (service != "HTTP" && service != "PROXY") flap.push_back(object.at("conn").as_int64());
            }
            if (!object.contains("hex")) continue;
            if (std::find(flap.begin(), flap.end(), object.at("conn").as_int64()) == flap.end()) continue;
            frames.push_back({path.stem().string() + ":" + std::to_string(number),
                              object.at("dir").as_string() == "c2s", fromHex(object.at("hex").as_string()), {}});
        }
    }
    return frames;
}

/// The SNAC of a whole frame. Nothing for frames of other types; throws if the frame isn't one.
inline std::optional<wire::SnacFrame> snacOf(wire::Bytes frame) {
    if (frame.size() < wire::flapHeaderSize) throw std::invalid_argument("no frame");
    if (static_cast<wire::FrameType>(frame[1]) != wire::FrameType::Data) return std::nullopt;
    return wire::decodeSnac(frame.subspan(wire::flapHeaderSize));
}

/// Random bytes that are the same on every run with the same seed.
class Noise {
    std::uint64_t state_;

  public:
    explicit Noise(std::uint64_t seed) : state_(seed * 2 + 1) {}

    std::uint32_t next() {
        state_ = state_ * 6364136223846793005u + 1442695040888963407u;
        return static_cast<std::uint32_t>(state_ >> 33);
    }
    wire::Buffer bytes(std::size_t count) {
        wire::Buffer result(count);
        for (auto& byte : result) byte = static_cast<wire::u08>(next());
        return result;
    }
};

}  // namespace oscar::test
