#include "ingest/pull/page_quantiles.h"

#include <gtest/gtest.h>

namespace inkling::ingest {
namespace {

constexpr std::string_view kBefore =
    "# TYPE d histogram\n"
    "d_bucket{route=\"/a,le=x\",le=\"0.1\"} 100\n"
    "d_bucket{route=\"/a,le=x\",le=\"0.2\"} 150\n"
    "d_bucket{route=\"/a,le=x\",le=\"+Inf\"} 160\n"
    "d_count{route=\"/a,le=x\"} 160\n";

TEST(PageQuantilesTest, SaysWhatCameSinceThePageBefore) {
  // 100 values more: 50 below 0.1, 50 up to 0.2.
  EXPECT_EQ(quantile_lines(kBefore,
                           "d_bucket{route=\"/a,le=x\",le=\"0.2\"} 250 # {id=\"x\"} 0.15 1.5\n"
                           "d_bucket{route=\"/a,le=x\",le=\"0.1\"} 150\n"
                           "d_bucket{route=\"/a,le=x\",le=\"+Inf\"} 260\n"),
            "d.p50{route=\"/a,le=x\"} 0.1\n"
            "d.p90{route=\"/a,le=x\"} 0.18\n"
            "d.p99{route=\"/a,le=x\"} 0.198\n");
}

TEST(PageQuantilesTest, AHistogramThatBeganAnewCountsFromZero) {
  EXPECT_EQ(quantile_lines("d_bucket{le=\"1\"} 50\nd_bucket{le=\"+Inf\"} 50\n",
                           "d_bucket{le=\"1\"} 10\nd_bucket{le=\"+Inf\"} 10\n"),
            "d.p50{} 0.5\nd.p90{} 0.9\nd.p99{} 0.99\n");
}

TEST(PageQuantilesTest, SaysNothingWhereNothingCameOrIsKnown) {
  EXPECT_EQ(quantile_lines(kBefore, kBefore), "");
  EXPECT_EQ(quantile_lines("", kBefore), "");
  EXPECT_EQ(quantile_lines("x 1\n", kBefore), "");
  // Other bounds, no bucket for all, counts that fall, and lines that are none of a histogram.
  for (const char* now :
       {"d_bucket{le=\"2\"} 60\nd_bucket{le=\"+Inf\"} 60\n", "d_bucket{le=\"1\"} 60\n",
        "d_bucket{le=\"1\"} 70\nd_bucket{le=\"+Inf\"} 60\n",
        "d_bucket{le=\"1\"} NaN\nd_bucket{le=\"+Inf\"} 60\n",
        "d_bucket{le=\"1\nd_bucket{le=\nd_bucket{\nd_bucket{le=\"1\\",
        "d_bucket{a=\"}\",file=\"1\"} 3\n"}) {
    EXPECT_EQ(quantile_lines("d_bucket{le=\"1\"} 50\nd_bucket{le=\"+Inf\"} 50\n", now), "") << now;
  }
}

}  // namespace
}  // namespace inkling::ingest
