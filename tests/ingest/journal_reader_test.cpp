#include "ingest/journal_reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <random>
#include <string>
#include <vector>

#include "tests/ingest/journal_support.h"
#include "tests/support/temp_directory.h"

namespace inkling::ingest {
namespace {

using ::testing::ElementsAre;
using ::testing::SizeIs;

class JournalReaderTest : public ::testing::Test {
 protected:
  // Writes frames in one run and returns what the run itself handed out.
  std::vector<Seen> run(std::vector<IncomingFrame> frames) {
    auto journal = LocalJournal::create(options_, metrics_);
    if (!journal.has_value()) {
      ADD_FAILURE() << journal.error().message;
      return {};
    }
    for (IncomingFrame& frame : frames) {
      EXPECT_TRUE((*journal)->append(std::move(frame), {}).has_value());
    }
    (*journal)->close();
    return drain(**journal);
  }
  std::unique_ptr<JournalReader> open() {
    auto reader = JournalReader::create(directory_);
    if (!reader.has_value()) {
      ADD_FAILURE() << reader.error().message;
      std::abort();
    }
    return std::move(*reader);
  }
  std::string segment(int number) const {
    return segment_path(directory_, static_cast<std::uint32_t>(number));
  }

  TempDirectory temp_;
  MetricsRegistry metrics_;
  const std::string directory_ = temp_.file("journal");
  JournalOptions options_ = journal_options(directory_);
};

std::vector<IncomingFrame> some_frames(unsigned seed, int count) {
  std::mt19937 random(seed);
  std::vector<IncomingFrame> frames;
  for (int i = 0; i < count; ++i) {
    if (random() % 10 == 0) {
      frames.push_back(make_tick());
      continue;
    }
    std::string body(random() % 100'000, '\0');
    for (char& byte : body) byte = static_cast<char>(random());
    frames.push_back(make_frame(1 + static_cast<OriginId>(random() % 3), body));
  }
  return frames;
}

TEST_F(JournalReaderTest, GivesTheFramesAndEpochsOfTheLiveRun) {
  options_.segment_bytes = 1u << 20;  // so that epochs span segments
  const std::vector<Seen> live = run(some_frames(3, 200));
  ASSERT_THAT(live, SizeIs(200));
  ASSERT_GT(live.back().position.segment, 3u);
  auto reader = open();
  EXPECT_EQ(drain(*reader), live);
  EXPECT_EQ(reader->damaged_places(), 0u);
  EXPECT_EQ(reader->bytes_read(), reader->total_bytes());
}

TEST_F(JournalReaderTest, GivesBackWhatTheSenderSaidBesideTheBytes) {
  IncomingFrame frame = make_frame(1, "body");
  frame.attributes = "service=checkout";
  std::vector<IncomingFrame> frames;
  frames.push_back(std::move(frame));
  frames.push_back(make_frame(1, "other"));
  run(std::move(frames));
  const auto reader = open();
  FrameChunk chunk;
  ASSERT_TRUE(*reader->next(chunk));
  ASSERT_NE(chunk.attributes, nullptr);
  EXPECT_EQ(*chunk.attributes, "service=checkout");
  ASSERT_TRUE(*reader->next(chunk));
  EXPECT_EQ(chunk.attributes, nullptr);
}

TEST_F(JournalReaderTest, ReadsAllRuns) {
  std::vector<Seen> live = run(some_frames(4, 20));
  const std::vector<Seen> second = run(some_frames(5, 20));
  live.insert(live.end(), second.begin(), second.end());
  EXPECT_EQ(drain(*open()), live);
}

TEST_F(JournalReaderTest, AnOriginIsItsName) {
  const auto named = [](OriginId id, const char* name) {
    IncomingFrame frame = make_frame(id, name);
    frame.origin_name = name;
    return frame;
  };
  std::vector<IncomingFrame> first;
  first.push_back(named(1, "a"));
  first.push_back(named(2, "b"));
  std::vector<IncomingFrame> second;
  second.push_back(named(1, "b"));
  second.push_back(named(2, "c"));
  run(std::move(first));
  run(std::move(second));
  std::vector<std::pair<std::string, OriginId>> origins;
  for (const Seen& seen : drain(*open())) origins.emplace_back(seen.origin_name, seen.origin);
  const auto pair = [](const char* name) {
    return std::pair(std::string(name), origin_number(name));
  };
  EXPECT_THAT(origins, ElementsAre(pair("a"), pair("b"), pair("b"), pair("c")));
}

// A flipped bit costs at most the frame it is in, wherever it is.
TEST_F(JournalReaderTest, ABitFlipCostsOneFrame) {
  std::vector<IncomingFrame> frames;
  for (int i = 0; i < 5; ++i)
    frames.push_back(make_frame(1, std::string(100, 'a') + char('0' + i)));
  const std::vector<Seen> live = run(std::move(frames));
  const std::string sound = read_file(segment(1));
  std::mt19937 random(11);
  for (int round = 0; round < 300; ++round) {
    const std::size_t byte = random() % sound.size();
    std::string damaged = sound;
    damaged[byte] = static_cast<char>(damaged[byte] ^ (1 << random() % 8));
    write_file(segment(1), damaged);
    auto reader = open();
    std::vector<std::string> bodies;
    for (const Seen& seen : drain(*reader)) bodies.push_back(seen.body);
    std::vector<std::string> expected;
    for (std::size_t i = 0; i < live.size(); ++i) {
      const std::uint64_t begin = live[i].position.offset;
      const std::uint64_t end = i + 1 < live.size() ? live[i + 1].position.offset : sound.size();
      // The zeros behind a body belong to nobody.
      const bool hit = begin <= byte && byte < end;
      const bool in_padding = hit && byte >= end - 8 && sound[byte] == '\0';
      if (!hit || in_padding) expected.push_back(live[i].body);
    }
    ASSERT_EQ(bodies, expected) << "byte " << byte;
  }
}

TEST_F(JournalReaderTest, CountsDamageInTheMiddle) {
  std::vector<IncomingFrame> frames;
  for (int i = 0; i < 3; ++i) frames.push_back(make_frame(1, "body " + std::to_string(i)));
  const std::vector<Seen> live = run(std::move(frames));
  std::string bytes = read_file(segment(1));
  bytes[live[1].position.offset] = '?';
  write_file(segment(1), bytes);
  auto reader = open();
  EXPECT_THAT(drain(*reader), ElementsAre(live[0], live[2]));
  EXPECT_EQ(reader->damaged_places(), 1u);
}

TEST_F(JournalReaderTest, FramesInsideABodyAreNoFrames) {
  run(some_frames(6, 3));
  std::string inner = read_file(segment(1));
  std::filesystem::remove(segment(1));
  std::vector<IncomingFrame> frames;
  frames.push_back(make_frame(1, "names the origin"));
  frames.push_back(make_frame(1, inner));  // its frames are aligned as real ones would be
  frames.push_back(make_frame(1, "behind"));
  const std::vector<Seen> live = run(std::move(frames));
  std::string bytes = read_file(segment(1));
  bytes[live[1].position.offset + 4] ^= 1;  // the reader has to search
  write_file(segment(1), bytes);
  EXPECT_THAT(drain(*open()), ElementsAre(live[0], live[2]));
}

TEST_F(JournalReaderTest, IgnoresATornTailAndWritesNothing) {
  const std::vector<Seen> live = run(some_frames(8, 3));
  const std::string torn = read_file(segment(1)) + std::string(100, 'x');
  write_file(segment(1), torn);
  EXPECT_EQ(drain(*open()), live);
  EXPECT_EQ(read_file(segment(1)), torn);
}

TEST_F(JournalReaderTest, ASegmentOfAnotherVersionIsNotRead) {
  run(some_frames(9, 3));
  std::string bytes = read_file(segment(1));
  const auto header = decode_segment_header(bytes);
  ASSERT_TRUE(header.has_value());
  bytes.replace(0, kSegmentHeaderBytes,
                encode_segment_header({.version = 2, .number = 1, .salt = header->salt}));
  write_file(segment(1), bytes);
  auto reader = open();
  EXPECT_THAT(drain(*reader), ElementsAre());
  EXPECT_EQ(reader->damaged_places(), 1u);
}

TEST_F(JournalReaderTest, MayReadBesideTheWriter) {
  auto journal = LocalJournal::create(options_, metrics_);
  ASSERT_TRUE(journal.has_value());
  ASSERT_TRUE(append_and_wait(**journal, make_frame(1, "x\n")).has_value());
  EXPECT_THAT(drain(*open()), SizeIs(1));
}

TEST_F(JournalReaderTest, ReadsRangesOfWhatWasNoted) {
  const std::vector<Seen> live = run(some_frames(10, 3));
  auto reader = open();
  const Timestamp time = Timestamp::from_seconds(kArrivalSeconds);
  reader->note_times(live[1].position, time, time);
  std::vector<Seen> found;
  ASSERT_TRUE(reader
                  ->read_range({time, time + Duration(1)},
                               [&](FrameChunk&& chunk) {
                                 found.push_back(seen_of(chunk));
                                 return true;
                               })
                  .has_value());
  EXPECT_THAT(found, ElementsAre(live[1]));
}

TEST_F(JournalReaderTest, NamesADirectoryThatIsNoJournal) {
  const auto missing = JournalReader::create(directory_);
  ASSERT_FALSE(missing.has_value());
  EXPECT_EQ(missing.error().code, ErrorCode::kNotFound);
  const auto empty = JournalReader::create(temp_.path());
  ASSERT_FALSE(empty.has_value());
  EXPECT_EQ(empty.error().code, ErrorCode::kNotFound);
}

}  // namespace
}  // namespace inkling::ingest
