#include "detect/merge.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <map>
#include <random>
#include <sstream>
#include <string>
#include <vector>

#include "detect/digest_builder.h"
#include "detect/history_builder.h"
#include "tests/support/batch_builder.h"

namespace inkling::detect {
namespace {

using test::BatchBuilder;
using test::LogSpec;
using test::new_year;
using testing::ElementsAre;

Screen default_screen() { return Screen::create(ScreenOptions{}).value(); }

// A merge and the digests it is fed with; remembers what it told.
struct House {
  explicit House(MergeSettings settings = {.keep_verdicts = true}, std::size_t max_series = 1000)
      : merge(with(max_series), default_screen(), executor, settings),
        digests(drop_screen(), SkeletonOptions{}, settings.keep_lines) {}
  static DetectOptions with(std::size_t max_series) {
    DetectOptions options;
    options.max_series = static_cast<std::uint32_t>(max_series);
    return options;
  }
  static Screen drop_screen() {
    ScreenOptions options;
    options.rules = {{"drop", "^drop", ScreenAction::kDrop, ""}};
    return Screen::create(options).value();
  }
  void add(Batch batch) {
    Digest digest;
    digests.build(batch, digest);
    merge.add(batch, digest);
    if (batch.chunk.ends_epoch) take(merge.end_epoch());
  }
  void finish() { take(merge.finish()); }
  void take(EpochResult result) {
    for (auto& v : result.verdicts) verdicts.push_back(std::move(v));
    for (auto& a : result.anomalies) anomalies.push_back(std::move(a));
    for (auto& c : result.changes) changes.push_back(c.id);
    for (auto& a : result.alarms) alarms.push_back(a.name);
    for (auto& s : result.sightings) sightings.push_back(std::move(s));
    watermark = result.watermark;
    final = result.final;
  }
  std::vector<std::string> told() const {
    std::vector<std::string> lines;
    for (const Verdict& v : verdicts) {
      std::ostringstream out;
      out.precision(17);
      out << v.begin.ns << " " << v.series->display_name() << " " << v.value << " " << v.raw << " "
          << v.score << " " << v.low << " " << v.high << " " << v.position.record;
      lines.push_back(out.str());
    }
    for (const AnomalyUpdate& a : anomalies) {
      lines.push_back(std::to_string(a.time.ns) + " " + std::to_string(a.anomaly.id));
    }
    for (const auto& s : sightings) {
      lines.push_back(std::to_string(s.time.ns) + s.text + std::to_string(s.position.record));
    }
    return lines;
  }

