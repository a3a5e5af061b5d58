#include "ingest/wire/ecs_stats_decoder.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/ingest/decode_support.h"

namespace inkling::ingest {
namespace {

using testing::ElementsAre;

constexpr std::string_view kTask =
    R"({"task":{"Cluster":"c","TaskARN":"arn","Family":"shop","Revision":"12","Containers":[
      {"DockerId":"aa","Name":"web","Type":"NORMAL","Limits":{"CPU":256,"Memory":512},
       "RestartCount":1,"Health":{"status":"UNHEALTHY"}},
      {"DockerId":"bb","Name":"~internal","Type":"CNI_PAUSE"},
      {"DockerId":"cc","Name":"starting","Type":"NORMAL"}],
      "EphemeralStorageMetrics":{"Utilized":263,"Reserved":20496}},
    "stats":{"aa":{"read":"2024-06-14T10:11:12Z","preread":"2024-06-14T10:11:02Z",
      "cpu_stats":{"cpu_usage":{"total_usage":7000000000},"throttling_data":{"throttled_periods":3}},
      "precpu_stats":{"cpu_usage":{"total_usage":2000000000}},
      "memory_stats":{"usage":300000000,"limit":9223372036854771712,
        "stats":{"inactive_file":31564544}},
      "networks":{"eth0":{"rx_bytes":10,"tx_bytes":4},"eth1":{"rx_bytes":5,"tx_bytes":1}},
      "pids_stats":{"current":7}},
     "cc":null}})";

std::vector<std::string> show(const Batch& batch) {
  std::vector<std::string> texts;
  for (const MetricPoint& point : batch.points) {
    std::string labels;
    for (std::uint32_t i = 0; i < point.label_count; ++i) {
      labels += std::string(batch.labels[point.first_label + i].value);
    }
    texts.push_back(fmt::format("{} {} {} {} {}{}", point.service, point.version, labels,
                                point.name, point.value,
                                point.kind == MetricKind::kCounter ? " total" : ""));
  }
  return texts;
}

TEST(EcsStatsDecoderTest, ReadsWhatEachContainerUses) {
  const Batch batch = decode(Format::kEcsStats, kTask);
  EXPECT_THAT(
      show(batch),
      ElementsAre("shop 12  ecs.storage.mib 263", "shop 12 web ecs.cpu.percent 50",
                  "shop 12 web ecs.memory.bytes 268435456", "shop 12 web ecs.memory.percent 50",
                  "shop 12 web ecs.network.rx_bytes 15 total",
                  "shop 12 web ecs.network.tx_bytes 5 total",
                  "shop 12 web ecs.cpu.throttled_periods 3 total", "shop 12 web ecs.processes 7",
                  "shop 12 web ecs.restarts 1 total", "shop 12 web ecs.healthy 0"));
  EXPECT_EQ(format_timestamp(batch.points[1].time), "2024-06-14T10:11:12Z");
  EXPECT_EQ(batch.lines + batch.extra_events, batch.points.size());
}

TEST(EcsStatsDecoderTest, GivesNoCpuForTheFirstReading) {
  std::string text(kTask);
  text.replace(text.find("2024-06-14T10:11:02Z"), 20, "0001-01-01T00:00:00Z");
  const Batch batch = decode(Format::kEcsStats, text);
  for (const MetricPoint& point : batch.points) EXPECT_NE(point.name, "ecs.cpu.percent");
}

TEST(EcsStatsDecoderTest, RefusesWhatIsNoReply) {
  EXPECT_THAT(broken_lines(decode(Format::kEcsStats, "{\"task\":")), ElementsAre("0:bad_json"));
  EXPECT_THAT(broken_lines(decode(Format::kEcsStats, "{\"task\":{},\"stats\":[]}")),
              ElementsAre("0:unknown_shape"));
  EXPECT_EQ(decode(Format::kEcsStats, "{\"task\":{},\"stats\":{}}").empty_lines, 1u);
}

}  // namespace
}  // namespace inkling::ingest
