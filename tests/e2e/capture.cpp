// SPDX-License-Identifier: MIT
#include "tests/e2e/capture.h"

#include "tests/support/frames.h"

namespace oscar::test {
namespace {

std::string textOf(boost::json::object const& line, std::string_view key) {
    auto const* const value = line.if_contains(key);
    return value ? std::string(value->as_string()) : std::string();
}

CaptureLine readLine(boost::json::object const& object, std::size_t number) {
    using Kind = CaptureLine::Kind;
    CaptureLine line;
    line.number = number;
    if (object.contains("conn")) line.connection = static_cast<int>(object.at("conn").as_int64());
    line.toHost = textOf(object, "dir") == "c2s";
    line.note = textOf(object, "note");
    line.service = textOf(object, "service");
    line.user = textOf(object, "user");
    line.begins = textOf(object, "begins");
    line.frame = fromHex(textOf(object, "hex"));
    line.kind = !line.note.empty()          ? Kind::Note
                : !line.service.empty()     ? Kind::Connection
                : !line.frame.empty()       ? Kind::Frame
                : object.contains("closed") ? Kind::Closed
                                            : Kind::LeftOut;
    return line;
}

}  // namespace

std::optional<wire::SnacFrame> CaptureLine::snac() const {
    if (kind != Kind::Frame || frameType() != wire::FrameType::Data) return std::nullopt;
    return wire::decodeSnac(payload());
}

CaptureLine const* Capture::answerTo(CaptureLine const& request) const {
    auto const asked = request.snac();
    for (CaptureLine const& line : lines) {
        if (line.number < request.number || line.toHost || line.connection != request.connection) continue;
        auto const snac = line.snac();
        if (snac && snac->header.requestId == asked->header.requestId) return &line;
    }
    return nullptr;
}

Capture readCapture(std::string const& name) {
    std::ifstream file(std::string(OSCAR_TEST_DATA) + "/captures/" + name + ".jsonl");
    if (!file) throw std::runtime_error("can't read the capture " + name);
    Capture capture{name, {}};
    std::size_t number = 0;
    for (std::string line; std::getline(file, line);)
        capture.lines.push_back(readLine(boost::json::parse(line).as_object(), ++number));
    return capture;
}

}  // namespace oscar::test
