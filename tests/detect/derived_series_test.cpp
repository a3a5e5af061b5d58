#include "detect/derived_series.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "detect/digest_builder.h"
#include "detect/sightings.h"
#include "tests/support/batch_builder.h"

namespace inkling::detect {
namespace {

using test::BatchBuilder;
using test::LogSpec;
using test::new_year;
using testing::ElementsAre;
using testing::UnorderedElementsAre;

struct Derived {
  std::vector<SeriesPoint> points;
  std::vector<ServiceCount> counts;
  std::vector<TemplateSighting> sightings;
};

// Records in, derived points and sightings out.
struct House {
  DetectOptions options;
  TemplateTable templates{options.templates};
  ScopeTable scopes{options, [](std::string_view name) { return std::string(name); }};
  SeriesTable series{1000};
  Newcomers newcomers{1000};
  Rollup rollup{scopes, templates, 1000, &newcomers};
  DerivedSeries derived{scopes, templates, series, options.new_template.warm_up};
  Sightings sightings{options.new_template, scopes, templates, series};
  DigestBuilder digests{Screen::create(ScreenOptions{}).value(), SkeletonOptions{}, false};

  Derived run(const std::vector<LogSpec>& records) {
    BatchBuilder builder;
    for (const LogSpec& record : records) builder.log(record);
    Batch batch = builder.build();
    Digest digest;
    digests.build(batch, digest);
    rollup.add(batch, digest, new_year(0), 0);
    Derived result;
    ClosedSlot slot;
    while (rollup.close_next(new_year(1e6), slot)) {
      derived.derive(slot, result.points, result.counts);
      sightings.note(slot, result.sightings, result.points);
    }
    return result;
  }
};

std::vector<std::string> names(const std::vector<SeriesPoint>& points, bool with_templates) {
  std::vector<std::string> result;
  for (const SeriesPoint& point : points) {
    const SeriesInfo& s = *point.series;
    if (s.kind == SeriesKind::kTemplateCount && !with_templates) continue;
    result.push_back(s.service + "/" + s.name + "/" + s.version + "/" + s.route);
  }
  return result;
}
const SeriesPoint& point_of(const Derived& derived, std::string_view name) {
  const auto found =
      std::find_if(derived.points.begin(), derived.points.end(), [&](const SeriesPoint& point) {
        return point.series->name == name && point.series->version.empty() &&
               point.series->route.empty();
      });
  EXPECT_NE(found, derived.points.end()) << name;
  return *found;
}

std::vector<LogSpec> requests(std::size_t count, std::size_t failures, double at = 1) {
  std::vector<LogSpec> records;
  for (std::size_t i = 0; i < count; ++i) {
    records.push_back({.time = new_year(at),
                       .status = static_cast<std::uint16_t>(i < failures ? 500 : 200),
                       .duration_ms = static_cast<double>(i + 1)});
  }
  return records;
}

TEST(DerivedSeriesTest, MakesRateRatioAndQuantiles) {
  House house;
  const Derived derived = house.run(requests(100, 25));
  EXPECT_THAT(names(derived.points, false),
              ElementsAre("shop/log.rate//", "shop/request.error_ratio//", "shop/latency.p50//",
                          "shop/latency.p90//", "shop/latency.p99//"));
  EXPECT_DOUBLE_EQ(point_of(derived, "log.rate").value, 10);
  EXPECT_DOUBLE_EQ(point_of(derived, "request.error_ratio").value, 0.25);
  EXPECT_EQ(point_of(derived, "request.error_ratio").hits, 25u);
  EXPECT_NEAR(point_of(derived, "latency.p50").value, 50, 1);
  EXPECT_NEAR(point_of(derived, "latency.p99").value, 99, 2);
  EXPECT_EQ(point_of(derived, "log.rate").begin, new_year(0));
  EXPECT_EQ(point_of(derived, "log.rate").end, new_year(10));
}

TEST(DerivedSeriesTest, MakesNoQuantileOfFewDurations) {
  House house;
  EXPECT_THAT(names(house.run(requests(9, 0)).points, false),
              ElementsAre("shop/log.rate//", "shop/request.error_ratio//"));
}

TEST(DerivedSeriesTest, TakesTheRatioOfRecordsWithoutRequests) {
  House house;
  const Derived derived = house.run({{.time = new_year(1), .level = Level::kError},
                                     {.time = new_year(1)},
                                     {.time = new_year(2)},
                                     {.time = new_year(2)}});
  EXPECT_DOUBLE_EQ(point_of(derived, "log.error_ratio").value, 0.25);
}

TEST(DerivedSeriesTest, SplitsOnlyWhereThereIsMoreThanOne) {
  House house;
  const Derived one = house.run({{.time = new_year(1), .version = "1", .route = "/a"}});
  EXPECT_THAT(names(one.points, false), ElementsAre("shop/log.rate//", "shop/log.error_ratio//"));
  const Derived two = house.run({{.time = new_year(11), .version = "2", .route = "/a"},
                                 {.time = new_year(11), .version = "2", .route = "/b"}});
  EXPECT_THAT(names(two.points, false),
              ElementsAre("shop/log.rate//", "shop/log.error_ratio//", "shop/log.error_ratio/2/",
                          "shop/log.error_ratio///a", "shop/log.error_ratio///b"));
}

TEST(DerivedSeriesTest, CountsByVersion) {
  House house;
  auto records = requests(4, 1);
  records[0].version = "2";
  records[1].version = "2";
  const Derived derived = house.run(records);
  ASSERT_EQ(derived.counts.size(), 2u);
  EXPECT_EQ(derived.counts[0].version, "");
  EXPECT_EQ(derived.counts[0].requests, 2u);
  EXPECT_EQ(derived.counts[1].version, "2");
  EXPECT_EQ(derived.counts[1].requests, 2u);
  EXPECT_EQ(derived.counts[1].failures, 1u);
}

TEST(DerivedSeriesTest, CountsTemplatesOverVersionsAndLevels) {
  House house;
  const Derived derived =
      house.run({{.time = new_year(1), .message = "odd 1", .version = "1"},
                 {.time = new_year(1), .message = "odd 2", .version = "2", .level = Level::kError},
                 {.time = new_year(1), .message = "even"}});
  std::vector<std::pair<std::string, double>> counts;
  for (const SeriesPoint& point : derived.points) {
    if (point.series->kind != SeriesKind::kTemplateCount) continue;
    counts.emplace_back(point.series->template_text, point.value);
    EXPECT_EQ(point.expected_share, 3);
    EXPECT_FALSE(point.mature);
  }
  EXPECT_THAT(counts, UnorderedElementsAre(std::pair("odd <*>", 2.0), std::pair("even", 1.0)));
}

TEST(DerivedSeriesTest, IsMatureAfterTheWarmUp) {
  House house;
  const Derived derived =
      house.run({{.time = new_year(5)}, {.time = new_year(595)}, {.time = new_year(600)}});
  std::vector<bool> mature;
  for (const SeriesPoint& point : derived.points) {
    if (point.series->kind == SeriesKind::kTemplateCount) mature.push_back(point.mature);
  }
  EXPECT_THAT(mature, ElementsAre(false, false, true));
}

TEST(DerivedSeriesTest, TakesTimesCenturiesApart) {
  House house;
  const Derived derived = house.run({{.time = Timestamp::from_ns(INT64_MIN / 100 * 99)},
                                     {.time = new_year(0)},
                                     {.time = new_year(0), .message = "new since"}});
  EXPECT_TRUE(derived.points.back().mature);
  EXPECT_FALSE(derived.sightings.back().in_warm_up);
}

// Records without a time stand at the epoch while nothing is known of their origin: no begin.
TEST(DerivedSeriesTest, TheTimeOfRecordsWithoutOneBeginsNoService) {
  House house;
  house.options.new_template.min_count = 1;
  const Derived derived =
      house.run({{.time = kUnknownTime}, {.time = new_year(0), .message = "new since"}});
  EXPECT_FALSE(derived.points.back().mature);
  for (const auto& sighting : derived.sightings) EXPECT_TRUE(sighting.in_warm_up);
}

TEST(SightingsTest, TellsWhatIsNewToServiceAndVersion) {
  House house;
  const Derived derived = house.run({{.time = new_year(1), .message = "m 1", .version = "1"},
                                     {.time = new_year(2), .message = "m 2", .version = "1"},
                                     {.time = new_year(3), .message = "m 3", .version = "2"},
                                     {.time = new_year(4), .message = "m 4", .service = "pay"}});
  std::vector<std::tuple<std::string, std::string, bool>> seen;
  for (const auto& s : derived.sightings) {
    seen.emplace_back(s.service, s.version, s.new_to_service);
    EXPECT_TRUE(s.in_warm_up);
    EXPECT_EQ(s.text, "m <*>");
  }
  EXPECT_THAT(seen, ElementsAre(std::tuple("shop", "1", true), std::tuple("shop", "2", false),
                                std::tuple("pay", "", true)));
}

TEST(SightingsTest, ANewTemplateIsAPointIfItMatters) {
  const auto tells = [](double at, Level level, int count) {
    House house;
    std::vector<LogSpec> records = {{.time = new_year(1)}};
    for (int i = 0; i < count; ++i) {
      records.push_back({.time = new_year(at), .message = "disk lost", .level = level});
    }
    const Derived derived = house.run(records);
    return std::any_of(derived.points.begin(), derived.points.end(),
                       [](const SeriesPoint& point) { return point.is_new; });
  };
  EXPECT_TRUE(tells(700, Level::kError, 3));
  EXPECT_TRUE(tells(700, Level::kWarn, 3));
  EXPECT_FALSE(tells(700, Level::kInfo, 3));
  EXPECT_FALSE(tells(700, Level::kError, 2));
  EXPECT_FALSE(tells(500, Level::kError, 3));  // everything is new at first
}

TEST(SightingsTest, CarriesTheMessageAndWeighsErrorsMore) {
  House house;
  std::vector<LogSpec> records = {{.time = new_year(1)}};
  for (int i = 0; i < 5; ++i) {
    records.push_back({.time = new_year(800), .message = "lost 17", .level = Level::kFatal});
  }
  const Derived derived = house.run(records);
  const SeriesPoint& point = derived.points.back();
  EXPECT_TRUE(point.is_new);
  EXPECT_EQ(point.exemplar, "lost 17");
  EXPECT_EQ(point.value, 5);
  EXPECT_EQ(point.hits, 1u);
  EXPECT_EQ(point.position.record, 1u);
}

}  // namespace
}  // namespace inkling::detect
