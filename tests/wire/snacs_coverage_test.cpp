// SPDX-License-Identifier: MIT
// The table of all known SNACs (tests/vectors/snacs.tsv) and the declarations say the same.
#include <gtest/gtest.h>

#include <cstring>

#include "tests/support/frames.h"
#include "tests/support/messages.h"

namespace oscar::wire {
namespace {

/// BUDDY__ADD_TEMP_BUDDIES is declared as buddy::AddTempBuddies.
std::string declaredName(std::string const& specName) {
    std::size_t const split = specName.find("__");
    std::string name;
    for (char c : specName.substr(0, split)) name += static_cast<char>(std::tolower(c));
    name += "::";
    bool upper = true;
    for (char c : specName.substr(split + 2)) {
        if (c != '_') name += upper ? c : static_cast<char>(std::tolower(c));
        upper = c == '_';
    }
    // AOL runs these two words together.
    for (auto const& [one, two] : {std::pair{"Tohost", "ToHost"}, std::pair{"Toclient", "ToClient"}})
        if (name.ends_with(one)) name.replace(name.size() - std::strlen(one), std::string::npos, two);
    return name;
}

Way wayOf(std::string const& direction) {
    return direction == "c2s" ? Way::ToHost : direction == "s2c" ? Way::ToClient : Way::Both;
}

TEST(SnacTable, hasADeclaredMessageForEveryKnownBody) {
    std::size_t rows = 0;
    std::filesystem::path const vectors = std::filesystem::path(OSCAR_TEST_DATA) / "vectors";
    for (auto const& row : test::readTable(vectors / "snacs.tsv")) {
        if (row.at(1) == "*" || row.at(6) == "unspecified") continue;
        auto const foodgroup = static_cast<u16>(std::stoul(row.at(0), nullptr, 16));
        auto const type = static_cast<u16>(std::stoul(row.at(1), nullptr, 16));
        if (!test::isDeclared(foodgroup)) continue;
        SCOPED_TRACE(row.at(2));
        ++rows;
        auto const* message = test::findMessage(foodgroup, type);
        ASSERT_TRUE(message);
        EXPECT_EQ(message->name, declaredName(row.at(2)));
        EXPECT_EQ(message->snac.way, wayOf(row.at(3)));
    }
    EXPECT_EQ(rows, test::allMessages().size()) << "nothing is declared that the table doesn't know";
}

}  // namespace
}  // namespace oscar::wire
