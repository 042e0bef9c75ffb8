// SPDX-License-Identifier: MIT
// The commands of oscarctl without a server: what is typed, and what is written about them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdio.h>

#include <boost/json.hpp>
#include <fstream>
#include <sstream>

#include "gateways/admin/documents.h"
#include "gateways/admin/printing.h"

namespace oscar::admin {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::StartsWith;

/// What refuses this command line; empty if it goes to the server.
std::string refusal(std::vector<std::string> arguments) {
    auto const answer = answerAnywhere({std::move(arguments), {}});
    if (!answer) return {};
    EXPECT_EQ(answer->exit, 1);
    EXPECT_EQ(answer->out, "");
    EXPECT_THAT(answer->err, testing::MatchesRegex("[^\n]+\n"));
    return answer->err;
}

std::string outputOf(std::vector<std::string> arguments) {
    auto const answer = answerAnywhere({std::move(arguments), {}});
    if (!answer || answer->exit != 0) return "it was not answered";
    return answer->out;
}

TEST(Syntax, readsArgumentsInAnyOrderOfTheOptions) {
    Syntax const syntax("NAME --password-stdin [--email ADDRESS] [--rate-exempt]");
    for (std::vector<std::string> const& typed :
         std::vector<std::vector<std::string>>{{"bob", "--password-stdin", "--email", "b@c"},
                                               {"--email=b@c", "--password-stdin", "bob"},
                                               {"--password-stdin", "--email", "b@c", "bob"}}) {
        Given given;
        EXPECT_EQ(syntax.read(typed, given), "");
        EXPECT_EQ(given["NAME"], "bob");
        EXPECT_EQ(given["--email"], "b@c");
        EXPECT_TRUE(given.has("--password-stdin"));
        EXPECT_FALSE(given.has("--rate-exempt"));
    }
}

TEST(Syntax, saysWhatIsWrong) {
    Syntax const syntax("NAME --password-stdin [--email ADDRESS]");
    auto const wrong = [&](std::vector<std::string> const& typed) {
        Given given;
        return syntax.read(typed, given);
    };
    EXPECT_EQ(wrong({}), "NAME is missing");
    EXPECT_EQ(wrong({"bob"}), "--password-stdin is missing");
    EXPECT_EQ(wrong({"bob", "jim", "--password-stdin"}), "'jim' is one argument too many");
    EXPECT_EQ(wrong({"bob", "--password"}), "there is no option --password");
    EXPECT_EQ(wrong({"bob", "--password-stdin", "--email"}), "--email needs a value");
    EXPECT_EQ(wrong({"bob", "--password-stdin=x"}), "--password-stdin takes no value");
    EXPECT_EQ(wrong({"bob", "--password-stdin", "--password-stdin"}), "--password-stdin is there twice");
}

TEST(Syntax, repeatsAndLeavesOut) {
    Given given;
    EXPECT_EQ(Syntax("NAME KEY=VALUE...").read({"bob", "a=1", "b=2"}, given), "");
    EXPECT_THAT(given.repeated(), ElementsAre("a=1", "b=2"));
    Given none;
    EXPECT_EQ(Syntax("[NUMBER] --password-stdin").read({"--password-stdin"}, none), "");
    EXPECT_FALSE(none.has("NUMBER"));
    Given noPair;
    EXPECT_EQ(Syntax("NAME KEY=VALUE...").read({"bob"}, noPair), "KEY=VALUE is missing");
}

TEST(Commands, thoseThatAreRightGoToTheServer) {
    EXPECT_EQ(refusal({"user", "add", "bob", "--password-stdin"}), "");
    EXPECT_EQ(refusal({"user", "add", "--uin", "--password-stdin"}), "");
    EXPECT_EQ(refusal({"user", "add", "--password-stdin", "--uin", "12345"}), "");
    EXPECT_EQ(refusal({"user", "add", "--prefix", "p", "--password-stdin", "--count", "5"}), "");
    EXPECT_EQ(refusal({"--json", "session", "list"}), "");
}

TEST(Commands, thoseThatAreWrongAreRefusedWithTheirUsage) {
    EXPECT_EQ(refusal({}), "no command; oscarctl help lists them\n");
    EXPECT_EQ(refusal({"usr", "list"}), "there is no command 'usr list'; oscarctl help lists them\n");
    EXPECT_EQ(refusal({"user"}), "there is no command 'user'; oscarctl help lists them\n");
    EXPECT_EQ(refusal({"user", "show"}), "NAME is missing; usage: oscarctl user show NAME\n");
    EXPECT_THAT(refusal({"user", "add", "--count", "5", "--password-stdin"}),
                StartsWith("--prefix is missing; usage: oscarctl user add --count N --prefix P"));
    EXPECT_THAT(refusal({"x\ny\x1b[2J"}), StartsWith("there is no command 'x?y?[2J'"));
}

TEST(Commands, eachHasHelpAndIsFoundByItsOwnWords) {
    for (Command const& command : commands()) {
        EXPECT_FALSE(command.help.empty()) << command.words;
        std::vector<std::string> arguments;
        for (std::string_view word : wordsOf(command.words)) arguments.emplace_back(word);
        arguments.emplace_back("--help");
        EXPECT_THAT(outputOf(arguments), StartsWith(usage(command) + '\n'));
        EXPECT_THAT(outputOf({"help"}), HasSubstr(usage(command) + '\n'));
        EXPECT_THAT(docsPage(), HasSubstr(std::string(command.words)));
    }
    EXPECT_THAT(refusal({"help", "nonsense"}), StartsWith("there is no command 'nonsense'"));
}

TEST(Commands, theDocsPageInTheRepositoryIsWhatTheRowsGive) {
    std::ifstream in(OSCAR_SOURCE_DIR "/docs/oscarctl.md");
    std::ostringstream content;
    content << in.rdbuf();
    EXPECT_EQ(content.str(), docsPage()) << "run scripts/generate";
}

/// What bash offers behind these words.
std::string completed(std::string const& words, int position) {
    std::string const script = testing::TempDir() + "oscarctl-completion.bash";
    std::ofstream(script) << outputOf({"completion", "bash"}) << "COMP_WORDS=(oscarctl " << words
                          << ")\nCOMP_CWORD=" << position << "\n_oscarctl\necho \"${COMPREPLY[*]}\"\n";
    FILE* const bash = popen(("bash " + script).c_str(), "r");
    std::string result(4096, '\0');
    result.resize(fread(result.data(), 1, result.size(), bash));
    EXPECT_EQ(pclose(bash), 0);
    return result;
}

TEST(Completion, offersCommandsAndTheirOptions) {
    EXPECT_EQ(completed("us", 1), "user\n");
    EXPECT_EQ(completed("user s", 2), "set set-password show suspend\n");
    EXPECT_EQ(completed("user add --pass", 3), "--password-stdin\n");
    EXPECT_EQ(completed("user add bob --r", 4), "--rate-exempt\n");
    EXPECT_EQ(completed("session close bob --i", 4), "--instance\n");
    EXPECT_EQ(completed("completion b", 2), "bash\n");
    EXPECT_THAT(refusal({"completion", "csh"}), StartsWith("there is completion for bash only"));
}

TEST(Line, carriesAnyBytesThereAndBack) {
    char const bytes[] = "a \"b\" \\ \n \xff\xfe \0 \xc3\xa9";
    std::string const odd(bytes, sizeof bytes);
    auto const request = requestFrom(toLine(Request{{"user", odd, ""}, odd}));
    ASSERT_TRUE(request);
    EXPECT_THAT(request->arguments, ElementsAre("user", odd, ""));
    EXPECT_EQ(request->standardInput, odd);
    auto const answer = answerFrom(toLine(Answer{1, odd, "no\n"}));
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->exit, 1);
    EXPECT_EQ(answer->out, odd);
    EXPECT_EQ(answer->err, "no\n");
    EXPECT_EQ(toLine(Request{{odd}, odd}).find('\n'), std::string::npos);
}

