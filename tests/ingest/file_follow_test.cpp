#include "ingest/file_follow.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <map>
#include <string>
#include <thread>
#include <vector>

#include "tests/ingest/fake_journal.h"
#include "tests/support/manual_clock.h"
#include "tests/support/temp_directory.h"

namespace inkling::ingest {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class FileFollowTest : public ::testing::Test {
 protected:
  void follow(const std::vector<std::string>& paths) {
    options_.paths = paths;
    auto made = FileFollow::create(
        options_, journal_,
        [this](const std::string& name) {
          return origins_.emplace(name, static_cast<OriginId>(origins_.size() + 1)).first->second;
        },
        clock_, metrics_);
    ASSERT_TRUE(made.has_value()) << made.error().message;
    follow_ = std::move(*made);
  }
  FollowPoll poll() {
    const auto result = follow_->poll_once();
    EXPECT_TRUE(result.has_value());
    return result.has_value() ? *result : FollowPoll{};
  }
  void pass_rotate_wait() { clock_.advance(options_.rotate_wait); }

  TempDirectory temp_;
  MetricsRegistry metrics_;
  ManualClock clock_{Timestamp::from_seconds(1'700'000'000)};
  FakeJournal journal_;
  FollowOptions options_;
  std::map<std::string, OriginId> origins_;
  std::unique_ptr<FileFollow> follow_;
  const std::string log_ = temp_.file("app.log");
};

TEST_F(FileFollowTest, FollowsFromTheEnd) {
  write_file(log_, "old\n");
  follow({log_});
  poll();
  append_file(log_, "new 1\nnew 2\n");
  poll();
  EXPECT_THAT(journal_.bodies(), ElementsAre("new 1\nnew 2\n"));
}

TEST_F(FileFollowTest, FollowsFromTheBeginningIfAsked) {
  write_file(log_, "old\n");
  options_.from_beginning = true;
  follow({log_});
  poll();
  append_file(log_, "new\n");
  poll();
  EXPECT_THAT(journal_.bodies(), ElementsAre("old\n", "new\n"));
}

TEST_F(FileFollowTest, TellsWhereTheFrameEndsAndWhoseItIs) {
  write_file(log_, "old\n");
  follow({log_});
  poll();
  append_file(log_, "new\n");
  poll();
  const auto frames = journal_.frames();
  ASSERT_EQ(frames.size(), 1u);
  EXPECT_EQ(frames[0].resume_offset, 8u);
  EXPECT_EQ(frames[0].origin_name, "file " + log_);
  EXPECT_EQ(frames[0].origin, origins_.at("file " + log_));
}

TEST_F(FileFollowTest, ALineWaitsForItsEnd) {
  write_file(log_, "");
  follow({log_});
  poll();
  append_file(log_, "one\nhal");
  poll();
  append_file(log_, "f");
  EXPECT_EQ(poll().frames, 0u);
  append_file(log_, "\n");
  poll();
  EXPECT_THAT(journal_.bodies(), ElementsAre("one\n", "half\n"));
}

TEST_F(FileFollowTest, ALineBeingWrittenAtTheStartIsTakenWhole) {
  write_file(log_, "old\nhal");
  follow({log_});
  poll();
  append_file(log_, "f\n");
  poll();
  EXPECT_THAT(journal_.bodies(), ElementsAre("half\n"));
}

TEST_F(FileFollowTest, RefusedLinesComeAgain) {
  write_file(log_, "");
  follow({log_});
  poll();
  append_file(log_, "one\n");
  journal_.refuse(1);
  EXPECT_EQ(poll().refused, 1u);
  append_file(log_, "two\n");
  poll();
  EXPECT_THAT(journal_.bodies(), ElementsAre("one\ntwo\n"));
}

TEST_F(FileFollowTest, AFailedJournalIsAnError) {
  write_file(log_, "x\n");
  options_.from_beginning = true;
  follow({log_});
  journal_.refuse(1, ErrorCode::kIo);
  const auto result = follow_->poll_once();
  ASSERT_FALSE(result.has_value());
  EXPECT_EQ(result.error().code, ErrorCode::kIo);
}

TEST_F(FileFollowTest, ARenamedFileIsReadToItsEndBeforeItsSuccessor) {
  write_file(log_, "");
  follow({log_});
  poll();
  append_file(log_, "old 1\n");
  std::filesystem::rename(log_, log_ + ".1");
  write_file(log_, "new 1\n");
  poll();
  append_file(log_ + ".1", "old 2\nold 3");  // the writer has not noticed yet
  append_file(log_, "new 2\n");
  poll();
  EXPECT_EQ(follow_->files(), 2u);
  pass_rotate_wait();
  poll();  // its last line never ends
  pass_rotate_wait();
  poll();
  EXPECT_EQ(follow_->files(), 1u);
  EXPECT_THAT(journal_.bodies(), ElementsAre("old 1\n", "new 1\n", "old 2\n", "new 2\n", "old 3"));
}

TEST_F(FileFollowTest, TheSuccessorWaitsWhileTheOldFileHasMore) {
  options_.frame_bytes = 6;
  write_file(log_, "");
  follow({log_});
  poll();
  append_file(log_, "old 1\nold 2\n");
  std::filesystem::rename(log_, log_ + ".1");
  write_file(log_, "new 1\n");
  EXPECT_TRUE(poll().more);
  poll();
  EXPECT_THAT(journal_.bodies(), ElementsAre("old 1\n", "old 2\n", "new 1\n"));
}

TEST_F(FileFollowTest, AFileRenamedInsideThePatternIsNotReadTwice) {
  follow({temp_.file("app.log*")});
  poll();
  write_file(log_, "one\n");
  poll();
  std::filesystem::rename(log_, log_ + ".1");
  write_file(log_, "two\n");
  poll();
  pass_rotate_wait();
  poll();
  EXPECT_THAT(journal_.bodies(), ElementsAre("one\n", "two\n"));
}

TEST_F(FileFollowTest, ARemovedFileIsReadToItsEnd) {
  write_file(log_, "");
  follow({log_});
  poll();
  append_file(log_, "last words\n");
  std::filesystem::remove(log_);
  poll();
  pass_rotate_wait();
  poll();
  EXPECT_THAT(journal_.bodies(), ElementsAre("last words\n"));
  EXPECT_EQ(follow_->files(), 0u);
}

TEST_F(FileFollowTest, ATruncatedFileIsReadFromItsBegin) {
  write_file(log_, "a long line of the past\n");
  follow({log_});
  poll();
  write_file(log_, "short\n");
  poll();
  EXPECT_THAT(journal_.bodies(), ElementsAre("short\n"));
  EXPECT_THAT(metrics_.expose(), ::testing::HasSubstr("inkling_ingest_follow_truncations_total 1"));
}

TEST_F(FileFollowTest, APatternFindsFilesThatComeLater) {
  follow({temp_.file("*.log")});
  poll();
  write_file(temp_.file("b.log"), "b\n");
  write_file(temp_.file("a.log"), "a\n");
  write_file(temp_.file("c.txt"), "c\n");
  poll();
  EXPECT_THAT(journal_.bodies(), ElementsAre("a\n", "b\n"));
}

TEST_F(FileFollowTest, APathWithTheSignsOfAPatternIsAPath) {
  const std::string path = temp_.file("app[1].log");
  options_.from_beginning = true;
  write_file(path, "x\n");
  follow({path});
  poll();
  EXPECT_THAT(journal_.bodies(), ElementsAre("x\n"));
}

TEST_F(FileFollowTest, ALongFileBecomesManyFrames) {
  options_.from_beginning = true;
  options_.frame_bytes = 10;
  write_file(log_, "1234\n6789\nabcd\n");
  follow({log_});
  EXPECT_TRUE(poll().more);
  EXPECT_FALSE(poll().more);
  EXPECT_THAT(journal_.bodies(), ElementsAre("1234\n6789\n", "abcd\n"));
}

TEST_F(FileFollowTest, ALineLongerThanAFrameIsCutAndCounted) {
  options_.from_beginning = true;
  options_.frame_bytes = 10;
  write_file(log_, "0123456789abc\nx\n");
  follow({log_});
  poll();
  poll();
  EXPECT_THAT(journal_.bodies(), ElementsAre("0123456789", "abc\nx\n"));
  EXPECT_THAT(metrics_.expose(), ::testing::HasSubstr("inkling_ingest_follow_cut_lines_total 1"));
}

TEST_F(FileFollowTest, TellsTheFormatByTheFirstLine) {
  const auto format_of = [&](const std::string& content) {
    write_file(log_, content);
    options_.from_beginning = true;
    follow({log_});
    poll();
    return journal_.frames().back().format;
  };
  EXPECT_EQ(format_of("{\"msg\":\"x\"}\n"), Format::kNdjson);
  EXPECT_EQ(format_of("\n  {\"msg\":\"x\"}\n"), Format::kNdjson);
  EXPECT_EQ(format_of("timestamp,value\n"), Format::kCsvMetrics);
  EXPECT_EQ(format_of("GET / 200\n"), Format::kText);
  options_.format = Format::kText;
  EXPECT_EQ(format_of("{\"msg\":\"x\"}\n"), Format::kText);
}

TEST_F(FileFollowTest, EachFrameOfACsvFileHasTheHeader) {
  write_file(log_, "timestamp,value\n1,2\n");
  follow({log_});
  poll();
  append_file(log_, "2,3\n");
  poll();
  append_file(log_, "3,4\n");
  poll();
  EXPECT_THAT(journal_.bodies(), ElementsAre("timestamp,value\n2,3\n", "timestamp,value\n3,4\n"));
  EXPECT_EQ(journal_.frames().back().resume_offset, 28u);
}

TEST_F(FileFollowTest, FollowsNoMoreFilesThanAllowed) {
  options_.max_files = 1;
  options_.from_beginning = true;
  write_file(temp_.file("a.log"), "a\n");
  write_file(temp_.file("b.log"), "b\n");
  follow({temp_.file("*.log")});
  poll();
  EXPECT_THAT(journal_.bodies(), ElementsAre("a\n"));
}

TEST_F(FileFollowTest, NothingNewIsNoFrame) {
  write_file(log_, "old\n");
  follow({log_, temp_.file("missing.log")});
  poll();
  poll();
  EXPECT_THAT(journal_.bodies(), IsEmpty());
}

TEST_F(FileFollowTest, RunsUntilToldToStop) {
  options_.from_beginning = true;
  options_.poll_interval = std::chrono::milliseconds(1);
  write_file(log_, "x\n");
  follow({log_});
  std::jthread thread(
      [this](const std::stop_token& stop) { EXPECT_TRUE(follow_->run(stop).has_value()); });
  journal_.await(1);
  append_file(log_, "y\n");
  journal_.await(2);
  thread.request_stop();
  thread.join();
  EXPECT_THAT(journal_.bodies(), ElementsAre("x\n", "y\n"));
}

TEST_F(FileFollowTest, RefusesOptionsThatCannotWork) {
  const auto refuses = [&](auto change) {
    FollowOptions options;
    options.paths = {log_};
    change(options);
    const auto made = FileFollow::create(
        options, journal_, [](const std::string&) { return OriginId{1}; }, clock_, metrics_);
    return !made.has_value() && made.error().code == ErrorCode::kInvalidArgument;
  };
  EXPECT_FALSE(refuses([](FollowOptions&) {}));
  EXPECT_TRUE(refuses([](FollowOptions& o) { o.paths.clear(); }));
  EXPECT_TRUE(refuses([](FollowOptions& o) { o.frame_bytes = 0; }));
  EXPECT_TRUE(refuses([](FollowOptions& o) { o.max_files = 0; }));
  EXPECT_TRUE(refuses([](FollowOptions& o) { o.poll_interval = Duration(0); }));
  EXPECT_TRUE(refuses([](FollowOptions& o) { o.format = Format::kJsonDocument; }));
}

}  // namespace
}  // namespace inkling::ingest
