#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cerrno>
#include <string>
#include <vector>

#include "ingest/journal_reader.h"
#include "tests/ingest/journal_support.h"
#include "tests/support/temp_directory.h"

namespace inkling::ingest {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

// What becomes of frames while the disk is full or fails, and after.
class JournalDiskFailureTest : public ::testing::Test {
 protected:
  JournalDiskFailureTest() { options_.retry_interval = std::chrono::milliseconds(1); }
  // Sends a frame until it is taken and durable, as a sender does.
  static Position send(Journal& journal, const std::string& body) {
    while (true) {
      const auto position = append_and_wait(journal, make_frame(1, body));
      if (position) return *position;
    }
  }
  std::vector<std::string> on_disk() {
    auto reader = JournalReader::create(options_.directory);
    return reader ? bodies_of(**reader) : std::vector<std::string>{};
  }

  TempDirectory temp_;
  MetricsRegistry metrics_;
  DiskControl disk_;
  JournalOptions options_ = journal_options(temp_.file("journal"));
};

TEST_F(JournalDiskFailureTest, AFailedSyncIsToldAndNothingOfItIsKept) {
  auto journal = open_journal(options_, metrics_, disk_.disk());
  ASSERT_TRUE(append_and_wait(*journal, make_frame(1, "good\n")));
  disk_.fail_makes(EIO);
  disk_.fail_syncs(EIO);
  const auto lost = append_and_wait(*journal, make_frame(1, "lost\n"));
  ASSERT_FALSE(lost);
  EXPECT_EQ(lost.error().code, ErrorCode::kIo);
  EXPECT_THAT(lost.error().message, HasSubstr("segment-00000001.ink"));
  EXPECT_THAT(on_disk(), ElementsAre("good\n"));
  EXPECT_THAT(metrics_.expose(), HasSubstr("inkling_ingest_journal_errors_total 1\n"));
}

TEST_F(JournalDiskFailureTest, SendersAreToldToWaitWhileItFails) {
  auto journal = open_journal(options_, metrics_, disk_.disk());
  disk_.fail_makes(ENOSPC);
  disk_.fail_writes(ENOSPC);
  ASSERT_FALSE(append_and_wait(*journal, make_frame(1, "lost\n")));
  const auto refused = journal->append(make_frame(1, "later\n"), {});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kUnavailable);
  EXPECT_THAT(metrics_.expose(), HasSubstr("inkling_ingest_journal_failing 1\n"));
}

TEST_F(JournalDiskFailureTest, GoesOnInANewSegmentWhenSpaceReturns) {
  auto journal = open_journal(options_, metrics_, disk_.disk());
  ASSERT_TRUE(append_and_wait(*journal, make_frame(1, "before\n")));
  disk_.fail_writes(ENOSPC);
  ASSERT_FALSE(append_and_wait(*journal, make_frame(1, "meanwhile\n")));
  disk_.fail_writes(0);
  const Position again = send(*journal, "meanwhile\n");
  EXPECT_EQ(again.segment, 2u);
  journal->close();
  EXPECT_THAT(bodies_of(*journal), ElementsAre("before\n", "meanwhile\n"));
  journal.reset();
  EXPECT_THAT(on_disk(), ElementsAre("before\n", "meanwhile\n"));
  EXPECT_THAT(metrics_.expose(), HasSubstr("inkling_ingest_journal_failing 0\n"));
}

TEST_F(JournalDiskFailureTest, ASegmentThatFailedASyncIsNotWrittenAgain) {
  auto journal = open_journal(options_, metrics_, disk_.disk());
  disk_.fail_syncs(EIO);
  ASSERT_FALSE(append_and_wait(*journal, make_frame(1, "a\n")));
  const int makes = disk_.makes();
  disk_.fail_syncs(0);
  send(*journal, "b\n");
  EXPECT_GT(disk_.makes(), makes - 1);
  journal.reset();
  EXPECT_THAT(on_disk(), ElementsAre("b\n"));
}

TEST_F(JournalDiskFailureTest, NumbersOfSegmentsHaveNoGapAfterwards) {
  auto journal = open_journal(options_, metrics_, disk_.disk());
  send(*journal, "a\n");
  for (int i = 0; i < 3; ++i) {
    disk_.fail_writes(ENOSPC);
    ASSERT_FALSE(append_and_wait(*journal, make_frame(1, "x\n")));
    disk_.fail_writes(0);
    send(*journal, "b\n");
  }
  journal.reset();
  auto reader = JournalReader::create(options_.directory);
  ASSERT_TRUE(reader);
  EXPECT_THAT(bodies_of(**reader), ElementsAre("a\n", "b\n", "b\n", "b\n"));
  EXPECT_EQ((*reader)->missing_segments(), 0u);
}

// Nobody would send them again.
TEST_F(JournalDiskFailureTest, FramesWithoutASenderAreHeldBackAndKept) {
  auto journal = open_journal(options_, metrics_, disk_.disk());
  disk_.hold();
  ASSERT_TRUE(journal->append(make_frame(1, "first\n"), {}));
  disk_.await_sync();
  ASSERT_TRUE(journal->append(make_frame(1, "second\n"), {}));
  disk_.fail_syncs(EIO);
  disk_.fail_makes(EIO);
  const int makes = disk_.makes();
  disk_.release();
  while (disk_.makes() < makes + 2) std::this_thread::yield();  // it is tried in vain
  disk_.fail_syncs(0);
  disk_.fail_makes(0);
  send(*journal, "third\n");
  journal->close();
  EXPECT_THAT(bodies_of(*journal), ElementsAre("first\n", "second\n", "third\n"));
  EXPECT_THAT(metrics_.expose(), HasSubstr("inkling_ingest_journal_errors_total 0\n"));
}

TEST_F(JournalDiskFailureTest, AtTheEndNextGivesTheCommittedFramesThenTheError) {
  auto journal = open_journal(options_, metrics_, disk_.disk());
  ASSERT_TRUE(append_and_wait(*journal, make_frame(1, "good\n")));
  disk_.fail_makes(ENOSPC);
  disk_.fail_writes(ENOSPC);
  EXPECT_FALSE(append_and_wait(*journal, make_frame(1, "lost\n")));
  journal->close();
  FrameChunk chunk;
  ASSERT_TRUE(journal->next(chunk));
  EXPECT_EQ(chunk.bytes.view(), "good\n");
  const auto end = journal->next(chunk);
  ASSERT_FALSE(end);
  EXPECT_EQ(end.error().code, ErrorCode::kIo);
}

TEST_F(JournalDiskFailureTest, AKeyOfAFrameThatWasNotKeptMayComeAgain) {
  auto journal = open_journal(options_, metrics_, disk_.disk());
  const auto keyed = [] {
    IncomingFrame frame = make_frame(1, "one\n");
    frame.client_key = "k";
    return frame;
  };
  disk_.fail_writes(ENOSPC);
  ASSERT_FALSE(append_and_wait(*journal, keyed()));
  disk_.fail_writes(0);
  while (!append_and_wait(*journal, keyed())) std::this_thread::yield();
  journal->close();
  EXPECT_THAT(bodies_of(*journal), ElementsAre("one\n"));
}

}  // namespace
}  // namespace inkling::ingest
