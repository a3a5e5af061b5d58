#include "ingest/follow_checkpoint.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <string>
#include <vector>

#include "ingest/file_follow.h"
#include "tests/ingest/fake_journal.h"
#include "tests/support/manual_clock.h"
#include "tests/support/temp_directory.h"

namespace inkling::ingest {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class FollowCheckpointTest : public ::testing::Test {
 protected:
  FollowCheckpointTest() {
    options_.paths = {log_};
    options_.checkpoint = temp_.file("positions");
    journal_.commit_at_once();
  }
  // A new run of the program.
  void start() {
    follow_.reset();
    auto made = FileFollow::create(
        options_, journal_, [](const std::string&) { return OriginId{1}; }, clock_, metrics_);
    ASSERT_TRUE(made.has_value()) << made.error().message;
    follow_ = std::move(*made);
    poll();
  }
  void poll() { ASSERT_TRUE(follow_->poll_once().has_value()); }
  void stop() { follow_.reset(); }

  TempDirectory temp_;
  MetricsRegistry metrics_;
  ManualClock clock_{Timestamp::from_seconds(1'700'000'000)};
  FakeJournal journal_;
  FollowOptions options_;
  const std::string log_ = temp_.file("app.log");
  std::unique_ptr<FileFollow> follow_;
};

TEST_F(FollowCheckpointTest, GoesOnWhereTheRunBeforeStopped) {
  write_file(log_, "old\n");
  start();
  append_file(log_, "one\n");
  poll();
  stop();
  append_file(log_, "two\n");
  start();
  EXPECT_THAT(journal_.bodies(), ElementsAre("one\n", "two\n"));
}

TEST_F(FollowCheckpointTest, ReadsAgainWhatWasNotCommitted) {
  write_file(log_, "old\n");
  start();
  journal_.commit_at_once(false);
  append_file(log_, "one\n");
  poll();
  stop();
  start();
  EXPECT_THAT(journal_.bodies(), ElementsAre("one\n", "one\n"));
}

TEST_F(FollowCheckpointTest, ReadsTheRestOfAFileThatWasRenamedMeanwhile) {
  write_file(log_, "old\n");
  start();
  append_file(log_, "one\n");
  poll();
  stop();
  append_file(log_, "two\n");
  std::filesystem::rename(log_, log_ + ".1");
  write_file(log_, "three\n");
  start();
  poll();
  EXPECT_THAT(journal_.bodies(), ElementsAre("one\n", "two\n", "three\n"));
}

TEST_F(FollowCheckpointTest, ReadsACopiedAwayFileFromItsBegin) {
  write_file(log_, "a first line that stays\n");
  options_.from_beginning = true;
  start();
  stop();
  write_file(log_, "other lines that are longer than all the old ones were\n");
  start();
  EXPECT_THAT(journal_.bodies(),
              ElementsAre("a first line that stays\n",
                          "other lines that are longer than all the old ones were\n"));
}

TEST_F(FollowCheckpointTest, NoticesACopyTruncateBetweenTwoLooks) {
  write_file(log_, "one\n");
  options_.from_beginning = true;
  start();
  write_file(log_, "two, longer than before\n");
  poll();
  EXPECT_THAT(journal_.bodies(), ElementsAre("one\n", "two, longer than before\n"));
}

TEST_F(FollowCheckpointTest, KeepsAStackTraceTogether) {
  write_file(log_, "2024-06-14 10:11:12 ERROR failed\n");
  options_.from_beginning = true;
  start();
  EXPECT_THAT(journal_.bodies(), IsEmpty());
  append_file(log_, "java.io.IOException: reset\n\tat a.B.c(B.java:1)\n");
  poll();
  EXPECT_THAT(journal_.bodies(), IsEmpty());
  append_file(log_, "2024-06-14 10:11:13 INFO next\n");
  poll();
  EXPECT_THAT(journal_.bodies(),
              ElementsAre("2024-06-14 10:11:12 ERROR failed\njava.io.IOException: reset\n"
                          "\tat a.B.c(B.java:1)\n2024-06-14 10:11:13 INFO next\n"));
}

TEST_F(FollowCheckpointTest, SendsAStackTraceThatIsQuiet) {
  write_file(log_, "2024-06-14 10:11:12 ERROR failed\n");
  options_.from_beginning = true;
  start();
  clock_.advance(options_.record_wait);
  poll();
  EXPECT_THAT(journal_.bodies(), ElementsAre("2024-06-14 10:11:12 ERROR failed\n"));
}

TEST_F(FollowCheckpointTest, IgnoresLinesThatAreNoPositions) {
  write_file(options_.checkpoint, "x\n{\"path\":\"a\"}\n[]\n{\"path\":\"b\",\"offset\":-3}\n");
  EXPECT_THAT(load_follow_positions(options_.checkpoint), IsEmpty());
  EXPECT_THAT(load_follow_positions(temp_.file("none")), IsEmpty());
}

}  // namespace
}  // namespace inkling::ingest
