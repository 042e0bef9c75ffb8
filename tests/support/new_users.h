// SPDX-License-Identifier: MIT
// Where tests start whose users come into being as they sign on.
#pragma once

#include <gtest/gtest.h>

#include <string>

#include "tests/support/world.h"

namespace oscar::test {

class NewUsers {
  protected:
    explicit NewUsers(unsigned shards = 2) : world(shards) {}

    Client& signOn(std::string const& name, SignOnOptions const& options = {}) {
        world.addUser(name);
        return world.signOn(name, options);
    }

    World world;
};

/// With so many shards as the test's parameter says.
class NewUsersOnShards : public testing::TestWithParam<unsigned>, protected NewUsers {
  protected:
    NewUsersOnShards() : NewUsers(GetParam()) {}
};

}  // namespace oscar::test
