#include <gmock/gmock.h>

#include <filesystem>

#include "ingest/client_keys.h"
#include "tests/ingest/journal_support.h"
#include "tests/support/temp_directory.h"

namespace inkling::ingest {
namespace {

using ::testing::HasSubstr;
using ::testing::SizeIs;
using Known = ClientKeys::Known;

constexpr Timestamp at(std::int64_t seconds) {
  return Timestamp::from_seconds(kArrivalSeconds + seconds);
}

TEST(ClientKeysTest, TellsWhatItHasSeen) {
  ClientKeys keys(std::chrono::minutes(30), 1 << 20);
  EXPECT_EQ(keys.meet("a", at(0)), Known::kNew);
  EXPECT_EQ(keys.meet("a", at(1)), Known::kPending);
  keys.commit("a", {.segment = 1, .record = 0, .offset = 32});
  EXPECT_EQ(keys.meet("a", at(2)), Known::kCommitted);
  EXPECT_EQ(keys.position("a").offset, 32u);
  EXPECT_EQ(keys.meet("b", at(2)), Known::kNew);
}

TEST(ClientKeysTest, ForgetsWithTime) {
  ClientKeys keys(std::chrono::seconds(10), 1 << 20);
  keys.meet("a", at(0));
  keys.commit("a", {});
  EXPECT_EQ(keys.meet("a", at(10)), Known::kCommitted);
  EXPECT_EQ(keys.meet("a", at(11)), Known::kNew);
}

TEST(ClientKeysTest, ForgetsTheOldestWhenTheBoundIsHit) {
  ClientKeys keys(std::chrono::hours(1), 100);
  for (int i = 0; i < 1000; ++i) {
    const std::string key = "key " + std::to_string(i);
    keys.meet(key, at(i));
    keys.commit(key, {});
  }
  EXPECT_LE(keys.size(), 100u / 7 + 2);
  EXPECT_EQ(keys.meet("key 999", at(1000)), Known::kCommitted);
  EXPECT_EQ(keys.meet("key 0", at(1000)), Known::kNew);
}

TEST(ClientKeysTest, WhatWasNotKeptMayComeAgain) {
  ClientKeys keys(std::chrono::hours(1), 1 << 20);
  keys.meet("a", at(0));
  int told = 0;
  keys.add_waiter("a", [&](const Result<Position>&) { ++told; });
  EXPECT_THAT(keys.forget("a"), SizeIs(1));
  EXPECT_EQ(keys.meet("a", at(1)), Known::kNew);
}

class JournalDuplicatesTest : public ::testing::Test {
 protected:
  static IncomingFrame keyed(std::string_view key, std::string_view body) {
    IncomingFrame frame = make_frame(1, body);
    frame.client_key = key;
    return frame;
  }
  static std::vector<std::string> bodies(Journal& journal) {
    journal.close();
    std::vector<std::string> found;
    FrameChunk chunk;
    while (*journal.next(chunk)) found.emplace_back(chunk.bytes.view());
    return found;
  }

