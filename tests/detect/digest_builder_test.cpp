#include "detect/digest_builder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <map>
#include <random>
#include <string>
#include <tuple>
#include <vector>

#include "core/sketch.h"
#include "tests/support/batch_builder.h"

namespace inkling::detect {
namespace {

using test::BatchBuilder;
using test::LogSpec;
using test::new_year;

DigestBuilder builder_with(std::vector<ScreenRule> rules = {}, bool keep_skeletons = false) {
  ScreenOptions options;
  options.rules = std::move(rules);
  return DigestBuilder(Screen::create(options).value(), SkeletonOptions{}, keep_skeletons);
}

// What a digest says, by name: the simplest version, a map per record.
struct Counts {
  using Scope = std::tuple<std::string, std::string, std::string>;
  using Cell = std::array<std::uint32_t, 4>;  // records, errors, requests, failures
  std::map<std::pair<Scope, std::int64_t>, Cell> cells;
  std::map<std::pair<Scope, std::int64_t>, std::map<std::uint16_t, std::uint32_t>> bins;
  // (scope, skeleton, level, slot) -> (count, first, last)
  std::map<std::tuple<Scope, std::uint64_t, Level, std::int64_t>, std::array<std::uint32_t, 3>>
      templates;
  bool operator==(const Counts&) const = default;
};

Counts counts_of(const Digest& digest) {
  Counts counts;
  const auto name = [&](std::uint32_t scope) {
    const DigestScope& s = digest.scopes[scope];
    return Counts::Scope(s.service, s.version, s.route);
  };
  for (const RollupCell& cell : digest.cells) {
    const auto key = std::pair(name(cell.scope), cell.slot);
    EXPECT_FALSE(counts.cells.contains(key));
    counts.cells[key] = {cell.records, cell.error_records, cell.requests, cell.failures};
    for (std::uint32_t i = 0; i < cell.bin_count; ++i) {
      const BinCount& bin = digest.bins[cell.first_bin + i];
      counts.bins[key][bin.bin] += bin.count;
    }
  }
  for (const TemplateCell& cell : digest.templates) {
    const std::tuple key(name(cell.scope), cell.skeleton, cell.level, cell.slot);
    EXPECT_FALSE(counts.templates.contains(key));
    counts.templates[key] = {cell.count, cell.first_log, cell.last_log};
  }
  return counts;
}

Counts reference(const std::vector<LogSpec>& records) {
  Counts counts;
  for (std::uint32_t i = 0; i < records.size(); ++i) {
    const LogSpec& r = records[i];
    if (r.message.starts_with("drop")) continue;
    const std::int64_t slot = r.time.is_set() ? slot_of(r.time) : kNoSlot;
    const std::pair key(Counts::Scope(r.service, r.version, r.route), slot);
    Counts::Cell& cell = counts.cells[key];
    const bool request = r.status != 0 || !std::isnan(r.duration_ms);
    ++cell[0];
    cell[1] += is_error(r.level);
    cell[2] += request;
    cell[3] += request && (r.status >= 500 || (r.status == 0 && is_error(r.level)));
    if (!std::isnan(r.duration_ms)) ++counts.bins[key][Sketch::bin_of(r.duration_ms)];
    auto& seen = counts.templates[{Counts::Scope(r.service, r.version, ""),
                                   skeleton_id(r.message, {}), r.level, slot}];
    if (seen[0] == 0) seen[1] = i;
    ++seen[0];
    seen[2] = i;
  }
  return counts;
}

std::vector<LogSpec> random_records(std::mt19937& random, std::size_t count) {
  const std::vector<std::string> messages = {"served 12", "served 13", "failed hard", "drop me 7",
                                             "queue length 4"};
  const std::vector<std::string> routes = {"", "", "/cart", "/pay"};
  const std::vector<std::uint16_t> statuses = {0, 200, 404, 500, 503};
  std::vector<LogSpec> records;
  for (std::size_t i = 0; i < count; ++i) {
    LogSpec spec;
    if (random() % 8 != 0) spec.time = new_year(static_cast<double>(random() % 300) / 10);
    spec.message = messages[random() % messages.size()];
    spec.service = "s" + std::to_string(random() % 3);
    spec.version = random() % 2 ? "" : "v" + std::to_string(random() % 2);
    spec.route = routes[random() % routes.size()];
    spec.level = static_cast<Level>(random() % 7);
    spec.status = statuses[random() % statuses.size()];
    if (random() % 2) spec.duration_ms = static_cast<double>(random() % 100'000) / 37;
    records.push_back(std::move(spec));
  }
  return records;
}

TEST(DigestBuilderTest, CountsLikeAMap) {
  const unsigned seed = 11;
  SCOPED_TRACE(testing::Message() << "seed " << seed);
  std::mt19937 random(seed);
  DigestBuilder builder = builder_with({{"drop", "^drop", ScreenAction::kDrop, ""}});
  Digest digest;
  for (int round = 0; round < 30; ++round) {
    const auto records = random_records(random, random() % 400);
    std::uint32_t dropped = 0;
    BatchBuilder batch_builder;
    for (const LogSpec& record : records) {
      batch_builder.log(record);
      dropped += record.message.starts_with("drop");
    }
    Batch batch = batch_builder.build();
    digest.reset();
    builder.build(batch, digest);
    ASSERT_EQ(counts_of(digest), reference(records)) << round;
    EXPECT_EQ(digest.records, records.size());
    EXPECT_EQ(digest.screened, dropped);
  }
}

TEST(DigestBuilderTest, KeepsApartManyScopesAndTemplates) {
  std::vector<LogSpec> records;
  for (int i = 0; i < 5000; ++i) {
    LogSpec spec;
    spec.time = new_year(i);
    spec.service = "service" + std::to_string(i);
    spec.message = std::string("word") + static_cast<char>('a' + i % 26);
    records.push_back(std::move(spec));
  }
  BatchBuilder batch_builder;
  for (const LogSpec& record : records) batch_builder.log(record);
  Batch batch = batch_builder.build();
  Digest digest;
  builder_with().build(batch, digest);
  EXPECT_EQ(counts_of(digest), reference(records));
}

TEST(DigestBuilderTest, CountsTheMatchesOfEachRulePerBatch) {
  DigestBuilder builder = builder_with(
      {{"slow", "slow", ScreenAction::kTag, ""}, {"drop", "^drop", ScreenAction::kDrop, ""}});
  const auto matches = [&](std::vector<std::string> messages) {
    BatchBuilder batch;
    for (const std::string& message : messages) batch.log({.message = message});
    Batch built = batch.build();
    Digest digest;
    builder.build(built, digest);
    return digest.rule_matches;
  };
  EXPECT_EQ(matches({"slow", "drop slow", "fast"}), (std::vector<std::uint32_t>{2, 1}));
  EXPECT_EQ(matches({"fast"}), (std::vector<std::uint32_t>{0, 0}));
}

TEST(DigestBuilderTest, ListsSkeletonsIfAsked) {
  Batch batch = BatchBuilder().log({.message = "a 1"}).log({.message = "drop"}).build();
  Digest digest;
  builder_with({{"drop", "drop", ScreenAction::kDrop, ""}}, true).build(batch, digest);
  EXPECT_EQ(digest.log_skeletons, (std::vector<std::uint64_t>{skeleton_id("a 1", {}), 0}));
}

TEST(DigestBuilderTest, RedactsBeforeTheSkeletonIsTaken) {
  Batch batch = BatchBuilder().log({.message = "login of a@b.io"}).build();
  batch.changes.emplace_back();
  batch.changes[0].title = "token=abc";
  batch.changes[0].author = "a@b.io";
  Digest digest;
  builder_with().build(batch, digest);
  EXPECT_EQ(batch.logs[0].message, "login of [email]");
  EXPECT_EQ(digest.templates[0].skeleton, skeleton_id("login of [email]", {}));
  EXPECT_EQ(digest.redacted, 1u);
  EXPECT_EQ(batch.changes[0].title, "token=[secret]");
  EXPECT_EQ(batch.changes[0].author, "[email]");
}

TEST(DigestBuilderTest, SetsTimesFarAheadToTheArrival) {
  Batch batch = BatchBuilder()
                    .arrival(new_year(100))
                    .log({.time = new_year(160)})
                    .log({.time = new_year(160.001)})
                    .log({})
                    .point({.time = new_year(9999)})
                    .change(new_year(161), "c")
                    .build();
  Digest digest;
  builder_with().build(batch, digest);
  EXPECT_EQ(digest.time_clamped, 3u);
  EXPECT_EQ(batch.logs[0].time, new_year(160));
  EXPECT_EQ(batch.logs[1].time, new_year(100));
  EXPECT_FALSE(batch.logs[2].time.is_set());
  EXPECT_EQ(batch.points[0].time, new_year(100));
  EXPECT_EQ(batch.changes[0].time, new_year(100));
  EXPECT_EQ(batch.min_time, new_year(100));
  EXPECT_EQ(batch.max_time, new_year(160));
}

TEST(DigestBuilderTest, LeavesTimesOfFilesAlone) {
  Batch batch = BatchBuilder().log({.time = new_year(1e6)}).build();
  Digest digest;
  builder_with().build(batch, digest);
  EXPECT_EQ(digest.time_clamped, 0u);
  EXPECT_EQ(batch.logs[0].time, new_year(1e6));
}

}  // namespace
}  // namespace inkling::detect
