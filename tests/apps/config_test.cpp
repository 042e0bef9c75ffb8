// SPDX-License-Identifier: MIT
#include "apps/config/config.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdlib.h>
#include <unistd.h>

#include <fstream>
#include <sstream>

#include "apps/config/documents.h"

namespace oscar::config {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

/// A file that lives as long as the test.
class TemporaryFile {
    std::string path_ = testing::TempDir() + "oscard-config-XXXXXX";

  public:
    explicit TemporaryFile(std::string const& content) {
        int const fd = mkstemp(path_.data());
        EXPECT_GE(fd, 0);
        close(fd);
        std::ofstream(path_) << content;
    }
    ~TemporaryFile() { std::filesystem::remove(path_); }
    TemporaryFile(TemporaryFile const&) = delete;
    TemporaryFile& operator=(TemporaryFile const&) = delete;
    std::string const& path() const { return path_; }
};

/// What the one line says that refuses these sources; empty if they are taken.
std::string refusal(Sources const& sources) {
    try {
        const Config config(sources);
        return {};
    } catch (ConfigError const& error) {
        EXPECT_THAT(error.what(), Not(HasSubstr("\n")));
        return error.what();
    }
}
std::string refusalOfSet(std::string const& assignment) { return refusal({.sets = {assignment}}); }
std::string refusalOfFile(std::string const& content) {
    const TemporaryFile file(content);
    return refusal({.file = file.path()});
}
std::string refusalOfVariable(char const* variable) {
    char const* const environment[] = {variable, nullptr};
    return refusal({.environment = environment});
}

Config fromFile(std::string const& content) {
    const TemporaryFile file(content);
    return Config({.file = file.path()});
}
Config fromSet(std::string const& assignment) { return Config({.sets = {assignment}}); }

std::string contentOf(std::string const& pathInRepository) {
    std::ifstream in(std::string(OSCAR_SOURCE_DIR "/") + pathInRepository);
    std::ostringstream content;
    content << in.rdbuf();
    return content.str();
}

TEST(Config, withoutSourcesServesAllInterfacesOnPort5190FromTheDataFolder) {
    const Config config;
    EXPECT_THAT(config.server.listen.texts(), ElementsAre("0.0.0.0:5190"));
    EXPECT_EQ(*config.server.data, "./data");
    EXPECT_EQ((*config.server.advertise).text, "");
    EXPECT_EQ(*config.limits.signOnDeadline, Seconds{30});
    EXPECT_EQ(*config.log.level, core::Level::Info);
}

TEST(Config, flagsBeatTheEnvironmentWhichBeatsTheFile) {
    const TemporaryFile file("[limits]\ninstances_per_user = 1\noffline_total = 1\nconnections = 1\n");
    char const* const environment[] = {"PATH=/bin", "OSCARD_LIMITS_INSTANCES_PER_USER=2",
                                       "OSCARD_LIMITS_OFFLINE_TOTAL=2", nullptr};
    const Config config({file.path(), environment, {"limits.instances_per_user=3"}});
    EXPECT_EQ(*config.limits.instancesPerUser, 3u);
    EXPECT_EQ(*config.limits.offlineTotal, 2u);
    EXPECT_EQ(*config.limits.connections, 1u);
}

TEST(Config, theLaterOfTwoFlagsForOneKeyCounts) {
    EXPECT_EQ(*Config({.sets = {"server.shards=1", "server.shards=2"}}).server.shards, 2u);
}

TEST(Config, aListIsAnArrayOrOneValueInTheFileAndSeparatedByCommasElsewhere) {
    auto const both = ElementsAre("127.0.0.1:5190", "[::1]:5190");
    EXPECT_THAT(fromFile("[server]\nlisten = [\"127.0.0.1:5190\", \"[::1]:5190\"]\n").server.listen.texts(),
                both);
    EXPECT_THAT(fromSet("server.listen=127.0.0.1:5190, [::1]:5190").server.listen.texts(), both);
    EXPECT_THAT(fromFile("server.listen = \"127.0.0.1:0\"\n").server.listen.texts(),
                ElementsAre("127.0.0.1:0"));
    EXPECT_TRUE((*fromSet("limits.trusted=").limits.trusted).empty());
    EXPECT_THAT(fromSet("limits.trusted=127.0.0.1,10.0.0.0/8,fe80::/10").limits.trusted.texts(),
                ElementsAre("127.0.0.1", "10.0.0.0/8", "fe80::/10"));
}

TEST(Config, durationsHaveAUnit) {
    EXPECT_EQ(*fromSet("limits.sign_on_deadline=45s").limits.signOnDeadline, Seconds{45});
    EXPECT_EQ(*fromSet("limits.sign_on_failure_window=2h").limits.signOnFailureWindow, Seconds{7200});
    EXPECT_EQ(*fromFile("[limits]\nsign_on_deadline = \"2m\"\n").limits.signOnDeadline, Seconds{120});
    for (char const* wrong : {"30", "s", "", "-5s", "1.5s", "30 s", "5d"})
        EXPECT_THAT(refusalOfSet(std::string("limits.sign_on_deadline=") + wrong), HasSubstr("30s, 5m or 1h"))
            << wrong;
}

TEST(Config, switchesAreTrueOrFalse) {
    EXPECT_TRUE(*fromFile("").server.ioUring);
    EXPECT_FALSE(*fromFile("server.io_uring = false\n").server.ioUring);
    EXPECT_FALSE(*fromSet("server.io_uring=false").server.ioUring);
    for (char const* wrong : {"1", "yes", "", "True"})
        EXPECT_THAT(refusalOfSet(std::string("server.io_uring=") + wrong), HasSubstr("true or false")) << wrong;
    EXPECT_THAT(refusalOfFile("server.io_uring = 1\n"), HasSubstr("true or false"));
}

TEST(Config, aWrongValueIsNamedWithItsKeyItsPlaceAndWhatIsAllowed) {
    EXPECT_THAT(refusalOfFile("[limits]\n\nconnections = \"many\"\n"),
                testing::MatchesRegex(".*:3: limits.connections = \"many\" is not allowed; it must be a "
                                      "whole number, from 1 to 10000000"));
    EXPECT_EQ(refusalOfSet("log.level=loud"),
              "--set: log.level = \"loud\" is not allowed; it must be one of debug, info, warning, error");
    EXPECT_EQ(refusalOfVariable("OSCARD_SERVER_SHARDS=-1"),
              "the environment: OSCARD_SERVER_SHARDS = \"-1\" is not allowed; it must be a whole number, "
              "from 0 to 1024");
}

TEST(Config, whatLiesOutsideTheBoundsIsRefused) {
    EXPECT_EQ(refusalOfSet("limits.instances_per_user=100"), "");
    EXPECT_THAT(refusalOfSet("limits.instances_per_user=101"), HasSubstr("from 1 to 100"));
    EXPECT_THAT(refusalOfSet("limits.instances_per_user=0"), HasSubstr("from 1 to 100"));
    EXPECT_THAT(refusalOfSet("limits.instances_per_user=99999999999999999999999"),
                HasSubstr("from 1 to 100"));
    EXPECT_THAT(refusalOfSet("limits.sign_on_deadline=11m"), HasSubstr("from 1s to 10m"));
}

TEST(Config, aValueOfAnotherTypeThanTheKeysIsRefusedInTheFile) {
    for (char const* line : {"server.shards = 2.5", "server.shards = true", "server.shards = [2]",
                             "server.shards = {}", "server.data = 5", "server.data = [\"a\", \"b\"]",
                             "server.listen = [5190]", "server.listen = []", "limits.sign_on_deadline = 30"})
        EXPECT_THAT(refusalOfFile(line), HasSubstr(":1: ")) << line;
}

TEST(Config, addressesHaveAPort) {
    for (char const* wrong : {"5190", "0.0.0.0", "0.0.0.0:", "0.0.0.0:65536", "0.0.0.0:x", "::1:5190",
                              "[::1]", "[127.0.0.1]:5190", "a b:1", "", ",", "127.0.0.1:1,,127.0.0.1:2"})
        EXPECT_THAT(refusalOfSet(std::string("server.listen=") + wrong), HasSubstr("an address with a port"))
            << wrong;
    for (char const* wrong : {"10.0.0.0/33", "10.0.0/8", "::/129", "host", "10.0.0.0/", "10.0.0.0/-1"})
        EXPECT_THAT(refusalOfSet(std::string("limits.trusted=") + wrong), HasSubstr("address or a network"))
            << wrong;
}

TEST(Config, theAdvertisedAddressIsAHostWithAPort) {
    for (char const* right : {"", "im.example.org:5190", "192.0.2.1:80", "[2001:db8::1]:5190"})
        EXPECT_EQ(refusalOfSet(std::string("server.advertise=") + right), "") << right;
    for (char const* wrong : {"im.example.org", ":5190", "a b:5190", "host:", "[x]:5190", "host:5190\n"})
        EXPECT_THAT(refusalOfSet(std::string("server.advertise=") + wrong), HasSubstr("host:port")) << wrong;
}

TEST(Config, anUnknownKeyIsRefusedAndTheNearestNameSuggested) {
    EXPECT_EQ(refusalOfSet("server.lisen=1"), "--set: unknown key server.lisen; did you mean server.listen?");
    EXPECT_EQ(refusalOfSet("listen=1"), "--set: unknown key listen; did you mean server.listen?");
    EXPECT_EQ(refusalOfVariable("OSCARD_SERVER_DATE=x"),
              "the environment: unknown key OSCARD_SERVER_DATE; did you mean OSCARD_SERVER_DATA?");
    EXPECT_THAT(refusalOfFile("[server]\ndata = \"x\"\nshard = 2\n"),
                HasSubstr(":3: unknown key server.shard; did you mean server.shards?"));
    EXPECT_THAT(refusalOfFile("[servers]\n"), HasSubstr(":1: unknown key servers"));
    EXPECT_THAT(refusalOfFile("listen = \"0.0.0.0:1\"\n"), HasSubstr("did you mean server.listen?"));
    EXPECT_EQ(refusalOfSet("something.entirely.different=1"),
              "--set: unknown key something.entirely.different; oscard --help lists all keys");
}

TEST(Config, aFlagWithoutAValueIsRefused) {
    EXPECT_EQ(refusalOfSet("server.data"), "--set server.data: it is written --set section.key=value");
    EXPECT_THAT(refusalOfSet("server.data="), HasSubstr("it must be the path of a folder"));
}

TEST(Config, aFileThatIsNoTomlIsRefusedWithTheLine) {
    EXPECT_THAT(refusalOfFile("[server]\nlisten = \n"), HasSubstr(":2: "));
    EXPECT_THAT(refusalOfFile("[server]\ndata = \"a\"\ndata = \"b\"\n"), HasSubstr(":3: "));
    EXPECT_THAT(refusalOfFile(std::string("\x01\xff\x00[", 4)), HasSubstr(":1: "));
}

TEST(Config, aFileThatIsNotThereIsRefused) {
    EXPECT_EQ(refusal({.file = "/nowhere/oscard.toml"}), "there is no config file /nowhere/oscard.toml");
    EXPECT_THAT(refusal({.file = testing::TempDir()}), HasSubstr("there is no config file"));
}

TEST(Config, anEmptyFileChangesNothing) { EXPECT_EQ(*fromFile("").server.data, "./data"); }

TEST(Config, everyKeyTakesItsOwnDefaultFromEverySource) {
    const Config defaults;
    for (KeyBase const* key : defaults.keys) {
        const std::vector<std::string> items = key->fallback();
        std::string text;
        for (std::string const& item : items) text += (text.empty() ? "" : ",") + item;
        EXPECT_EQ(refusalOfSet(key->fullName() + '=' + text), "");
        EXPECT_EQ(refusalOfVariable((environmentName(*key) + '=' + text).c_str()), "");
    }
}

TEST(Config, theExampleFileWithItsKeysUncommentedIsTheDefaults) {
    std::istringstream in(exampleFile());
    std::string uncommented;
    unsigned keys = 0;
    for (std::string line; std::getline(in, line);) {
        bool const isKey = line.size() > 1 && line[0] == '#' && line[1] != ' ';
        keys += isKey;
        uncommented += (isKey ? line.substr(1) : line) + '\n';
    }
    const Config config = fromFile(uncommented);
    EXPECT_EQ(keys, config.keys.size());
    EXPECT_THAT(config.server.listen.texts(), ElementsAre("0.0.0.0:5190"));
    EXPECT_EQ(*config.limits.signOnFailureWindow, Seconds{300});
}

TEST(Config, helpExampleAndDocsNameEveryKeyWithItsMeaning) {
    const Config config;
    for (KeyBase const* key : config.keys) {
        EXPECT_THAT(helpText(), HasSubstr("  " + key->fullName() + " (default "));
        EXPECT_THAT(docsPage(), HasSubstr("| `" + key->fullName() + "` | `" + environmentName(*key) + "` |"));
        EXPECT_THAT(docsPage(), HasSubstr(std::string(key->help())));
        EXPECT_FALSE(key->help().empty()) << key->fullName();
    }
}

TEST(Config, theGeneratedFilesInTheRepositoryAreWhatTheDeclarationsGive) {
    EXPECT_EQ(contentOf("packaging/oscard.toml"), exampleFile()) << "run scripts/generate";
    EXPECT_EQ(contentOf("docs/configuration.md"), docsPage()) << "run scripts/generate";
}

}  // namespace
}  // namespace oscar::config
