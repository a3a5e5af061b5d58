#include "ingest/journal_recovery.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <string>
#include <vector>

#include "tests/ingest/journal_support.h"
#include "tests/support/temp_directory.h"

namespace inkling::ingest {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::SizeIs;

// What a journal does with a directory that it, or another program, has used before.
class JournalRecoveryTest : public ::testing::Test {
 protected:
  TempDirectory temp_;
  MetricsRegistry metrics_;
  const std::string directory_ = temp_.file("journal");
  JournalOptions options_ = journal_options(directory_);
};

TEST_F(JournalRecoveryTest, OpenedAgainItFindsOldFramesAndHandsOutOnlyNewOnes) {
  Position old;
  {
    auto journal = open_journal(options_, metrics_);
    old = *append_and_wait(*journal, make_frame(1, "old\n"));
  }
  auto journal = open_journal(options_, metrics_);
  const auto fresh = append_and_wait(*journal, make_frame(1, "new\n"));
  ASSERT_TRUE(fresh.has_value());
  EXPECT_EQ(fresh->segment, old.segment + 1);
  const auto record = journal->read_record(old);
  ASSERT_TRUE(record.has_value());
  EXPECT_EQ(*record, "old");
  std::vector<std::string> found;
  const Timestamp arrival = Timestamp::from_seconds(kArrivalSeconds);
  ASSERT_TRUE(journal
                  ->read_range({arrival - std::chrono::seconds(10), arrival},
                               [&](FrameChunk&& chunk) {
                                 found.emplace_back(chunk.bytes.view());
                                 return true;
                               })
                  .has_value());
  EXPECT_THAT(found, ElementsAre("old\n"));
  journal->close();
  const auto seen = drain(*journal);
  ASSERT_THAT(seen, SizeIs(1));
  EXPECT_EQ(seen[0].body, "new\n");
}

TEST_F(JournalRecoveryTest, ARunWithoutFramesLeavesNoSegment) {
  open_journal(options_, metrics_).reset();
  EXPECT_THAT(*list_segments(directory_), ::testing::IsEmpty());
}

TEST_F(JournalRecoveryTest, CutsATornTailWhereverItWasTorn) {
  Position kept;
  {
    auto journal = open_journal(options_, metrics_);
    kept = *append_and_wait(*journal, make_frame(1, "kept\n"));
  }
  const std::string path = directory_ + "/segment-00000001.ink";
  const std::string sound = read_file(path);
  {
    auto journal = open_journal(options_, metrics_);
    ASSERT_TRUE(append_and_wait(*journal, make_frame(1, std::string(500, 'x'))).has_value());
  }
  // The frame of the second segment, wherever it is cut, is no frame behind the first one's; nor
  // are the zeros that a crash leaves.
  const std::string torn = read_file(directory_ + "/segment-00000002.ink").substr(32);
  std::filesystem::remove(directory_ + "/segment-00000002.ink");
  for (const std::string& tail :
       {torn.substr(0, 1), torn.substr(0, 63), torn.substr(0, 200), std::string(4096, '\0')}) {
    write_file(path, sound + tail);
    auto journal = open_journal(options_, metrics_);
    EXPECT_EQ(read_file(path), sound) << tail.size();
    EXPECT_EQ(*journal->read_record(kept), "kept");
  }
  EXPECT_THAT(metrics_.expose(), HasSubstr("inkling_ingest_journal_cut_bytes_total 4360"));
}

TEST_F(JournalRecoveryTest, CutsAFrameWhoseBodyNeverReachedTheDisk) {
  Position first;
  {
    auto journal = open_journal(options_, metrics_);
    first = *append_and_wait(*journal, make_frame(1, "kept\n"));
    ASSERT_TRUE(append_and_wait(*journal, make_frame(1, std::string(5000, 'x'))).has_value());
  }
  const std::string path = directory_ + "/segment-00000001.ink";
  std::string bytes = read_file(path);
  const std::string intact = bytes;
  std::fill(bytes.end() - 1000, bytes.end(), '\0');
  write_file(path, bytes);
  auto journal = open_journal(options_, metrics_);
  EXPECT_LT(read_file(path).size(), 200u);
  EXPECT_EQ(*journal->read_record(first), "kept");
}

TEST_F(JournalRecoveryTest, LeavesFilesThatAreNotItsOwnAlone) {
  std::filesystem::create_directory(directory_);
  const std::string foreign(500, '?');
  write_file(directory_ + "/segment-00000007.ink", foreign);
  write_file(directory_ + "/notes.txt", "mine");
  auto journal = open_journal(options_, metrics_);
  const auto position = append_and_wait(*journal, make_frame(1, "x\n"));
  ASSERT_TRUE(position.has_value());
  EXPECT_EQ(position->segment, 8u);
  EXPECT_EQ(read_file(directory_ + "/segment-00000007.ink"), foreign);
  EXPECT_EQ(read_file(directory_ + "/notes.txt"), "mine");
}

TEST_F(JournalRecoveryTest, RefusesASecondWriter) {
  auto journal = open_journal(options_, metrics_);
  const auto second = LocalJournal::create(options_, metrics_);
  ASSERT_FALSE(second.has_value());
  EXPECT_EQ(second.error().code, ErrorCode::kUnavailable);
  EXPECT_THAT(second.error().message, HasSubstr(directory_));
}

}  // namespace
}  // namespace inkling::ingest