  TempDirectory temp_;
  MetricsRegistry metrics_;
  JournalOptions options_ = journal_options(temp_.file("journal"));
};

TEST_F(JournalDuplicatesTest, AFrameSentAgainIsAcknowledgedAndNotKept) {
  auto journal = open_journal(options_, metrics_);
  const auto first = append_and_wait(*journal, keyed("k", "one"));
  const auto again = append_and_wait(*journal, keyed("k", "one"));
  ASSERT_TRUE(first && again);
  EXPECT_EQ(*first, *again);
  EXPECT_THAT(bodies(*journal), ::testing::ElementsAre("one"));
  EXPECT_THAT(metrics_.expose(), HasSubstr("inkling_ingest_journal_duplicate_frames_total 1"));
}

TEST_F(JournalDuplicatesTest, AFrameSentAgainWhileTheFirstWaitsIsToldWithIt) {
  options_.commit_interval = std::chrono::seconds(5);
  auto journal = open_journal(options_, metrics_);
  std::atomic<int> told = 0;
  const auto count = [&](const Result<Position>& result) { told += result.has_value() ? 1 : 0; };
  ASSERT_TRUE(journal->append(keyed("k", "one"), count));
  ASSERT_TRUE(journal->append(keyed("k", "one"), count));
  EXPECT_EQ(told, 0);
  EXPECT_THAT(bodies(*journal), ::testing::ElementsAre("one"));
  journal.reset();
  EXPECT_EQ(told, 2);
}

TEST_F(JournalDuplicatesTest, EqualBodiesWithoutAKeyStay) {
  auto journal = open_journal(options_, metrics_);
  ASSERT_TRUE(append_and_wait(*journal, make_frame(1, "same")));
  ASSERT_TRUE(append_and_wait(*journal, make_frame(1, "same")));
  EXPECT_THAT(bodies(*journal), ::testing::ElementsAre("same", "same"));
}

TEST_F(JournalDuplicatesTest, KeysAreKnownAgainAfterARestart) {
  Position first;
  {
    auto journal = open_journal(options_, metrics_);
    const auto position = append_and_wait(*journal, keyed("k", "one"));
    ASSERT_TRUE(position);
    first = *position;
  }
  auto journal = open_journal(options_, metrics_);
  const auto again = append_and_wait(*journal, keyed("k", "one"));
  ASSERT_TRUE(again);
  EXPECT_EQ(*again, first);
  EXPECT_THAT(bodies(*journal), ::testing::IsEmpty());
}

TEST_F(JournalDuplicatesTest, ARefusedFrameMayComeAgain) {
  options_.commit_interval = std::chrono::hours(1);  // only commit_bytes starts a commit
  options_.max_pending_bytes = 2000;
  options_.commit_bytes = 1800;
  auto journal = open_journal(options_, metrics_);
  ASSERT_TRUE(journal->append(make_frame(1, std::string(700, 'x')), {}));
  const auto refused = journal->append(keyed("k", std::string(1500, 'y')), {});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kUnavailable);
  ASSERT_TRUE(append_and_wait(*journal, make_frame(1, std::string(1000, 'z'))));
  ASSERT_TRUE(journal->append(keyed("k", std::string(1500, 'y')), {}));
  EXPECT_THAT(bodies(*journal), SizeIs(3));
}

// A run that was killed leaves its journal without the mark of a stop.
class JournalAfterAKillTest : public JournalDuplicatesTest {
 protected:
  static IncomingFrame posted(std::string_view client, std::string_view body, int seconds = 0) {
    IncomingFrame frame = make_frame(1, body);
    frame.origin_name = "http " + std::string(client);
    frame.arrival = at(seconds);
    return frame;
  }
  void run_and_kill(std::vector<IncomingFrame> frames) {
    {
      auto journal = open_journal(options_, metrics_);
      for (IncomingFrame& frame : frames) {
        ASSERT_TRUE(append_and_wait(*journal, std::move(frame)));
      }
    }
    std::filesystem::remove(options_.directory + "/clean.stop");
  }
  // What of these frames a later run keeps.
  std::vector<std::string> kept(std::vector<IncomingFrame> frames) {
    auto journal = open_journal(options_, metrics_);
    for (IncomingFrame& frame : frames) {
      EXPECT_TRUE(append_and_wait(*journal, std::move(frame)));
    }
    return bodies(*journal);
  }
  static std::vector<IncomingFrame> list(auto... frames) {
    std::vector<IncomingFrame> all;
    (all.push_back(std::move(frames)), ...);
    return all;
  }
};

TEST_F(JournalAfterAKillTest, AFrameWhoseSenderDidNotHearOfItIsKnownByItsBytesOnce) {
  run_and_kill(list(posted("a", "one"), posted("a", "two", 1)));
  EXPECT_THAT(kept(list(posted("a", "two", 3), posted("a", "two", 4), posted("a", "three", 4))),
              ::testing::ElementsAre("two", "three"));
  EXPECT_THAT(metrics_.expose(), HasSubstr("inkling_ingest_journal_duplicate_frames_total 1"));
}

TEST_F(JournalAfterAKillTest, AnotherClientOrOtherBytesAreNew) {
  run_and_kill(list(posted("a", "one")));
  EXPECT_THAT(kept(list(posted("b", "one", 1), posted("a", "One", 1))),
              ::testing::ElementsAre("one", "One"));
}

TEST_F(JournalAfterAKillTest, WhatWasToldLongBeforeIsNew) {
  run_and_kill(list(posted("a", "one"), posted("a", "last", 11)));
  EXPECT_THAT(kept(list(posted("a", "one", 12))), ::testing::ElementsAre("one"));
}

TEST_F(JournalAfterAKillTest, SomebodyWhoComesMuchLaterIsNew) {
  run_and_kill(list(posted("a", "one")));
  EXPECT_THAT(kept(list(posted("a", "one", 400))), ::testing::ElementsAre("one"));
}

TEST_F(JournalAfterAKillTest, AfterAStopEveryoneWasTold) {
  {
    auto journal = open_journal(options_, metrics_);
    ASSERT_TRUE(append_and_wait(*journal, posted("a", "one")));
  }
  EXPECT_THAT(kept(list(posted("a", "one", 1))), ::testing::ElementsAre("one"));
}

}  // namespace
}  // namespace inkling::ingest