  InlineExecutor executor;
  Merge merge;
  DigestBuilder digests;
  std::vector<Verdict> verdicts;
  std::vector<AnomalyUpdate> anomalies;
  std::vector<TemplateSighting> sightings;
  std::vector<std::string> changes;
  std::vector<std::string> alarms;
  Timestamp watermark;
  bool final = false;
};

TEST(MergeTest, BooksBalanceOnAnything) {
  for (const unsigned seed : {1u, 2u, 3u, 4u, 5u}) {
    SCOPED_TRACE(testing::Message() << "seed " << seed);
    std::mt19937 random(seed);
    House house({}, 20);
    double now = 0;
    for (int i = 0; i < 200; ++i) {
      BatchBuilder builder;
      builder.origin(static_cast<OriginId>(random() % 3)).part(random() % 2, random() % 2);
      for (std::size_t k = random() % 20; k > 0; --k) {
        now += static_cast<double>(random() % 100) / 10;
        const double at = now - static_cast<double>(random() % 3 ? 0 : random() % 500);
        const Timestamp time = random() % 9 ? new_year(at) : Timestamp::none();
        const std::string name(1, static_cast<char>('a' + random() % 15));
        switch (random() % 8) {
          case 0:
            builder.empty_line();
            break;
          case 1:
            builder.broken(static_cast<ParseError>(1 + random() % 9));
            break;
          case 2:
            builder.change(time, "c");
            break;
          case 3:
            builder.alarm(time, "a");
            break;
          case 4:
            builder.point({.time = time, .value = at, .name = name});
            break;
          case 5:
            builder.log({.time = time, .message = "drop this"});
            break;
          default:
            builder.log({.time = time, .message = "kept " + name, .service = name});
        }
      }
      house.add(builder.build());
      ASSERT_TRUE(house.merge.ledger().balances()) << "batch " << i;
    }
    house.finish();
    const Ledger& ledger = house.merge.ledger();
    EXPECT_TRUE(ledger.balances());
    for (const std::uint64_t part :
         {ledger.empty, ledger.broken_total(), ledger.counted, ledger.other, ledger.screened,
          ledger.late, ledger.points, ledger.events, ledger.time_missing}) {
      EXPECT_GT(part, 0u);  // every way was taken
    }
  }
}

std::vector<LogSpec> traffic(unsigned seed, int seconds) {
  std::mt19937 random(seed);
  std::vector<LogSpec> records;
  for (int second = 0; second < seconds; ++second) {
    const bool bad = second > seconds * 3 / 4;
    for (unsigned k = 0; k < 5; ++k) {
      LogSpec spec;
      spec.time = new_year(second);
      spec.service = random() % 2 ? "shop" : "pay";
      spec.status = bad && random() % 2 ? 500 : 200;
      spec.duration_ms = 20 + static_cast<double>(random() % 50);
      if (random() % 10 == 0) spec.message = "cache miss for " + std::to_string(random() % 99);
      if (bad && k == 0) {
        spec.message = "payment refused by bank";
        spec.level = Level::kError;
      }
      records.push_back(std::move(spec));
    }
  }
  return records;
}

TEST(MergeTest, HowFramesAreCutChangesNothing) {
  const auto records = traffic(1, 1600);
  std::vector<std::string> whole;
  for (const std::size_t parts : {1u, 3u, 7u}) {
    House house;
    for (std::size_t frame = 0; frame < 16; ++frame) {
      const std::vector<LogSpec> part(
          records.begin() + static_cast<std::ptrdiff_t>(500 * frame),
          records.begin() + static_cast<std::ptrdiff_t>(500 * (frame + 1)));
      for (Batch& batch : test::cut_frame(part, parts)) house.add(std::move(batch));
    }
    house.finish();
    if (parts == 1) whole = house.told();
    EXPECT_FALSE(house.anomalies.empty());
    EXPECT_EQ(house.told(), whole) << parts << " parts";
  }
}

TEST(MergeTest, FindsTheFailuresAndTheirMessage) {
  House house;
  for (Batch& batch : test::cut_frame(traffic(2, 1600), 1)) house.add(std::move(batch));
  house.finish();
  bool ratio = false;
  bool message = false;
  for (const AnomalyUpdate& update : house.anomalies) {
    const Anomaly& anomaly = update.anomaly;
    EXPECT_GE(anomaly.onset, new_year(1200)) << anomaly.series->display_name();
    ratio |= anomaly.series->kind == SeriesKind::kErrorRatio;
    message |= anomaly.exemplar == "payment refused by bank";
  }
  EXPECT_TRUE(ratio);
  EXPECT_TRUE(message);
}

TEST(MergeTest, TellsChangesAndAlarmsByTime) {
  House house;
  house.add(BatchBuilder()
                .change(new_year(30), "second")
                .change(new_year(5), "first")
                .change(new_year(500), "third")
                .alarm(new_year(40), "b")
                .alarm(new_year(20), "a")
                .log({.time = new_year(100)})
                .build());
  // The watermark is at 490: the change at 500 may still be overtaken.
  EXPECT_THAT(house.changes, ElementsAre("first", "second"));
  EXPECT_THAT(house.alarms, ElementsAre("a", "b"));
  house.finish();
  EXPECT_THAT(house.changes, ElementsAre("first", "second", "third"));
  EXPECT_TRUE(house.final);
}

TEST(MergeTest, TellsNothingAfterUntil) {
  House house({.keep_verdicts = true, .until = new_year(60)});
  for (int frame = 0; frame < 20; ++frame) {
    BatchBuilder builder;
    builder.log({.time = new_year(frame * 10 + 1)}).change(new_year(frame * 10 + 5), "c");
    builder.point({.time = new_year(frame * 10)});
    house.add(builder.build());
  }
  house.finish();
  ASSERT_FALSE(house.verdicts.empty());
  for (const Verdict& verdict : house.verdicts) EXPECT_LE(verdict.end, new_year(60));
  EXPECT_EQ(house.verdicts.back().end, new_year(60));
  EXPECT_EQ(house.changes.size(), 6u);
  EXPECT_EQ(house.watermark, new_year(60));
}

TEST(MergeTest, CountsLinesOfAFrameOverItsChunks) {
  House house({.keep_lines = true});
  house.add(BatchBuilder().part(true, false).log({.time = new_year(1)}).empty_line().build());
  house.add(BatchBuilder().part(false, true).log({.time = new_year(1)}).build());
  ASSERT_EQ(house.merge.lines().size(), 2u);
  EXPECT_EQ(house.merge.lines()[0].position.record, 0u);
  EXPECT_EQ(house.merge.lines()[1].position.record, 2u);
}

TEST(MergeTest, GivesLiveRecordsWithoutTimeTheirArrival) {
  House house;
  house.add(BatchBuilder().arrival(new_year(55)).log({}).log({.time = new_year(55)}).build());
  house.finish();
  ASSERT_FALSE(house.verdicts.empty());
  EXPECT_EQ(house.verdicts.front().begin, new_year(50));
  EXPECT_EQ(house.merge.ledger().time_missing, 1u);
}

// The re-read of what was merged: the same values.
class HistoryBuilderTest : public testing::Test {
 protected:
  void feed(const std::vector<std::function<Batch()>>& batches, TimeRange range) {
    House house;
    for (const auto& make : batches) house.add(make());
    house.finish();
    HistoryBuilder builder(House::with(1000), default_screen(), house.merge.templates());
    for (const auto& make : batches) {
      Batch batch = make();
      Digest digest;
      house.digests.build(batch, digest);
      builder.add(batch, digest);
    }
    history_ = builder.finish(range);
    for (const Verdict& v : house.verdicts) {
      if (v.series->kind == SeriesKind::kTemplateCount || !range.contains(v.begin)) continue;
      merged_[v.series->id].emplace_back(v.begin, v.value);
    }
    sightings_ = house.sightings;
  }
  History history_;
  std::map<SeriesId, std::vector<std::pair<Timestamp, double>>> merged_;
  std::vector<TemplateSighting> sightings_;
};

TEST_F(HistoryBuilderTest, MakesTheSeriesOfTheMerge) {
  std::vector<std::function<Batch()>> batches;
  for (int frame = 0; frame < 30; ++frame) {
    batches.emplace_back([frame] {
      BatchBuilder builder;
      builder.arrival(new_year(10 * frame + 10));
      std::mt19937 random(static_cast<unsigned>(frame));
      for (int k = 0; k < 40; ++k) {
        const double at = 10 * frame + k / 4.0;
        builder.log({.time = k % 7 ? new_year(at) : Timestamp::none(),
                     .status = static_cast<std::uint16_t>(random() % 9 ? 200 : 500),
                     .duration_ms = static_cast<double>(random() % 100)});
        builder.point({.time = new_year(at), .value = at * 3, .kind = MetricKind::kCounter});
      }
      builder.point({.time = new_year(10 * frame), .value = 1.0 * frame, .name = "slow"});
      return builder.build();
    });
  }
  feed(batches, {new_year(50), new_year(250)});
  std::map<SeriesId, std::vector<std::pair<Timestamp, double>>> read;
  for (const SeriesHistory& series : history_.series) {
    auto& points = read[series.series->id];
    points = series.points;
  }
  ASSERT_EQ(read.size(), merged_.size());
  for (auto& [id, points] : merged_) EXPECT_EQ(read[id], points);
  EXPECT_EQ(history_.frames, 30u);
  EXPECT_EQ(history_.counts.size(), 20u);
}

TEST_F(HistoryBuilderTest, FindsFirstRecordsWhereTheyLie) {
  feed({[] {
          return BatchBuilder().part(true, false).log({.time = new_year(1)}).empty_line().build();
        },
        [] {
          return BatchBuilder()
              .part(false, true)
              .log({.time = new_year(2), .message = "odd"})
              .build();
        }},
       {new_year(0), new_year(100)});
  ASSERT_EQ(history_.templates.size(), 2u);
  ASSERT_EQ(sightings_.size(), 2u);
  for (const TemplateHistory& seen : history_.templates) {
    for (const TemplateSighting& sighting : sightings_) {
      if (sighting.id != seen.id) continue;
      EXPECT_EQ(seen.first_position, sighting.position) << seen.text;
    }
  }
}

}  // namespace
}  // namespace inkling::detect
