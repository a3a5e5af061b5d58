#include "config/loader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "config/schema.h"

namespace inkling::config {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::Pair;

Environment environment() {
  return {[](const std::string& name) -> std::optional<std::string> {
            if (name == "PORT") return "8080";
            if (name == "BAD_SECRET") return "hunter2";
            return std::nullopt;
          },
          [](const std::string&) -> Result<std::string> { return std::string("hunter2"); }};
}

// The configuration, which must be good.
Config good(std::string_view yaml) {
  Outcome outcome = parse(yaml, environment());
  for (const Problem& problem : outcome.problems) ADD_FAILURE() << problem.to_string("text");
  return std::move(outcome.config);
}

std::string message_of(std::string_view yaml) {
  const auto config = load_text(yaml, "f", environment());
  return config ? "" : config.error().message;
}

TEST(LoaderTest, GivesTheDefaultsForNothing) {
  for (const char* yaml : {"", "\n# only a comment\n", "detect:\n", "{}", "escalate: {}"}) {
    EXPECT_EQ(config_yaml(good(yaml)), config_yaml(Config{})) << yaml;
  }
}

TEST(LoaderTest, ChangesOnlyWhatTheFileNames) {
  const Config config = good("detect: {band: {threshold: 9}}");
  Config expected;
  expected.detect.band.threshold = 9;
  EXPECT_EQ(config_yaml(config), config_yaml(expected));
}

TEST(LoaderTest, ReadsEachTypeInItsUnits) {
  const Config config = good(R"(
inputs: {max_line_bytes: 64KiB, max_depth: 10}
screen: {redact_defaults: false}
detect: {lateness: 1m30s, count: {tail_probability: 1e-9}}
correlate: {prior_change: 5%, join_threshold: 0.25}
outputs: {report: {directory: /var/lib/inkling/reports}}
journal: {durability: memory}
)");
  EXPECT_EQ(config.decoder.max_line_bytes, 65'536u);
  EXPECT_EQ(config.decoder.max_depth, 10u);
  EXPECT_FALSE(config.screen.redact_defaults);
  EXPECT_EQ(config.detect.lateness, 90s);
  EXPECT_EQ(config.detect.count.tail_probability, 1e-9);
  EXPECT_EQ(config.correlate.prior_change, 0.05);
  EXPECT_EQ(config.correlate.join_threshold, 0.25);
  EXPECT_EQ(config.report.directory, "/var/lib/inkling/reports");
  EXPECT_EQ(config.journal.durability, ingest::Durability::kMemory);
}

TEST(LoaderTest, ReadsListsOfMaps) {
  const Config config = good(R"(
screen:
  rules:
    - {name: health, pattern: "^GET /health", action: drop}
    - {name: pay, pattern: "payment .* took", action: route, value: /pay}
)");
  ASSERT_EQ(config.screen.rules.size(), 2u);
  EXPECT_EQ(config.screen.rules[0].pattern, "^GET /health");
  EXPECT_EQ(config.screen.rules[0].action, detect::ScreenAction::kDrop);
  EXPECT_EQ(config.screen.rules[1].action, detect::ScreenAction::kRoute);
  EXPECT_EQ(config.screen.rules[1].value, "/pay");
}

TEST(LoaderTest, ReadsListsAndMapsOfScalars) {
  const Config config = good(R"(
inputs:
  follow: {paths: [/a.log, /b.log]}
  fields: {app.name: service, took: duration_ms}
)");
  EXPECT_THAT(config.follow.paths, ElementsAre("/a.log", "/b.log"));
  EXPECT_THAT(config.decoder.fields, ElementsAre(Pair("app.name", ingest::FieldRole::kService),
                                                 Pair("took", ingest::FieldRole::kDurationMs)));
}

TEST(LoaderTest, ReadsThresholdsWithTheirDefaults) {
  const Config config =
      good("detect: {thresholds: [{name: free, series: disk.*, limit: -5.5, direction: below}]}");
  ASSERT_EQ(config.detect.thresholds.size(), 1u);
  const detect::ThresholdRule& rule = config.detect.thresholds[0];
  EXPECT_EQ(rule.series, "disk.*");
  EXPECT_EQ(rule.comparison, detect::Comparison::kBelow);
  EXPECT_EQ(rule.limit, -5.5);
  EXPECT_EQ(rule.windows, detect::ThresholdRule{}.windows);
}

TEST(LoaderTest, SubstitutesInValues) {
  EXPECT_EQ(good("server: {port: '${PORT}'}").server.port, 8080);
  EXPECT_EQ(good("server:\n  port: ${PORT}\n").server.port, 8080);
  EXPECT_EQ(good("server: {port: \"${OTHER:-9}\"}").server.port, 9);
}

TEST(LoaderTest, SubstitutesNeitherKeysNorStructure) {
  EXPECT_THAT(message_of("${PORT}: {}"), HasSubstr("${PORT}: unknown key"));
  EXPECT_THAT(message_of("detect: '${NONE:-{band: 1}}'"), HasSubstr("expected a map of options"));
}

TEST(LoaderTest, NeverPrintsWhatWasPutIn) {
  for (const char* yaml :
       {"server: {port: '${BAD_SECRET}'}", "server: {port: '${secret:file/x}'}",
        "journal: {durability: '${BAD_SECRET}'}",
        "screen: {rules: [{name: a, action: tag, pattern: '${BAD_SECRET}('}]}",
        "screen: {rules: [{name: '${BAD_SECRET}!', action: tag, pattern: a}]}"}) {
    const std::string message = message_of(yaml);
    EXPECT_THAT(message, Not(IsEmpty()));
    EXPECT_THAT(message, Not(HasSubstr("hunter2")));
  }
}

TEST(LoaderTest, NamesFileLineColumnAndKey) {
  EXPECT_EQ(message_of("server:\n  port: x\n"),
            "f:2:9: server.port: expected a whole number, from 0 to 65535, got \"x\"");
}

TEST(LoaderTest, TellsAllProblemsInTheOrderOfTheFile) {
  const Outcome outcome =
      parse("server: {port: x, prt: 1, address: y}\ndetect: {lateness: z}\n", environment());
  std::vector<std::string> keys;
  for (const Problem& problem : outcome.problems) keys.push_back(problem.key);
  EXPECT_THAT(keys, ElementsAre("server.port", "server.prt", "server.address", "detect.lateness"));
}

TEST(LoaderTest, KeepsTheGoodPartOfABadFile) {
  const Outcome outcome = parse("server: {port: 81, threads: x}", environment());
  EXPECT_EQ(outcome.problems.size(), 1u);
  EXPECT_EQ(outcome.config.server.port, 81);
  EXPECT_EQ(outcome.config.server.threads, Config{}.server.threads);
}

TEST(LoaderTest, ListsABoundedNumberOfProblems) {
  std::string yaml = "inputs: {follow: {paths: [";
  for (int i = 0; i < 1'000; ++i) yaml += "{}, ";
  yaml += "]}}";
  EXPECT_EQ(parse(yaml, environment()).problems.size(), kMaxProblems);
  EXPECT_THAT(message_of(yaml), testing::EndsWith("perhaps more, not shown"));
}

TEST(LoaderTest, RefusesHugeFilesAndDeepNesting) {
  EXPECT_THAT(message_of(std::string(kMaxConfigBytes + 1, ' ')), HasSubstr("larger than"));
  EXPECT_THAT(message_of(std::string(10'000, '[')), Not(IsEmpty()));
}

TEST(LoaderTest, RefusesAFileThatIsNotThere) {
  const auto config = load_file("/no/such/file.yaml", environment());
  ASSERT_FALSE(config.has_value());
  EXPECT_EQ(config.error().code, ErrorCode::kInvalidConfig);
  EXPECT_EQ(config.error().message, "/no/such/file.yaml: cannot be opened");
}

TEST(LoaderTest, RefusesBytesThatAreNoPrintableText) {
  EXPECT_EQ(message_of("detect:\n  fields: \xDB\xDB"),
            "f:2:11: expected printable UTF-8, found the byte 0xDB");
  EXPECT_EQ(message_of("a\x1C"), "f:1:2: expected printable UTF-8, found the byte 0x1C");
  EXPECT_EQ(message_of("# \xC3\xBCml\xC3\xA4ut\n\tb: \xC2\x81"),
            "f:2:5: expected printable UTF-8, found the byte 0xC2");
}

}  // namespace
}  // namespace inkling::config
