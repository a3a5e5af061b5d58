#include <gmock/gmock.h>

#include <filesystem>
#include <map>

#include "app/gen/generator.h"
#include "core/hash.h"
#include "tests/app/gen_data.h"

namespace inkling::gen {
namespace {

using testing::SizeIs;

// All files of a generated folder by their relative paths.
std::map<std::string, std::string> contents_of(const GenOptions& options) {
  TempDirectory directory;
  EXPECT_TRUE(generate(options, directory.path()).has_value());
  std::map<std::string, std::string> contents;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(directory.path())) {
    if (!entry.is_regular_file()) continue;
    contents[std::filesystem::relative(entry.path(), directory.path()).string()] =
        read_file(entry.path().string());
  }
  return contents;
}

GenOptions tiny(std::string_view scenario, std::uint64_t seed) {
  GenOptions options;
  options.scenario = std::string(scenario);
  options.seed = seed;
  options.length = std::chrono::minutes(4);
  options.requests_per_second = 4;
  return options;
}

TEST(GeneratorTest, WritesTheSameBytesForTheSameSeed) {
  for (const ScenarioInfo& info : list_scenarios()) {
    SCOPED_TRACE(info.name);
    EXPECT_EQ(contents_of(tiny(info.name, 3)), contents_of(tiny(info.name, 3)));
  }
}

TEST(GeneratorTest, WritesOtherBytesForAnotherSeed) {
  const auto one = contents_of(tiny("bad_deploy", 1));
  const auto two = contents_of(tiny("bad_deploy", 2));
  EXPECT_NE(one.at("data/logs.ndjson"), two.at("data/logs.ndjson"));
  EXPECT_NE(one.at("data/metrics.ndjson"), two.at("data/metrics.ndjson"));
  EXPECT_NE(one.at("ground_truth.json"), two.at("ground_truth.json"));
}

TEST(GeneratorTest, WritesTheBytesEveryMachineWrites) {
  // To be changed only together with what the generator is meant to write.
  const auto contents = contents_of(tiny("bad_deploy", 1));
  EXPECT_EQ(hash_bytes(contents.at("data/logs.ndjson")), 2966630225256327792ULL);
  EXPECT_EQ(hash_bytes(contents.at("data/metrics.ndjson")), 8383407860994069301ULL);
}

TEST(GeneratorTest, KeepsTheTruthOutOfTheData) {
  const auto contents = contents_of(tiny("bad_deploy", 1));
  for (const auto& [path, text] : contents) {
    if (path == "ground_truth.json") continue;
    EXPECT_TRUE(path.starts_with("data/")) << path;
    EXPECT_EQ(text.find("culprit"), std::string::npos) << path;
    EXPECT_EQ(text.find("bad_deploy"), std::string::npos) << path;
  }
}

TEST(GeneratorTest, CountsWhatItWrote) {
  TempDirectory directory;
  auto truth = generate(tiny("bad_deploy", 1), directory.path());
  ASSERT_TRUE(truth.has_value());
  EXPECT_THAT(read_ndjson(directory.file("data/logs.ndjson")), SizeIs(truth->log_lines));
  EXPECT_THAT(read_file(directory.file("data/logs.ndjson")), SizeIs(truth->log_bytes));
  EXPECT_THAT(read_ndjson(directory.file("data/metrics.ndjson")), SizeIs(truth->metric_points));
}

TEST(GeneratorTest, SplitsTheSameLinesByService) {
  GenOptions options = tiny("bad_deploy", 1);
  const auto together = contents_of(options);
  options.split_logs = true;
  const auto split = contents_of(options);
  std::size_t bytes = 0;
  for (const ServiceId service : kServices) {
    bytes += split.at("data/logs/" + std::string(name_of(service)) + ".ndjson").size();
  }
  EXPECT_EQ(bytes, together.at("data/logs.ndjson").size());
}

TEST(GeneratorTest, LeavesVersionsOutWhenAskedTo) {
  GenOptions options = tiny("bad_deploy", 1);
  options.labelled_versions = false;
  EXPECT_EQ(contents_of(options).at("data/logs.ndjson").find(R"("version":")"), std::string::npos);
}

TEST(GeneratorTest, WritesMoreBackgroundLinesWithMoreNoise) {
  GenOptions options = tiny("quiet_week", 1);
  const std::size_t usual = contents_of(options).at("data/logs.ndjson").size();
  options.noise = 5;
  EXPECT_GT(contents_of(options).at("data/logs.ndjson").size(), usual + usual / 10);
}

TEST(GeneratorTest, WritesAnOptionalInnocentDeployJustBeforeTheOnset) {
  GenOptions options = tiny("slow_database", 1);
  TempDirectory directory;
  const auto without = generate(options, directory.path());
  options.innocent_deploy = true;
  const auto with = generate(options, directory.path());
  ASSERT_TRUE(without.has_value() && with.has_value());
  EXPECT_EQ(with->decoy_commits.size(), without->decoy_commits.size() + 1);
}

TEST(GeneratorTest, RollsTheCulpritBackWhenAskedTo) {
  GenOptions options = small_scenario("bad_deploy");
  options.rollback = true;
  const Generated data = generate_and_read(options);
  double late_failures = 0;
  for (const ReadLine& line : data.lines) {
    const bool late = line.time > data.truth.range.end - std::chrono::minutes(1);
    if (late && line.version == data.truth.culprit_version && line.status >= 500) ++late_failures;
  }
  EXPECT_EQ(late_failures, 0);
}

TEST(GeneratorTest, WritesLinesInTheOrderOfTime) {
  // Clocks show microseconds or milliseconds, so neighbours may differ by one.
  Timestamp before = Timestamp::from_seconds(0);
  for (const ReadLine& line : generate_and_read(tiny("bad_deploy", 1)).lines) {
    EXPECT_GE(line.time, before - std::chrono::milliseconds(1));
    before = line.time;
  }
}

TEST(GeneratorTest, RefusesWhatItCannotWrite) {
  TempDirectory directory;
  const auto error_of = [&](const GenOptions& options, const std::string& where) {
    auto result = generate(options, where);
    EXPECT_FALSE(result.has_value());
    return result ? ErrorCode::kInternal : result.error().code;
  };
  GenOptions unknown;
  unknown.scenario = "good_deploy";
  EXPECT_EQ(error_of(unknown, directory.path()), ErrorCode::kInvalidArgument);
  GenOptions brief = tiny("bad_deploy", 1);
  brief.length = std::chrono::seconds(10);
  EXPECT_EQ(error_of(brief, directory.path()), ErrorCode::kInvalidArgument);
  GenOptions hasty = tiny("bad_deploy", 1);
  hasty.requests_per_second = -1;
  EXPECT_EQ(error_of(hasty, directory.path()), ErrorCode::kInvalidArgument);
  write_file(directory.file("file"), "");
  EXPECT_EQ(error_of(tiny("bad_deploy", 1), directory.file("file")), ErrorCode::kIo);
}

}  // namespace
}  // namespace inkling::gen
