#include "detect/rollup.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>
#include <sstream>
#include <string>
#include <vector>

#include "detect/digest_builder.h"
#include "tests/support/batch_builder.h"

namespace inkling::detect {
namespace {

using test::BatchBuilder;
using test::LogSpec;
using test::new_year;

// A rollup with what it needs around it.
struct House {
  DetectOptions options;
  TemplateTable templates{options.templates};
  ScopeTable scopes{options, [](std::string_view name) { return std::string(name); }};
  Newcomers newcomers{1000};
  Rollup rollup{scopes, templates, 1000, &newcomers};
  DigestBuilder digests{Screen::create(ScreenOptions{}).value(), SkeletonOptions{}, false};
  std::uint32_t lines = 0;

  Rollup::Added add(Batch batch, Timestamp missing = new_year(0)) {
    Digest digest;
    digests.build(batch, digest);
    if (batch.chunk.begins_frame) lines = 0;
    const auto added = rollup.add(batch, digest, missing, lines);
    lines += batch.lines;
    return added;
  }
  // All of a slot as text: everything that may not depend on how the frame was cut.
  std::vector<std::string> close(Timestamp watermark) {
    std::vector<std::string> lines_out;
    ClosedSlot slot;
    while (rollup.close_next(watermark, slot)) {
      const auto name = [&](std::uint32_t scope) {
        const auto& s = scopes.at(scope);
        return s.service + "," + s.version + "," + s.route;
      };
      std::ostringstream out;
      out << slot.slot << ":";
      for (const auto& t : slot.scopes) {
        out << " [" << name(t.scope) << " " << t.records << " " << t.error_records << " "
            << t.requests << " " << t.failures << " " << t.latency.count() << " "
            << t.latency.quantile(0.5) << " " << t.origin << "]";
      }
      for (const auto& t : slot.templates) {
        out << " {" << name(t.scope) << " " << t.skeleton << " " << static_cast<int>(t.level) << " "
            << t.count << " " << t.first.record << "}";
      }
      for (const auto& f : slot.first_seen) {
        out << " <" << name(f.scope) << " " << f.skeleton << " " << static_cast<int>(f.level) << " "
            << f.position.record << " " << f.time.ns << " " << f.exemplar << ">";
      }
      lines_out.push_back(out.str());
    }
    return lines_out;
  }
};

std::vector<LogSpec> some_records(unsigned seed, std::size_t count) {
  std::mt19937 random(seed);
  const std::vector<std::string> messages = {"served", "failed hard", "queue full", "user 7 gone",
                                             "disk low"};
  std::vector<LogSpec> records;
  for (std::size_t i = 0; i < count; ++i) {
    LogSpec spec;
    if (random() % 10 != 0) spec.time = new_year(static_cast<double>(random() % 600) / 10);
    spec.message = messages[random() % messages.size()];
    spec.service = random() % 2 ? "a" : "b";
    spec.version = random() % 3 ? "1" : "2";
    spec.route = random() % 2 ? "" : "/x";
    spec.level = random() % 4 ? Level::kInfo : Level::kError;
    spec.duration_ms = random() % 2 ? kAbsent : static_cast<double>(random() % 1000);
    records.push_back(std::move(spec));
  }
  return records;
}

TEST(RollupTest, HowAFrameIsCutChangesNothing) {
  for (const unsigned seed : {1u, 2u, 3u}) {
    SCOPED_TRACE(testing::Message() << "seed " << seed);
    const auto records = some_records(seed, 500);
    std::vector<std::string> whole;
    for (const std::size_t parts : {1u, 3u, 7u, 500u}) {
      House house;
      for (Batch& batch : test::cut_frame(records, parts)) house.add(std::move(batch));
      const auto slots = house.close(new_year(1000));
      EXPECT_EQ(slots.size(), 6u);
      if (parts == 1) whole = slots;
      EXPECT_EQ(slots, whole) << parts << " parts";
    }
  }
}

TEST(RollupTest, ClosesSlotsInOrderAndOnlyOnceTheyEnded) {
  House house;
  house.add(BatchBuilder().log({.time = new_year(25)}).log({.time = new_year(3)}).build());
  EXPECT_EQ(house.rollup.open_slots(), 2u);
  EXPECT_EQ(house.close(new_year(9.9)).size(), 0u);
  EXPECT_EQ(house.close(new_year(10)).size(), 1u);
  EXPECT_EQ(house.close(new_year(30)).size(), 1u);
}

TEST(RollupTest, CountsLateRecordsAndLeavesThemOut) {
  House house;
  house.add(BatchBuilder().log({.time = new_year(5)}).build());
  house.close(new_year(10));
  const auto added = house.add(BatchBuilder()
                                   .log({.time = new_year(6), .message = "new and late"})
                                   .log({.time = new_year(12)})
                                   .build());
  EXPECT_EQ(added.late, 1u);
  EXPECT_EQ(added.counted, 1u);
  EXPECT_EQ(house.templates.size(), 1u);
}

TEST(RollupTest, GivesRecordsWithoutTimeTheTimeTold) {
  House house;
  const auto added = house.add(BatchBuilder().log({}).log({}).build(), new_year(15));
  EXPECT_EQ(added.time_missing, 2u);
  EXPECT_EQ(added.counted, 2u);
  ClosedSlot slot;
  ASSERT_TRUE(house.rollup.close_next(new_year(20), slot));
  EXPECT_EQ(slot.slot, slot_of(new_year(10)));
  ASSERT_EQ(slot.first_seen.size(), 1u);
  EXPECT_EQ(slot.first_seen[0].time, new_year(15));
}

TEST(RollupTest, TellsASkeletonOfAScopeOnce) {
  House house;
  house.add(BatchBuilder()
                .log({.time = new_year(1), .message = "odd"})
                .log({.time = new_year(11), .message = "odd"})
                .log({.time = new_year(12), .message = "odd", .version = "2"})
                .build());
  ClosedSlot slot;
  ASSERT_TRUE(house.rollup.close_next(new_year(100), slot));
  ASSERT_EQ(slot.first_seen.size(), 1u);
  EXPECT_EQ(slot.first_seen[0].exemplar, "odd");
  ASSERT_TRUE(house.rollup.close_next(new_year(100), slot));
  ASSERT_EQ(slot.first_seen.size(), 1u);  // new to version 2
  EXPECT_EQ(slot.first_seen[0].position.record, 2u);
}

TEST(RollupTest, CountsWhatAFullTemplateTableRefuses) {
  House house;
  house.templates = TemplateTable({.max_templates = 1});
  const auto added = house.add(BatchBuilder()
                                   .log({.time = new_year(1), .message = "one thing"})
                                   .log({.time = new_year(1), .message = "quite another"})
                                   .log({.time = new_year(1), .message = "quite another"})
                                   .build());
  EXPECT_EQ(added.counted, 1u);
  EXPECT_EQ(added.other, 2u);
}

}  // namespace
}  // namespace inkling::detect
