#include "correlate/node_score.h"

#include <gmock/gmock.h>

#include "tests/correlate/scene.h"

namespace inkling::correlate {
namespace {

Signal make_signal(const std::string& service, const std::string& name, double minute,
                   double deviation = 40) {
  Signal signal;
  signal.service = service;
  signal.series = make_series(service, name);
  signal.role = series_role(*signal.series);
  signal.deviation = deviation;
  signal.onset = at_minute(minute);
  signal.before = 10;
  signal.after = 60;
  return signal;
}

Signal make_text(const std::string& service, const std::string& text, double minute) {
  Signal signal;
  signal.service = service;
  signal.role = SeriesRole::kErrors;
  signal.deviation = 20;
  signal.onset = at_minute(minute);
  signal.level = Level::kError;
  signal.text = signal.exemplar = text;
  signal.count = 10;
  return signal;
}

TEST(NodeScoreTest, TheCalleeThatMovedNoLaterComesFirst) {
  Topology topology({});
  topology.add_edge("front", "cart", kNoon);
  topology.add_edge("cart", "db", kNoon);
  const auto nodes =
      rate_nodes({make_signal("front", "latency_p99", 0), make_signal("cart", "latency_p99", 0),
                  make_signal("db", "latency_p99", 0)},
                 {topology, {"front"}});
  ASSERT_EQ(nodes.size(), 3U);
  EXPECT_EQ(nodes[0].service, "db");
}

TEST(NodeScoreTest, ACalleeThatMovedLaterSuppressesNobody) {
  Topology topology({});
  topology.add_edge("cart", "db", kNoon);
  const auto nodes = rate_nodes(
      {make_signal("cart", "error_rate", 0), make_signal("db", "error_rate", 5)}, {topology, {}});
  EXPECT_EQ(nodes[0].service, "cart");
}

TEST(NodeScoreTest, CancelledWorkIsASymptomOfTheCaller) {
  Topology topology({});
  topology.add_edge("cart", "catalog", kNoon);
  const auto nodes = rate_nodes(
      {make_signal("cart", "rpc_error_rate", 0), make_signal("catalog", "rpc_cancelled_rate", 0)},
      {topology, {}});
  EXPECT_EQ(nodes[0].service, "cart");
}

TEST(NodeScoreTest, MessagesThatBlameOthersAreBelieved) {
  const Topology topology({});
  const auto nodes = rate_nodes({make_text("front", "upstream cart returned 500", 0),
                                 make_text("cart", "cannot parse the basket", 0)},
                                {topology, {}});
  EXPECT_EQ(nodes[0].service, "cart");
}

TEST(NodeScoreTest, UnderASurgeTheEdgeIsTheOrigin) {
  Topology topology({});
  topology.add_edge("front", "cart", kNoon);
  const auto nodes = rate_nodes(
      {make_signal("front", "requests_per_sec", 0), make_signal("cart", "requests_per_sec", 0),
       make_signal("front", "latency_p99", 1), make_signal("cart", "latency_p99", 1)},
      {topology, {}});
  EXPECT_EQ(nodes[0].service, "front");
}

TEST(NodeScoreTest, MachinesOutsideTheGraphAreNoOrigin) {
  Topology topology({});
  topology.add_edge("front", "cart", kNoon);
  const auto nodes = rate_nodes(
      {make_signal("node-7", "cpu_utilization", -1), make_signal("cart", "latency_p99", 0)},
      {topology, {}});
  EXPECT_EQ(nodes[0].service, "cart");
  EXPECT_TRUE(nodes[1].is_outsider);
}

}  // namespace
}  // namespace inkling::correlate
