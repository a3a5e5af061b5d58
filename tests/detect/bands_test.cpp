// What the numeric and the count detectors find, and their silence on clean series.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <random>
#include <string>
#include <vector>

#include "detect/adaptive_band.h"
#include "detect/band_detector.h"
#include "detect/count_band.h"
#include "tests/support/batch_builder.h"

namespace inkling::detect {
namespace {

using test::new_year;

constexpr Duration kFiveMinutes = std::chrono::minutes(5);

// Index of the first alarm, -1 = none, and how many there were.
struct Heard {
  int first = -1;
  int alarms = 0;
};
using Judge = std::function<PointJudgement(int)>;
Heard listen(int count, const Judge& judge) {
  Heard heard;
  for (int i = 0; i < count; ++i) {
    const PointJudgement judgement = judge(i);
    EXPECT_TRUE(judgement.score >= 0 && judgement.score < 1) << i;
    EXPECT_EQ(judgement.score >= 0.5, judgement.gate == Gate::kPassed) << i;
    if (judgement.score < 0.5) continue;
    if (heard.alarms++ == 0) heard.first = i;
  }
  return heard;
}

struct Shape {
  std::string name;
  std::function<double(int, std::mt19937&)> value;
};
double normal(std::mt19937& random) { return std::normal_distribution<double>()(random); }
std::vector<Shape> clean_shapes() {
  return {
      {"constant", [](int, std::mt19937&) { return 42.0; }},
      {"zero", [](int, std::mt19937&) { return 0.0; }},
      {"normal", [](int, std::mt19937& r) { return 100 + 5 * normal(r); }},
      {"uniform", [](int, std::mt19937& r) { return static_cast<double>(r() % 1000); }},
      {"log-normal", [](int, std::mt19937& r) { return 20 * std::exp(0.3 * normal(r)); }},
      {"wave", [](int i, std::mt19937& r) { return 50 + 20 * std::sin(i * 0.02) + 2 * normal(r); }},
      {"two values", [](int, std::mt19937& r) { return r() % 2 ? 1.0 : 2.0; }},
  };
}

TEST(AdaptiveBandTest, IsSilentOnCleanSeries) {
  for (const Shape& shape : clean_shapes()) {
    int alarms = 0;
    for (unsigned seed = 1; seed <= 5; ++seed) {
      std::mt19937 random(seed);
      AdaptiveBand band(BandOptions{});
      alarms += listen(5000, [&](int i) { return band.judge(shape.value(i, random)); }).alarms;
    }
    EXPECT_LE(alarms, 1) << shape.name << ", 25 000 windows";
  }
}

TEST(AdaptiveBandTest, IsSilentOnRareSpikesOfASeriesOfZeros) {
  std::mt19937 random(3);
  AdaptiveBand band(BandOptions{});
  const Heard heard = listen(5000, [&](int) {
    return band.judge(random() % 40 == 0 ? 5.0 + static_cast<double>(random() % 10) : 0.0);
  });
  EXPECT_LE(heard.alarms, 3);
}

TEST(AdaptiveBandTest, FindsALastingStepUpAndDown) {
  for (const double to : {160.0, 40.0}) {
    std::mt19937 random(5);
    AdaptiveBand band(BandOptions{});
    const Heard heard =
        listen(1100, [&](int i) { return band.judge((i < 1000 ? 100 : to) + 5 * normal(random)); });
    EXPECT_GE(heard.first, 1000) << to;
    EXPECT_LE(heard.first, 1006) << to;
  }
}

TEST(AdaptiveBandTest, FindsOneWindowFarOut) {
  std::mt19937 random(5);
  AdaptiveBand band(BandOptions{});
  const Heard heard =
      listen(1100, [&](int i) { return band.judge(i == 1000 ? 900 : 100 + 5 * normal(random)); });
  EXPECT_EQ(heard.first, 1000);
}

TEST(AdaptiveBandTest, SaysNothingInWarmUp) {
  AdaptiveBand band(BandOptions{});
  for (int i = 0; i < 100; ++i) {
    const PointJudgement judgement = band.judge(i % 9 == 0 ? 1e6 : 1.0);
    EXPECT_EQ(judgement.gate, Gate::kWarmUp);
    EXPECT_EQ(judgement.score, 0);
  }
}

TEST(BandDetectorTest, IsNearlySilentOnCleanSeries) {
  for (const Shape& shape : clean_shapes()) {
    int alarms = 0;
    for (unsigned seed = 1; seed <= 5; ++seed) {
      std::mt19937 random(seed);
      BandDetector band(BandOptions{});
      alarms += listen(5000, [&](int i) {
                  return band.judge(new_year(300.0 * i), shape.value(i, random), kFiveMinutes);
                }).alarms;
    }
    // It says what has not been seen for 500 points: that happens on noise, too.
    EXPECT_LE(alarms, 60) << shape.name << ", 25 000 points";
  }
}

TEST(BandDetectorTest, FindsSpikeAndStep) {
  for (const bool spike : {true, false}) {
    std::mt19937 random(2);
    BandDetector band(BandOptions{});
    std::vector<int> alarms;
    for (int i = 0; i < 2200; ++i) {
      const bool bad = spike ? i == 2000 : i >= 2000;
      const auto judgement =
          band.judge(new_year(300.0 * i), (bad ? 200 : 100) + 5 * normal(random), kFiveMinutes);
      if (judgement.score >= 0.5) alarms.push_back(i);
    }
    EXPECT_TRUE(std::find(alarms.begin(), alarms.end(), 2000) != alarms.end()) << spike;
  }
}

TEST(BandDetectorTest, LearnsTheTimeOfDay) {
  const auto residual = [](bool daily) {
    BandDetector band(BandOptions{});
    PointJudgement last;
    for (int i = 0; i < 288 * 10; ++i) {
      const double hour = i * 300.0 / 3600;
      const double period = daily ? 24 : 17.3;  // what repeats with another period stays unknown
      last = band.judge(new_year(300.0 * i), 100 + 50 * std::sin(2 * M_PI * hour / period),
                        kFiveMinutes);
    }
    return last.high - last.low;
  };
  EXPECT_LT(residual(true), 0.5 * residual(false));
}

TEST(BandDetectorTest, HoldsBackWhatWasJustSaid) {
  std::mt19937 random(2);
  BandDetector band(BandOptions{});
  for (int i = 0; i < 1000; ++i)
    band.judge(new_year(300.0 * i), 100 + 5 * normal(random), kFiveMinutes);
  EXPECT_EQ(band.judge(new_year(300'000), 300, kFiveMinutes).gate, Gate::kPassed);
  EXPECT_EQ(band.judge(new_year(300'300), 300, kFiveMinutes).gate, Gate::kRecentlySaid);
}

// Poisson counts.
double poisson(double mean, std::mt19937& random) {
  return std::poisson_distribution<int>(mean)(random);
}

TEST(CountBandTest, IsSilentOnCleanAndOnBurstyCounts) {
  for (const double mean : {0.5, 12.0, 300.0}) {
    for (const bool bursty : {false, true}) {
      std::mt19937 random(9);
      CountBand band(CountOptions{});
      const Heard heard = listen(10'000, [&](int) {
        const double rate = bursty ? mean * std::gamma_distribution<double>(1, 1)(random) : mean;
        return band.judge(poisson(rate, random), 0, false);
      });
      EXPECT_LE(heard.alarms, 4) << mean << " " << bursty;
    }
  }
}

TEST(CountBandTest, AJobThatComesBackIsNoBurst) {
  std::mt19937 random(9);
  CountBand band(CountOptions{});
  std::vector<int> alarms;
  for (int i = 0; i < 20'000; ++i) {
    const double mean = i % 360 < 2 ? 400 : 20;  // once an hour
    if (band.judge(poisson(mean, random), 0, false).score >= 0.5) alarms.push_back(i);
  }
  EXPECT_LE(alarms.size(), 1u);
}

TEST(CountBandTest, FindsABurstAndADrop) {
  for (const double to : {900.0, 20.0}) {
    std::mt19937 random(9);
    CountBand band(CountOptions{});
    const Heard heard = listen(
        510, [&](int i) { return band.judge(poisson(i < 500 ? 300 : to, random), 0, false); });
    EXPECT_EQ(heard.first, 500) << to;
  }
}

TEST(CountBandTest, MoreTrafficAloneIsNoBurst) {
  std::mt19937 random(9);
  const auto run = [&](bool scaled) {
    CountBand band(CountOptions{});
    return listen(510,
                  [&](int i) {
                    const double total = i < 500 ? 1000 : 5000;
                    return band.judge(poisson(total * 0.1, random), scaled ? total : 0, false);
                  })
        .alarms;
  };
  EXPECT_EQ(run(true), 0);
  EXPECT_GT(run(false), 0);
}

TEST(CountBandTest, WhatIsNewWhereAllIsKnownNeedsNoWarmUp) {
  EXPECT_EQ(CountBand(CountOptions{}).judge(50, 0, false).gate, Gate::kWarmUp);
  EXPECT_EQ(CountBand(CountOptions{}).judge(50, 0, true).gate, Gate::kPassed);
  EXPECT_EQ(CountBand(CountOptions{}).judge(9, 0, true).gate, Gate::kTooFew);
}

TEST(RatioBandTest, IsSilentOnCleanSeries) {
  for (const double ratio : {0.0, 0.002, 0.05, 0.4}) {
    for (const double requests : {5.0, 60.0, 2000.0}) {
      std::mt19937 random(4);
      RatioBand band(CountOptions{});
      const Heard heard = listen(10'000, [&](int) {
        const int of = static_cast<int>(poisson(requests, random));
        return band.judge(std::binomial_distribution<int>(of, ratio)(random), of);
      });
      EXPECT_LE(heard.alarms, 3) << ratio << " of " << requests;
    }
  }
}

TEST(RatioBandTest, IsSilentOnRareFailuresAmongZeros) {
  std::mt19937 random(4);
  RatioBand band(CountOptions{});
  const Heard heard =
      listen(10'000, [&](int) { return band.judge(random() % 50 == 0 ? 2 : 0, 40); });
  EXPECT_EQ(heard.alarms, 0);
}

TEST(RatioBandTest, FindsABurstAtOnce) {
  std::mt19937 random(4);
  RatioBand band(CountOptions{});
  const Heard heard = listen(210, [&](int i) {
    return band.judge(std::binomial_distribution<int>(100, i < 200 ? 0.01 : 0.4)(random), 100);
  });
  EXPECT_EQ(heard.first, 200);
}

TEST(RatioBandTest, FindsASmallLastingRise) {
  std::mt19937 random(4);
  RatioBand band(CountOptions{});
  const Heard heard = listen(530, [&](int i) {
    return band.judge(std::binomial_distribution<int>(200, i < 500 ? 0.01 : 0.045)(random), 200);
  });
  EXPECT_GE(heard.first, 500);
  EXPECT_LE(heard.first, 508);
}

TEST(RatioBandTest, OneRequestAnHourNeverFires) {
  std::mt19937 random(4);
  RatioBand band(CountOptions{});
  const Heard heard = listen(24 * 365, [&](int) { return band.judge(random() % 3 == 0, 1); });
  EXPECT_EQ(heard.alarms, 0);
}

TEST(RatioBandTest, AMillionRequestsFireInTheirFirstBadWindow) {
  std::mt19937 random(4);
  RatioBand band(CountOptions{});
  const Heard heard = listen(210, [&](int i) {
    const double ratio = i < 200 ? 0.001 : 0.003;
    return band.judge(std::binomial_distribution<int>(1'000'000, ratio)(random), 1'000'000);
  });
  EXPECT_EQ(heard.first, 200);
}

// The ratio of a large service wanders by more than chance.
TEST(RatioBandTest, IsSilentOnALargeServiceThatWanders) {
  std::mt19937 random(4);
  RatioBand band(CountOptions{});
  const Heard heard = listen(10'000, [&](int) {
    const double ratio = 0.001 * std::exp(0.3 * normal(random));
    return band.judge(std::binomial_distribution<int>(1'000'000, ratio)(random), 1'000'000);
  });
  EXPECT_LE(heard.alarms, 3);
}

TEST(RatioBandTest, FewEventsNeverFire) {
  RatioBand band(CountOptions{});
  for (int i = 0; i < 200; ++i) band.judge(0, 1);
  EXPECT_LT(band.judge(1, 1).score, 0.5);
  EXPECT_LT(band.judge(1, 1).score, 0.5);
  EXPECT_TRUE(std::isnan(band.judge(0, 0).high));  // no requests, no ratio
}

}  // namespace
}  // namespace inkling::detect
