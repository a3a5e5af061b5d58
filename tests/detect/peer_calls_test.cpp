#include "detect/peer_calls.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "detect/digest_builder.h"
#include "tests/support/batch_builder.h"

namespace inkling::detect {
namespace {

using test::BatchBuilder;
using test::new_year;
using testing::ElementsAre;

TEST(PeerCallsTest, NamesTheServiceBehindAnAddress) {
  EXPECT_EQ(peer_name("payment"), "payment");
  EXPECT_EQ(peer_name("payment:8080"), "payment");
  EXPECT_EQ(peer_name("http://payment:8080/pay?x=1"), "payment");
  EXPECT_EQ(peer_name("https://api.example.com/v1"), "api.example.com");
  EXPECT_EQ(peer_name("[::1]:80"), "[::1]:80");
  EXPECT_EQ(peer_name(""), "");
}

// Caller, callee and minute of each call the batches tell in one epoch.
std::vector<std::string> calls_of(std::vector<Batch> batches) {
  DigestBuilder digests(Screen::create({}).value(), SkeletonOptions{}, false);
  PeerCalls peers;
  std::vector<Call> calls;
  for (Batch& batch : batches) {
    Digest digest;
    digests.build(batch, digest);
    peers.add(
        batch, digest, new_year(0), [](std::string_view name) { return std::string(name); }, calls);
  }
  std::vector<std::string> told;
  for (const Call& call : calls) {
    told.push_back(call.caller + ">" + call.callee + "@" + format_timestamp(call.time));
  }
  return told;
}

BatchBuilder records(int from, int to) {
  BatchBuilder builder;
  for (int i = from; i < to; ++i) {
    builder.log({.time = new_year(i),
                 .service = i % 2 == 0 ? "front" : "cart",
                 .peer = i % 2 == 0 ? "cart:80" : "db"});
  }
  return builder;
}

TEST(PeerCallsTest, TellsEachPairOnceHoweverTheBatchesAreCut) {
  std::vector<Batch> whole;
  whole.push_back(records(0, 10).build());
  std::vector<Batch> parts;
  parts.push_back(records(0, 1).build());
  parts.push_back(records(1, 7).build());
  parts.push_back(records(7, 10).build());
  const auto told = calls_of(std::move(whole));
  EXPECT_THAT(told, ElementsAre("front>cart@" + format_timestamp(new_year(0)),
                                "cart>db@" + format_timestamp(new_year(1))));
  EXPECT_EQ(calls_of(std::move(parts)), told);
}

TEST(PeerCallsTest, AServiceThatNamesItselfCallsNobody) {
  std::vector<Batch> batches;
  batches.push_back(
      BatchBuilder().log({.time = new_year(0), .service = "cart", .peer = "cart:80"}).build());
  EXPECT_TRUE(calls_of(std::move(batches)).empty());
}

}  // namespace
}  // namespace inkling::detect
