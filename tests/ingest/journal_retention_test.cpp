#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <string>
#include <vector>

#include "ingest/journal_reader.h"
#include "tests/ingest/journal_support.h"
#include "tests/support/temp_directory.h"

namespace inkling::ingest {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

// Which segments go, which stay, and what a later run is given of them. Every frame fills a
// segment.
class JournalRetentionTest : public ::testing::Test {
 protected:
  JournalRetentionTest() {
    options_.segment_bytes = 4096;
    options_.max_bytes = 20'000;  // five segments
  }
  static IncomingFrame frame(int number, std::int64_t seconds = 0) {
    IncomingFrame made = make_frame(1, std::string(3500, static_cast<char>('a' + number)));
    made.arrival = Timestamp::from_seconds(kArrivalSeconds + seconds);
    return made;
  }
  std::vector<std::uint32_t> segments() const {
    std::vector<std::uint32_t> numbers;
    const auto all = list_segments(options_.directory);
    if (!all) return numbers;
    for (const SegmentName& segment : *all) numbers.push_back(segment.number);
    return numbers;
  }
  static void merge(Journal& journal, Position position) {
    const Timestamp time = Timestamp::from_seconds(kArrivalSeconds);
    journal.note_times(position, time, time);
  }
  std::string segment(std::uint32_t number) const {
    return segment_path(options_.directory, number);
  }
  // First letters of what is handed out, without waiting for more.
  static std::string letters(ChunkSource& source) {
    std::string found;
    for (const std::string& body : bodies_of(source)) found += body.substr(0, 1);
    return found;
  }

  TempDirectory temp_;
  MetricsRegistry metrics_;
  JournalOptions options_ = journal_options(temp_.file("journal"));
};

TEST_F(JournalRetentionTest, TheOldestGoWhenTheBoundIsReached) {
  auto journal = open_journal(options_, metrics_);
  for (int i = 0; i < 8; ++i) {
    const auto position = append_and_wait(*journal, frame(i));
    ASSERT_TRUE(position);
    merge(*journal, *position);
  }
  EXPECT_THAT(segments(), ElementsAre(4, 5, 6, 7, 8));
  EXPECT_THAT(metrics_.expose(), HasSubstr("inkling_ingest_journal_removed_segments_total 3\n"));
}

TEST_F(JournalRetentionTest, WhatIsNotMergedStaysAndTheJournalIsFull) {
  auto journal = open_journal(options_, metrics_);
  std::vector<Position> positions;
  for (int i = 0; i < 5; ++i) {
    const auto position = append_and_wait(*journal, frame(i));
    ASSERT_TRUE(position);
    positions.push_back(*position);
  }
  const auto refused = journal->append(frame(5), {});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kUnavailable);
  EXPECT_THAT(refused.error().message, HasSubstr("journal.max_bytes"));
  EXPECT_THAT(segments(), ElementsAre(1, 2, 3, 4, 5));
  merge(*journal, positions[1]);  // the first may go, the second is still needed
  ASSERT_TRUE(append_and_wait(*journal, frame(5)));
  EXPECT_THAT(segments(), ElementsAre(2, 3, 4, 5, 6));
}

TEST_F(JournalRetentionTest, WhatACheckpointNeedsStaysThoughItIsMerged) {
  auto journal = open_journal(options_, metrics_);
  std::vector<Position> positions;
  for (int i = 0; i < 5; ++i) {
    const auto position = append_and_wait(*journal, frame(i));
    ASSERT_TRUE(position);
    positions.push_back(*position);
    if (i == 0) journal->set_needed_from(*position);
    merge(*journal, *position);
  }
  EXPECT_FALSE(journal->append(frame(5), {}));
  journal->set_needed_from(positions[3]);
  journal->set_needed_from(positions[2]);  // it never goes back
  for (int i = 5; i < 8; ++i) ASSERT_TRUE(append_and_wait(*journal, frame(i)));
  EXPECT_THAT(segments(), ElementsAre(4, 5, 6, 7, 8));
  EXPECT_FALSE(journal->append(frame(8), {}));
}

TEST_F(JournalRetentionTest, SegmentsGoByAge) {
  options_.max_bytes = 0;
  options_.max_age = std::chrono::seconds(100);
  auto journal = open_journal(options_, metrics_);
  for (const int seconds : {0, 50, 90, 151}) {
    const auto position = append_and_wait(*journal, frame(0, seconds));
    ASSERT_TRUE(position);
    merge(*journal, *position);
  }
  ASSERT_TRUE(append_and_wait(*journal, frame(0, 152)));
  EXPECT_THAT(segments(), ElementsAre(3, 4, 5));
}

TEST_F(JournalRetentionTest, OldSegmentsOfEarlierRunsGoAsWell) {
  for (int i = 0; i < 4; ++i) {
    auto journal = open_journal(options_, metrics_);
    ASSERT_TRUE(append_and_wait(*journal, frame(i)));
  }
  auto journal = open_journal(options_, metrics_);
  ASSERT_TRUE(append_and_wait(*journal, frame(4)));
  ASSERT_TRUE(append_and_wait(*journal, frame(5)));
  // Frames 5 and 6 are not merged; those of earlier runs are not asked for.
  EXPECT_THAT(segments(), ElementsAre(2, 3, 4, 5, 6));
}

