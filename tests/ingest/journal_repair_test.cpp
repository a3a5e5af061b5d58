#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <string>
#include <vector>

#include "ingest/journal_cursor.h"
#include "ingest/journal_reader.h"
#include "tests/ingest/journal_support.h"
#include "tests/support/temp_directory.h"

namespace inkling::ingest {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

// Damage in the middle of a journal: skipped, copied, counted to the byte.
class JournalRepairTest : public ::testing::Test {
 protected:
  // Five frames in one segment, and a second segment with one.
  void SetUp() override {
    {
      auto journal = open_journal(options_, metrics_);
      for (int i = 0; i < 5; ++i) {
        const std::string body(200, static_cast<char>('a' + i));
        positions_.push_back(*append_and_wait(*journal, make_frame(1, body)));
      }
    }
    auto journal = open_journal(options_, metrics_);
    positions_.push_back(*append_and_wait(*journal, make_frame(1, std::string(200, 'f'))));
  }
  std::string segment() const { return segment_path(options_.directory, 1); }
  std::uint64_t frame_bytes() const { return positions_[1].offset - positions_[0].offset; }
  void damage(std::uint64_t offset, std::uint64_t length = 1) {
    std::string bytes = read_file(segment());
    for (std::uint64_t i = 0; i < length; ++i) bytes[offset + i] ^= 0x55;
    write_file(segment(), bytes);
  }
  // Opens the journal as after a restart and reads all of it.
  std::string read_again(MetricsRegistry& metrics) {
    auto journal = open_journal(options_, metrics);
    EXPECT_TRUE(journal->resume_behind(Position{}));
    journal->close();
    std::string letters;
    for (const std::string& body : bodies_of(*journal)) letters += body.substr(0, 1);
    return letters;
  }
  static std::string counted(MetricsRegistry& metrics) {
    const std::string text = metrics.expose();
    std::string found;
    for (const char* name : {"places", "bytes"}) {
      const std::string key = std::string("\ninkling_ingest_journal_damaged_") + name + "_total ";
      const std::size_t at = text.find(key);
      if (at == std::string::npos) continue;
      found += text.substr(at + key.size(), text.find('\n', at + 1) - at - key.size()) + " " +
               name + " ";
    }
    return found;
  }
  std::vector<std::string> quarantined() const {
    std::vector<std::string> names;
    std::error_code error;
    const std::filesystem::path directory = options_.directory + "/quarantine";
    for (std::filesystem::directory_iterator entry(directory, error), end; !error && entry != end;
         entry.increment(error)) {
      names.push_back(entry->path().filename().string());
    }
    std::sort(names.begin(), names.end());
    return names;
  }
  std::string expected_name(std::uint64_t begin, std::uint64_t length) const {
    return "segment-00000001-" + std::to_string(begin) + "-" + std::to_string(length) + ".bad";
  }

  TempDirectory temp_;
  MetricsRegistry metrics_;
  JournalOptions options_ = journal_options(temp_.file("journal"));
  std::vector<Position> positions_;
};

TEST_F(JournalRepairTest, ADamagedHeaderCostsItsFrame) {
  damage(positions_[2].offset);
  MetricsRegistry metrics;
  EXPECT_EQ(read_again(metrics), "abdef");
  EXPECT_EQ(counted(metrics), "1 places " + std::to_string(frame_bytes()) + " bytes ");
  EXPECT_THAT(quarantined(), ElementsAre(expected_name(positions_[2].offset, frame_bytes())));
}

TEST_F(JournalRepairTest, ADamagedBodyCostsItsFrame) {
  damage(positions_[3].offset + 150);
  MetricsRegistry metrics;
  EXPECT_EQ(read_again(metrics), "abcef");
  EXPECT_EQ(counted(metrics), "1 places " + std::to_string(frame_bytes()) + " bytes ");
  EXPECT_THAT(quarantined(), ElementsAre(expected_name(positions_[3].offset, frame_bytes())));
}

TEST_F(JournalRepairTest, TheCopyHoldsTheBytes) {
  damage(positions_[1].offset + 10, 20);
  const std::string bytes = read_file(segment()).substr(positions_[1].offset, frame_bytes());
  MetricsRegistry metrics;
  EXPECT_EQ(read_again(metrics), "acdef");
  EXPECT_EQ(read_file(options_.directory + "/quarantine/" +
                      expected_name(positions_[1].offset, frame_bytes())),
            bytes);
}

TEST_F(JournalRepairTest, PlacesAreCountedOneByOne) {
  damage(positions_[0].offset + 4);
  damage(positions_[2].offset + 100, 100);
  damage(positions_[4].offset + 60, 4);
  MetricsRegistry metrics;
  EXPECT_EQ(read_again(metrics), "bdf");
  EXPECT_EQ(counted(metrics), "3 places " + std::to_string(3 * frame_bytes()) + " bytes ");
}

TEST_F(JournalRepairTest, NeighboursWithDamagedHeadersAreOnePlace) {
  damage(positions_[1].offset);
  damage(positions_[2].offset);
  MetricsRegistry metrics;
  EXPECT_EQ(read_again(metrics), "adef");
  EXPECT_EQ(counted(metrics), "1 places " + std::to_string(2 * frame_bytes()) + " bytes ");
}

TEST_F(JournalRepairTest, TheSegmentHeaderCostsNoFrame) {
  damage(3);
  MetricsRegistry metrics;
  EXPECT_EQ(read_again(metrics), "abcdef");
  EXPECT_EQ(counted(metrics), "1 places 32 bytes ");
}

TEST_F(JournalRepairTest, BytesBehindTheLastFrameOfAnOldSegmentAreAPlace) {
  write_file(segment(), read_file(segment()) + std::string(40, 'x'));
  MetricsRegistry metrics;
  EXPECT_EQ(read_again(metrics), "abcdef");
  EXPECT_EQ(counted(metrics), "1 places 40 bytes ");
}

TEST_F(JournalRepairTest, TheQuarantineIsBoundedAndTheCountIsNot) {
  options_.max_quarantine_bytes = 10;
  damage(positions_[2].offset);
  MetricsRegistry metrics;
  EXPECT_EQ(read_again(metrics), "abdef");
  EXPECT_EQ(counted(metrics), "1 places " + std::to_string(frame_bytes()) + " bytes ");
  EXPECT_THAT(quarantined(), IsEmpty());
}

TEST_F(JournalRepairTest, AReaderChangesNothing) {
  damage(positions_[2].offset);
  const auto reader = JournalReader::create(options_.directory);
  ASSERT_TRUE(reader);
  EXPECT_EQ(bodies_of(**reader).size(), 5u);
  EXPECT_EQ((*reader)->damaged_places(), 1u);
  EXPECT_THAT(quarantined(), IsEmpty());
}

TEST_F(JournalRepairTest, ACursorStopsWhereItIsToldAndGoesOn) {
  JournalCursor cursor(options_.directory);
  FrameChunk chunk;
  std::string letters;
  for (const Position& end : {positions_[2], positions_[2], positions_[5], Position{3, 0, 0}}) {
    while (*cursor.next(end, chunk)) letters += chunk.bytes.view().front();
    letters += '|';
  }
  EXPECT_EQ(letters, "ab||cde|f|");
  EXPECT_EQ(cursor.damage(), JournalCursor::Damage{});
}

}  // namespace
}  // namespace inkling::ingest
