#include "correlate/topology.h"

#include <gmock/gmock.h>

#include "correlate/node_score.h"
#include "tests/correlate/scene.h"

namespace inkling::correlate {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(TopologyTest, CountsHopsBothWaysAndCallsDownOnly) {
  Topology topology({});
  topology.add_call(make_call("front", "cart"));
  topology.add_call(make_call("cart", "db"));
  EXPECT_EQ(topology.hops("front", "db"), 2);
  EXPECT_EQ(topology.hops("db", "front"), 2);
  EXPECT_EQ(topology.calls_down("front", "db"), 2);
  EXPECT_EQ(topology.calls_down("db", "front"), Topology::kUnreachable);
  EXPECT_EQ(topology.hops("front", "elsewhere"), Topology::kUnreachable);
  EXPECT_EQ(topology.hops("front", "front"), 0);
  EXPECT_THAT(topology.callees("cart"), ElementsAre("db"));
  EXPECT_THAT(topology.callers("cart"), ElementsAre("front"));
}

TEST(TopologyTest, ForgetsTheEdgeNotSeenForLongestButNeverADeclaredOne) {
  CorrelateOptions options;
  options.max_edges = 2;
  options.topology = {{"a", "b"}};
  Topology topology(options);
  topology.add_edge("c", "d", at_minute(1));
  topology.add_edge("e", "f", at_minute(2));
  EXPECT_EQ(topology.size(), 2U);
  EXPECT_TRUE(topology.knows("a"));
  EXPECT_FALSE(topology.knows("c"));
  EXPECT_TRUE(topology.knows("e"));
}

TEST(ServicesNamedTest, FindsWholeNamesAndFamilies) {
  const std::vector<std::string> known = {"cart", "checkout", "orders-api", "orders-db"};
  EXPECT_THAT(services_named("upstream checkout returned 503", known, "cart"),
              ElementsAre("checkout"));
  EXPECT_THAT(services_named("checkouts are slow", known, "cart"), IsEmpty());
  EXPECT_THAT(services_named("orders query failed", known, "cart"),
              ElementsAre("orders-api", "orders-db"));
  EXPECT_THAT(services_named("orders query failed", known, "orders-api"), IsEmpty());
}

}  // namespace
}  // namespace inkling::correlate