TEST_F(JournalRetentionTest, ASegmentStaysWhileWhatIsNeededOfItCannotBeCopied) {
  auto journal = open_journal(options_, metrics_);
  bool works = false;
  std::vector<std::uint32_t> asked;
  journal->set_before_removal([&](std::uint32_t number) -> Result<void> {
    asked.push_back(number);
    if (works) return {};
    return fail(ErrorCode::kIo, "no room");
  });
  for (int i = 0; i < 6; ++i) {
    const auto position = append_and_wait(*journal, frame(i));
    ASSERT_TRUE(position);
    merge(*journal, *position);
  }
  EXPECT_THAT(segments(), ElementsAre(1, 2, 3, 4, 5, 6));
  works = true;
  ASSERT_TRUE(append_and_wait(*journal, frame(6)));
  EXPECT_THAT(segments(), ElementsAre(3, 4, 5, 6, 7));
  EXPECT_THAT(asked, ElementsAre(1, 1, 2));
}

TEST_F(JournalRetentionTest, AFrameThatCanNeverFitIsRefusedForGood) {
  auto journal = open_journal(options_, metrics_);
  const auto refused = journal->append(make_frame(1, std::string(15'000, 'x')), {});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kInvalidArgument);
}

TEST_F(JournalRetentionTest, ALaterRunGoesOnBehindWhatItIsTold) {
  Position third;
  {
    auto journal = open_journal(options_, metrics_);
    for (int i = 0; i < 5; ++i) {
      const auto position = append_and_wait(*journal, frame(i));
      ASSERT_TRUE(position);
      if (i == 2) third = *position;
    }
  }
  auto journal = open_journal(options_, metrics_);
  ASSERT_TRUE(journal->resume_behind(third));
  // The first two may go now; what is behind the third may not.
  ASSERT_TRUE(append_and_wait(*journal, frame(5)));
  journal->close();
  EXPECT_EQ(letters(*journal), "def");
}

TEST_F(JournalRetentionTest, ResumingBehindNothingGivesEverything) {
  {
    auto journal = open_journal(options_, metrics_);
    for (int i = 0; i < 3; ++i) ASSERT_TRUE(append_and_wait(*journal, frame(i)));
  }
  auto journal = open_journal(options_, metrics_);
  ASSERT_TRUE(journal->resume_behind(Position{}));
  journal->close();
  EXPECT_EQ(letters(*journal), "abc");
}

TEST_F(JournalRetentionTest, ResumesBetweenFramesOfOneSegment) {
  options_.segment_bytes = 1 << 20;
  options_.max_bytes = 0;
  std::vector<Position> positions;
  {
    auto journal = open_journal(options_, metrics_);
    for (int i = 0; i < 4; ++i) positions.push_back(*append_and_wait(*journal, frame(i)));
  }
  for (std::size_t i = 0; i < positions.size(); ++i) {
    auto journal = open_journal(options_, metrics_);
    ASSERT_TRUE(journal->resume_behind(positions[i]));
    journal->close();
    EXPECT_EQ(letters(*journal), std::string("abcd").substr(i + 1));
  }
}

TEST_F(JournalRetentionTest, AMissingSegmentIsCountedOnceAndTheOthersAreRead) {
  Position first;
  {
    auto journal = open_journal(options_, metrics_);
    for (int i = 0; i < 4; ++i) {
      const auto position = append_and_wait(*journal, frame(i));
      ASSERT_TRUE(position);
      if (i == 0) first = *position;
    }
  }
  std::filesystem::remove(segment(3));
  auto journal = open_journal(options_, metrics_);
  ASSERT_TRUE(journal->resume_behind(first));
  journal->close();
  EXPECT_EQ(letters(*journal), "bd");
  EXPECT_THAT(metrics_.expose(), HasSubstr("inkling_ingest_journal_missing_segments_total 1\n"));
  const auto reader = JournalReader::create(options_.directory);
  ASSERT_TRUE(reader);
  EXPECT_EQ(letters(**reader), "abd");
  EXPECT_EQ((*reader)->missing_segments(), 1u);
}

TEST_F(JournalRetentionTest, NumbersThatACheckpointKnowsDoNotComeAgain) {
  Position last;
  {
    auto journal = open_journal(options_, metrics_);
    for (int i = 0; i < 3; ++i) last = *append_and_wait(*journal, frame(i));
  }
  std::filesystem::remove(segment(2));
  std::filesystem::remove(segment(3));
  auto journal = open_journal(options_, metrics_);
  ASSERT_TRUE(journal->resume_behind(last));
  const auto position = append_and_wait(*journal, frame(7));
  ASSERT_TRUE(position);
  EXPECT_EQ(position->segment, 4u);
  journal->close();
  EXPECT_EQ(letters(*journal), "h");
  EXPECT_THAT(metrics_.expose(), HasSubstr("inkling_ingest_journal_missing_segments_total 1\n"));
}

TEST_F(JournalRetentionTest, EarlierFramesAreFoundInRangesAndByTime) {
  options_.max_bytes = 0;
  {
    auto journal = open_journal(options_, metrics_);
    for (int i = 0; i < 4; ++i) ASSERT_TRUE(append_and_wait(*journal, frame(i, 7200 * i)));
  }
  auto journal = open_journal(options_, metrics_);
  const auto found = [&](std::int64_t begin, std::int64_t end) {
    std::string letters;
    const auto at = [](std::int64_t s) { return Timestamp::from_seconds(kArrivalSeconds + s); };
    EXPECT_TRUE(journal->read_range({at(begin), at(end)}, [&](FrameChunk&& chunk) {
      letters += chunk.bytes.view().front();
      return true;
    }));
    return letters;
  };
  // From an hour before to a minute after its arrival.
  EXPECT_EQ(found(7200 - 3000, 7200), "b");
  EXPECT_EQ(found(61, 3000), "");
  EXPECT_EQ(found(0, 30'000), "abcd");
}

}  // namespace
}  // namespace inkling::ingest