TEST(Line, thatIsNoneIsRefused) {
    for (char const* line :
         {"", "{", "[]", "null", "{}", R"({"arguments":[1],"stdin":""})", R"({"arguments":[]})",
          R"({"arguments":"x","stdin":""})", R"({"arguments":[],"stdin":1})"})
        EXPECT_FALSE(requestFrom(line)) << line;
    for (char const* line : {"", "{}", R"({"exit":"0","out":"","err":""})", R"({"exit":0,"out":""})"})
        EXPECT_FALSE(answerFrom(line)) << line;
    EXPECT_FALSE(requestFrom(std::string(100'000, '[')));
}

TEST(Printing, whatOthersChoseDoesNotSteerTheTerminal) {
    EXPECT_EQ(printable("a\x1b[2J\n\xc3\xa9~"), "a?[2J???~");
}

TEST(Printing, tablesAreAligned) {
    boost::json::array const rows{{{"name", "alice"}, {"n", 1}}, {{"name", "bo"}, {"n", 22}}};
    EXPECT_EQ(table(rows), "name   n\nalice  1\nbo     22\n");
    EXPECT_EQ(table({}), "");
    EXPECT_EQ(timeText(0), "1970-01-01T00:00:00Z");
}

}  // namespace
}  // namespace oscar::admin
