#include <gmock/gmock.h>

#include <random>
#include <string>
#include <vector>

#include "detect/digest_builder.h"
#include "detect/merge.h"
#include "tests/support/batch_builder.h"

namespace inkling::detect {
namespace {

using test::BatchBuilder;
using test::LogSpec;
using test::new_year;
using ::testing::SizeIs;

// A merge that a service floods with random words, an epoch a second.
struct Flood {
  explicit Flood(std::uint32_t max_per_service) : options(with(max_per_service)) {}
  static DetectOptions with(std::uint32_t max_per_service) {
    DetectOptions options;
    options.templates.max_per_service = max_per_service;
    return options;
  }
  static Screen screen() { return Screen::create(ScreenOptions{}).value(); }

  std::string random_text() {
    std::string text;
    for (int word = 0; word < 8; ++word) {
      if (word > 0) text += ' ';
      for (int i = 0; i < 7; ++i) text += static_cast<char>('g' + random() % 20);
    }
    return text;
  }
  // `lines` random ones of "noisy" and one of each of `others` from "calm" and "noisy".
  void second(int lines, const std::vector<std::string>& others) {
    BatchBuilder builder;
    for (int i = 0; i < lines; ++i) {
      LogSpec spec;
      spec.time = new_year(now);
      spec.service = "noisy";
      spec.message = random_text();
      builder.log(spec);
    }
    for (const std::string& text : others) {
      for (const char* service : {"calm", "noisy"}) {
        LogSpec spec;
        spec.time = new_year(now);
        spec.service = service;
        spec.message = text;
        builder.log(spec);
      }
    }
    Batch batch = builder.build();
    Digest digest;
    digests.build(batch, digest);
    merge.add(batch, digest);
    for (AnomalyUpdate& update : merge.end_epoch().anomalies) {
      if (update.step == AnomalyUpdate::Step::kOpened) anomalies.push_back(update.anomaly);
    }
    now += 1;
  }

  DetectOptions options;
  InlineExecutor executor;
  Merge merge{options, screen(), executor, MergeSettings{}};
  DigestBuilder digests{screen(), SkeletonOptions{}, false};
  std::mt19937 random{1};
  double now = 0;
  std::vector<Anomaly> anomalies;
};

TEST(TextFloodTest, MemoryStopsGrowing) {
  Flood flood(200);
  for (int i = 0; i < 20; ++i) flood.second(100, {});
  EXPECT_LE(flood.merge.fill().skeletons, 300u);
  const auto before = flood.merge.fill().skeletons;
  for (int i = 0; i < 20; ++i) flood.second(100, {});
  EXPECT_EQ(flood.merge.fill().skeletons, before);
  EXPECT_EQ(flood.merge.ledger().counted + flood.merge.ledger().other, 4000u);
}

TEST(TextFloodTest, WhatComesAgainIsStillLearnt) {
  Flood flood(200);
  for (int i = 0; i < 20; ++i) flood.second(100, {});
  const std::string text = "the ledger was closed for the day";
  const auto id = skeleton_id(text, {});
  EXPECT_TRUE(flood.merge.templates().text(TemplateId{id}).empty());
  BatchBuilder builder;
  for (int i = 0; i < 2; ++i) {
    LogSpec spec;
    spec.time = new_year(flood.now);
    spec.service = "noisy";
    spec.message = text;
    BatchBuilder one;
    one.log(spec);
    Batch batch = one.build();
    Digest digest;
    flood.digests.build(batch, digest);
    flood.merge.add(batch, digest);
    flood.merge.end_epoch();
  }
  EXPECT_EQ(flood.merge.templates().text(TemplateId{id}), text);
}

TEST(TextFloodTest, OthersLearnAtOnce) {
  Flood flood(200);
  for (int i = 0; i < 20; ++i) flood.second(100, {});
  const std::string text = "the ledger was closed for the day";
  flood.second(0, {text});
  EXPECT_EQ(flood.merge.templates().text(TemplateId{skeleton_id(text, {})}), text);
}

TEST(TextFloodTest, IsReportedOnce) {
  Flood flood(200);
  for (int i = 0; i < 120; ++i) flood.second(20, {});
  std::vector<Anomaly> told;
  for (const Anomaly& anomaly : flood.anomalies) {
    if (anomaly.kind == VerdictKind::kNewTemplate) told.push_back(anomaly);
  }
  ASSERT_THAT(told, SizeIs(1));
  EXPECT_EQ(told[0].series->service, "noisy");
  EXPECT_FALSE(told[0].exemplar.empty());
}

}  // namespace
}  // namespace inkling::detect
