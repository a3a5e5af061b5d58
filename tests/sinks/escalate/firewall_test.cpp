#include "sinks/escalate/firewall.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

#include "core/json.h"
#include "sinks/escalate/number_mentions.h"
#include "tests/support/incident_builder.h"
#include "tests/support/temp_directory.h"

namespace inkling::sinks {
namespace {

EvidencePack make_pack(const std::string& scene) {
  test::IncidentBuilder builder;
  if (scene == "no_change") {
    builder.without_culprit();
    for (Suspect& s : builder.edit().nodes) s.verdict = SuspectVerdict::kCoincident;
  }
  PackOptions options;
  options.max_tokens = 100'000;
  return make_evidence_pack(builder.build(), options, {});
}

// Answers of tests/sinks/escalate/answers: {"name", "scene", "answer", "strikes": [reasons]}.
struct Case {
  std::string name;
  EvidencePack pack;
  Answer answer;
  std::vector<std::string> expected;
};

std::vector<Case> load(const std::string& file) {
  const std::string text = read_file(std::string(INKLING_ANSWERS_DIR) + "/" + file);
  const auto rows = parse_json(text);
  EXPECT_TRUE(rows.has_value()) << file << ": " << (rows ? "" : rows.error().message);
  std::vector<Case> cases;
  if (!rows) return cases;
  for (const JsonValue& row : rows->array()) {
    Case c;
    c.name = row.text_of({"name"});
    c.pack = make_pack(std::string(row.text_of({"scene"})));
    auto answer = read_answer(*row.find("answer"));
    EXPECT_TRUE(answer.has_value()) << c.name << ": " << (answer ? "" : answer.error().message);
    if (!answer) continue;
    c.answer = std::move(*answer);
    if (const JsonValue* strikes = row.find("strikes")) {
      for (const JsonValue& reason : strikes->array()) c.expected.emplace_back(reason.text());
    }
    cases.push_back(std::move(c));
  }
  return cases;
}

std::string words_of(const CheckedAnswer& checked) {
  std::string text;
  for (const Strike& strike : checked.strikes) {
    text += std::string(kStrikeReasons[static_cast<std::size_t>(strike.reason)]) + " \"" +
            strike.what + "\" ";
  }
  return text;
}

// Each answer holds one thing that is not supported: it is struck for the reason given.
TEST(FirewallTest, StrikesWhatIsNotSupported) {
  const std::vector<Case> cases = load("unsupported.json");
  EXPECT_GE(cases.size(), 60u);
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    const CheckedAnswer checked = check_answer(c.answer, c.pack);
    for (const std::string& reason : c.expected) {
      const bool struck =
          std::any_of(checked.strikes.begin(), checked.strikes.end(), [&](const Strike& strike) {
            return kStrikeReasons[static_cast<std::size_t>(strike.reason)] == reason;
          });
      EXPECT_TRUE(struck) << "expected " << reason << ", struck: " << words_of(checked);
    }
    EXPECT_FALSE(c.expected.empty());
  }
}

TEST(FirewallTest, LetsSupportedAnswersPass) {
  const std::vector<Case> cases = load("supported.json");
  EXPECT_GE(cases.size(), 60u);
  std::size_t hurt = 0;
  std::string words;
  for (const Case& c : cases) {
    const CheckedAnswer checked = check_answer(c.answer, c.pack);
    if (checked.strikes.empty()) continue;
    ++hurt;
    words += c.name + ": " + words_of(checked) + "\n";
  }
  EXPECT_LE(static_cast<double>(hurt), 0.02 * static_cast<double>(cases.size())) << words;
}

Answer answer_of(std::vector<Statement> statements) {
  return {.suspect = "chg:1", .statements = std::move(statements)};
}

TEST(FirewallTest, TakesTheSentenceAndLeavesTheOthers) {
  const Answer answer =
      answer_of({{StatementKind::kFinding,
                  "checkout fails 24.1 % of its requests. It fails 99 % of them. Since 02:14:30.",
                  {"ev:1"}}});
  const CheckedAnswer checked = check_answer(answer, make_pack("culprit"));
  ASSERT_EQ(checked.statements.size(), 1u);
  EXPECT_EQ(checked.statements[0].text, "checkout fails 24.1 % of its requests. Since 02:14:30.");
  ASSERT_EQ(checked.strikes.size(), 1u);
  EXPECT_EQ(checked.strikes[0].what, "99 %");
}

TEST(FirewallTest, StrikesHandlesThatDoNotExist) {
  const Answer answer = answer_of(
      {{StatementKind::kFinding, "checkout fails 24.1 % of its requests.", {"ev:1", "ev:99"}},
       {StatementKind::kFinding, "checkout fails.", {"ev:77"}}});
  const CheckedAnswer checked = check_answer(answer, make_pack("culprit"));
  ASSERT_EQ(checked.statements.size(), 1u);
  EXPECT_THAT(checked.statements[0].evidence, ::testing::ElementsAre("ev:1"));
  EXPECT_EQ(words_of(checked), "handle \"ev:99\" handle \"ev:77\" ");
}

TEST(FirewallTest, IsOfNoUseWithoutHeadlineOrCause) {
  const Answer answer =
      answer_of({{StatementKind::kHeadline, "checkout fails.", {"inc:1"}},
                 {StatementKind::kCause, "The Kafka cluster is full.", {"chg:1"}}});
  EXPECT_FALSE(check_answer(answer, make_pack("culprit")).usable());
}

TEST(NumberMentionsTest, ReadsNumbersWithTheirUnits) {
  const auto shown = [](std::string_view text) {
    std::vector<std::string> out;
    for (const NumberMention& n : find_numbers(text)) out.emplace_back(n.text);
    return out;
  };
  EXPECT_THAT(
      shown("3,310 of 812, 24.1 % and 0.5% at 02:14:30, 1m30s or 2.87 s."),
      ::testing::ElementsAre("3,310", "812", "24.1 %", "0.5%", "02:14:30", "1m30s", "2.87 s"));
  EXPECT_THAT(shown("version 2.4.1, p99, A-10442, 9b1f6c2e07d4, 2026-03-14, x86_64"),
              ::testing::IsEmpty());
}

TEST(NumberMentionsTest, ComparesToThePrecisionOfTheClaim) {
  const auto holds = [](std::string_view known, std::string_view claimed) {
    return supports(find_numbers(known).at(0), find_numbers(claimed).at(0));
  };
  EXPECT_TRUE(holds("24.1 %", "24 %"));
  EXPECT_TRUE(holds("24.1 %", "24.1%"));
  EXPECT_TRUE(holds("0.241", "24.1 %"));
  EXPECT_TRUE(holds("640 ms", "0.64 s"));
  EXPECT_TRUE(holds("02:14:30", "02:14"));
  EXPECT_TRUE(holds("3310", "3,310"));
  EXPECT_FALSE(holds("24.1 %", "25 %"));
  EXPECT_FALSE(holds("24.1 %", "2.41 %"));
  EXPECT_FALSE(holds("24.1 %", "241 %"));
  EXPECT_FALSE(holds("640 ms", "640 s"));
  EXPECT_FALSE(holds("812", "812 %"));
  EXPECT_FALSE(holds("02:14:30", "02:15"));
}

}  // namespace
}  // namespace inkling::sinks
