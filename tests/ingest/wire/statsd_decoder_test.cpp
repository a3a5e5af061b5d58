#include <fmt/format.h>
#include <gmock/gmock.h>

#include <string>
#include <vector>

#include "tests/ingest/decode_support.h"

namespace inkling::ingest {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

// "name{labels}@service/version=value kind unit time"
std::vector<std::string> points(const Batch& batch) {
  std::vector<std::string> all;
  for (const MetricPoint& point : batch.points) {
    std::string labels;
    for (std::uint32_t i = 0; i < point.label_count; ++i) {
      const LabelView& label = batch.labels[point.first_label + i];
      labels += fmt::format("{}={};", label.name, label.value);
    }
    const char* const kinds[] = {"gauge", "counter", "delta"};
    all.push_back(fmt::format("{}{{{}}}@{}/{}={} {}{}{}", point.name, labels, point.service,
                              point.version, point.value, kinds[static_cast<int>(point.kind)],
                              point.unit.empty() ? "" : " ", point.unit));
  }
  return all;
}
std::vector<std::string> points(std::string_view line) {
  return points(decode(Format::kStatsd, line));
}

TEST(StatsdDecoderTest, ReadsEveryType) {
  EXPECT_THAT(points("a:1|c"), ElementsAre("a{}@/=1 delta"));
  EXPECT_THAT(points("a:1|c|@0.1"), ElementsAre("a{}@/=10 delta"));
  EXPECT_THAT(points("a:3.5|g"), ElementsAre("a{}@/=3.5 gauge"));
  EXPECT_THAT(points("a:320|ms|@0.5"), ElementsAre("a{}@/=320 gauge ms"));
  EXPECT_THAT(points("a:5|h"), ElementsAre("a{}@/=5 gauge"));
  EXPECT_THAT(points("a:5|d"), ElementsAre("a{}@/=5 gauge"));
  EXPECT_THAT(points("a:user7|s"), ElementsAre("a{}@/=1 delta"));
  EXPECT_THAT(points("a:2|m"), ElementsAre("a{}@/=2 delta"));
}

TEST(StatsdDecoderTest, TellsChangesOfAGaugeFromItsValues) {
  EXPECT_THAT(points("a:+4|g"), ElementsAre("a.change{}@/=4 delta"));
  EXPECT_THAT(points("a:-4|g"), ElementsAre("a.change{}@/=-4 delta"));
  EXPECT_THAT(points("a:-4|g|#x:y"), ElementsAre("a{x=y;}@/=-4 gauge"));
}

TEST(StatsdDecoderTest, ReadsPackedValues) {
  const Batch batch = decode(Format::kStatsd, "a:1:2:3|h|#k:v\nb:1|c");
  EXPECT_THAT(points(batch), ElementsAre("a{k=v;}@/=1 gauge", "a{k=v;}@/=2 gauge",
                                         "a{k=v;}@/=3 gauge", "b{}@/=1 delta"));
  EXPECT_EQ(batch.lines, 2u);
  EXPECT_EQ(batch.extra_events, 2u);
}

TEST(StatsdDecoderTest, ReadsTagsBeforeAndBehindTheRate) {
  const std::vector<std::string> expected = {"a{env:x=;}"};
  EXPECT_THAT(points("a:1|c|#service:shop,version:v2,env:prod,canary|@0.5"),
              ElementsAre("a{env=prod;canary=true;}@shop/v2=2 delta"));
  EXPECT_THAT(points("a:1|c|@0.5|#service:shop,dd.internal.entity_id:77"),
              ElementsAre("a{}@shop/=2 delta"));
}

TEST(StatsdDecoderTest, ReadsTimesAndSkipsWhatIsNewer) {
  const Batch batch = decode(Format::kStatsd, "a:1|g|c:ci-77|T1700000000|e:it-x|card:low|z9|#k:v");
  EXPECT_THAT(points(batch), ElementsAre("a{k=v;}@/=1 gauge"));
  EXPECT_EQ(batch.points[0].time, Timestamp::from_seconds(1'700'000'000));
}

TEST(StatsdDecoderTest, ReadsDeploysAsChanges) {
  const Batch batch = decode(
      Format::kStatsd,
      "_e{12,7}:Deploy of v2|by\\nann|d:1700000000|h:web1|s:ci|t:info|#service:shop,version:v2");
  ASSERT_EQ(batch.changes.size(), 1u);
  EXPECT_EQ(batch.changes[0].kind, ChangeKind::kDeploy);
  EXPECT_EQ(batch.changes[0].service, "shop");
  EXPECT_EQ(batch.changes[0].version, "v2");
  EXPECT_EQ(batch.changes[0].title, "Deploy of v2");
  EXPECT_EQ(batch.changes[0].time, Timestamp::from_seconds(1'700'000'000));
  EXPECT_EQ(decode(Format::kStatsd, "_e{8,0}:ROLLBACK|").changes.at(0).kind, ChangeKind::kRollback);
  EXPECT_THAT(decode(Format::kStatsd, "_e{12,0}:undeployable|").changes, IsEmpty());
}

TEST(StatsdDecoderTest, ReadsOtherEventsAsLogs) {
  const Batch batch =
      decode(Format::kStatsd, "_e{4,9}:disk|full\\nnow|t:error|d:1700000000|#service:db");
  ASSERT_EQ(batch.logs.size(), 1u);
  EXPECT_EQ(batch.logs[0].message, "disk: full\nnow");
  EXPECT_EQ(batch.logs[0].level, Level::kError);
  EXPECT_EQ(batch.logs[0].service, "db");
}

TEST(StatsdDecoderTest, ReadsServiceChecksAsLevels) {
  EXPECT_THAT(points("_sc|db.up|2|d:1700000000|h:x|#service:db|m:no answer"),
              ElementsAre("db.up{}@db/=2 gauge"));
}

TEST(StatsdDecoderTest, CountsWhatItCannotRead) {
  for (const char* line : {"a", "a:1", ":1|c", "a|c", "a:x|c", "a:1|q", "a:1|c|@2", "a:1|c|@0",
                           "a:nan|g", "a:1:x|h", "_e{5,2}:ab|c", "_e{99999999999999999999,1}:a|b",
                           "_e{1,1}", "_e{1,1}:a_b", "_sc|x|9", "_sc|x", "a:|c"}) {
    const Batch batch = decode(Format::kStatsd, line);
    EXPECT_EQ(batch.broken.size(), 1u) << line;
    EXPECT_THAT(batch.points, IsEmpty()) << line;
    EXPECT_EQ(batch.lines + batch.extra_events, accounted_lines(batch)) << line;
  }
}

}  // namespace
}  // namespace inkling::ingest
