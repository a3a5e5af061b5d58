#include "ingest/journal.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <atomic>
#include <cerrno>
#include <filesystem>
#include <map>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "tests/ingest/journal_support.h"
#include "tests/support/temp_directory.h"

namespace inkling::ingest {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::SizeIs;

mode_t mode_of(const std::string& path) {
  struct stat status{};
  EXPECT_EQ(::stat(path.c_str(), &status), 0) << path;
  return status.st_mode & 07777;
}

std::string random_bytes(std::mt19937& random, std::size_t size) {
  std::string bytes(size, '\0');
  for (char& byte : bytes) byte = static_cast<char>(random());
  return bytes;
}

class JournalTest : public ::testing::Test {
 protected:
  TempDirectory temp_;
  MetricsRegistry metrics_;
  const std::string directory_ = temp_.file("journal");
  JournalOptions options_ = journal_options(directory_);
};

TEST_F(JournalTest, HandsOutWhatWasAppendedByteForByte) {
  std::mt19937 random(7);
  auto journal = open_journal(options_, metrics_);
  std::vector<Seen> expected;
  for (std::uint32_t i = 0; i < 50; ++i) {
    const std::string body = random_bytes(random, random() % 3000);
    const auto position = append_and_wait(*journal, make_frame(i % 3, body));
    ASSERT_TRUE(position.has_value());
    expected.push_back({.position = *position,
                        .origin = origin_number("origin " + std::to_string(i % 3)),
                        .origin_name = "origin " + std::to_string(i % 3),
                        .arrival = Timestamp::from_seconds(kArrivalSeconds),
                        .body = body});
  }
  journal->close();
  EXPECT_EQ(drain(*journal), expected);
}

TEST_F(JournalTest, KeepsFormatEncodingAndArrival) {
  auto journal = open_journal(options_, metrics_);
  IncomingFrame frame = make_frame(9, "a,b\n1,2\n");
  frame.format = Format::kCsvMetrics;
  frame.encoding = Encoding::kZstd;
  frame.arrival = Timestamp::from_ns(123456789);
  const auto position = append_and_wait(*journal, std::move(frame));
  ASSERT_TRUE(position.has_value());
  FrameChunk chunk;
  ASSERT_TRUE(journal->next(chunk).has_value());
  EXPECT_EQ(chunk.header.format, Format::kCsvMetrics);
  EXPECT_EQ(chunk.header.encoding, Encoding::kZstd);
  EXPECT_EQ(chunk.header.arrival, Timestamp::from_ns(123456789));
  EXPECT_EQ(chunk.header.position, *position);
}

TEST_F(JournalTest, MakesPrivateDirectoryAndFiles) {
  auto journal = open_journal(options_, metrics_);
  ASSERT_TRUE(append_and_wait(*journal, make_frame(1, "x\n")).has_value());
  EXPECT_EQ(mode_of(directory_), 0700u);
  EXPECT_EQ(mode_of(directory_ + "/segment-00000001.ink"), 0600u);
}

TEST_F(JournalTest, AcknowledgesOnlyAfterTheSync) {
  DiskControl disk;
  auto journal = open_journal(options_, metrics_, disk.disk());
  disk.hold();
  std::atomic<bool> acknowledged = false;
  ASSERT_TRUE(
      journal
          ->append(make_frame(1, "x\n"),
                   [&](const Result<Position>& result) { acknowledged = result.has_value(); })
          .has_value());
  disk.await_sync();
  EXPECT_FALSE(acknowledged);
  disk.release();
  FrameChunk chunk;
  ASSERT_TRUE(journal->next(chunk).has_value());
  journal.reset();
  EXPECT_TRUE(acknowledged);
}

TEST_F(JournalTest, OneSyncCommitsManyFrames) {
  DiskControl disk;
  options_.commit_interval = std::chrono::hours(1);
  options_.commit_bytes = 100 * 1024;
  auto journal = open_journal(options_, metrics_, disk.disk());
  const int before = disk.syncs();
  for (int i = 0; i < 99; ++i) {
    ASSERT_TRUE(journal->append(make_frame(1, std::string(960, 'x')), {}).has_value());
  }
  // This one reaches commit_bytes.
  ASSERT_TRUE(append_and_wait(*journal, make_frame(1, std::string(8000, 'x'))).has_value());
  EXPECT_EQ(disk.syncs(), before + 1);
}

TEST_F(JournalTest, MemoryDurabilityDoesNotWaitForTheDisk) {
  DiskControl disk;
  options_.durability = Durability::kMemory;
  options_.commit_interval = std::chrono::hours(1);
  auto journal = open_journal(options_, metrics_, disk.disk());
  ASSERT_TRUE(append_and_wait(*journal, make_frame(1, "x\n")).has_value());
  EXPECT_EQ(disk.syncs(), 0);
}

TEST_F(JournalTest, RefusesBeyondThePendingBound) {
  DiskControl disk;
  options_.max_pending_bytes = 10'000;
  auto journal = open_journal(options_, metrics_, disk.disk());
  disk.hold();
  ASSERT_TRUE(journal->append(make_frame(1, std::string(6000, 'x')), {}).has_value());
  disk.await_sync();
  const auto refused = journal->append(make_frame(1, std::string(6000, 'y')), {});
  ASSERT_FALSE(refused.has_value());
  EXPECT_EQ(refused.error().code, ErrorCode::kUnavailable);
  EXPECT_TRUE(journal->append(make_frame(1, std::string(2000, 'z')), {}).has_value());
  disk.release();
  journal->close();
  const auto seen = drain(*journal);
  ASSERT_THAT(seen, SizeIs(2));
  EXPECT_EQ(seen[1].body, std::string(2000, 'z'));
}

TEST_F(JournalTest, RefusesWhileThePipelineLagsTooFarBehind) {
  options_.max_backlog_bytes = 10'000;
  options_.max_pending_bytes = 5000;  // of memory, too: the second frame comes back from the disk
  auto journal = open_journal(options_, metrics_);
  ASSERT_TRUE(append_and_wait(*journal, make_frame(1, std::string(4000, 'a'))).has_value());
  ASSERT_TRUE(append_and_wait(*journal, make_frame(1, std::string(4000, 'b'))).has_value());
  const auto refused = journal->append(make_frame(1, std::string(4000, 'c')), {});
  ASSERT_FALSE(refused.has_value());
  EXPECT_EQ(refused.error().code, ErrorCode::kUnavailable);
  EXPECT_THAT(refused.error().message, HasSubstr("max_backlog_bytes"));
  EXPECT_THAT(metrics_.expose(),
              HasSubstr("journal_refused_frames_total{reason=\"backlog_full\"} 1"));
  EXPECT_TRUE(append_and_wait(*journal, make_tick()).has_value());  // time goes on

  FrameChunk chunk;
  ASSERT_TRUE(journal->next(chunk).has_value());
  EXPECT_TRUE(append_and_wait(*journal, make_frame(1, std::string(4000, 'd'))).has_value());
  journal->close();
  std::string firsts;
  for (const Seen& seen : drain(*journal)) firsts += seen.body.substr(0, 1);
  EXPECT_EQ(firsts, "bd");
  EXPECT_THAT(metrics_.expose(), HasSubstr("inkling_ingest_journal_backlog_bytes 0"));
}

TEST_F(JournalTest, TakesAFrameHeavierThanTheBacklogWhenNothingWaits) {
  options_.max_backlog_bytes = 1000;
  auto journal = open_journal(options_, metrics_);
  EXPECT_TRUE(append_and_wait(*journal, make_frame(1, std::string(5000, 'x'))).has_value());
  EXPECT_FALSE(journal->append(make_frame(1, "y\n"), {}).has_value());
}

TEST_F(JournalTest, TakesAFrameHeavierThanTheBoundWhenNothingWaits) {
  options_.max_pending_bytes = 1000;
  auto journal = open_journal(options_, metrics_);
  EXPECT_TRUE(append_and_wait(*journal, make_frame(1, std::string(5000, 'x'))).has_value());
}

TEST_F(JournalTest, FramesBehindTheMemoryBoundComeBackFromDisk) {
  options_.max_pending_bytes = 10'000;
  auto journal = open_journal(options_, metrics_);
  std::vector<std::string> expected;
  for (int i = 0; i < 10; ++i) {
    expected.push_back(std::string(4000, static_cast<char>('a' + i)));
    ASSERT_TRUE(append_and_wait(*journal, make_frame(1, expected.back())).has_value());
  }
  journal->close();
  std::vector<std::string> bodies;
  for (const Seen& seen : drain(*journal)) {
    EXPECT_EQ(seen.origin_name, "origin 1");
    bodies.push_back(seen.body);
  }
  EXPECT_EQ(bodies, expected);
}

TEST_F(JournalTest, EveryoneWhoWaitsHearsOfTheFailure) {
  DiskControl disk;
  auto journal = open_journal(options_, metrics_, disk.disk());
  disk.hold();
  std::atomic<int> failures = 0;
  const auto count = [&](const Result<Position>& result) {
    if (!result.has_value() && result.error().code == ErrorCode::kIo) ++failures;
  };
  ASSERT_TRUE(journal->append(make_frame(1, "in the batch\n"), count).has_value());
  disk.await_sync();
  ASSERT_TRUE(journal->append(make_frame(1, "waiting\n"), count).has_value());
  disk.fail_syncs(EIO);
  disk.release();
  journal.reset();
  EXPECT_EQ(failures, 2);
}

TEST_F(JournalTest, ConcurrentAppendsAreFoundOnceAndInTheOrderOfTheirThread) {
  constexpr int kThreads = 4;
  constexpr int kFrames = 500;
  options_.segment_bytes = 32 * 1024;  // many segments on the way
  auto journal = open_journal(options_, metrics_);
  std::vector<std::thread> threads;
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([&journal, t] {
      for (int i = 0; i < kFrames; ++i) {
        EXPECT_TRUE(
            journal->append(make_frame(static_cast<OriginId>(t), std::to_string(i) + "\n"), {})
                .has_value());
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  journal->close();
  std::map<std::string, int> next;
  Position last;
  for (const Seen& seen : drain(*journal)) {
    EXPECT_EQ(seen.body, std::to_string(next[seen.origin_name]++) + "\n");
    EXPECT_EQ(seen.origin, origin_number(seen.origin_name));
    EXPECT_LT(last, seen.position);
    last = seen.position;
  }
  EXPECT_EQ(next, (std::map<std::string, int>{{"origin 0", kFrames},
                                              {"origin 1", kFrames},
                                              {"origin 2", kFrames},
                                              {"origin 3", kFrames}}));
  EXPECT_GT(last.segment, 2u);
}

TEST_F(JournalTest, EpochsEndAfterTicksAndAfterAMebibyte) {
  auto journal = open_journal(options_, metrics_);
  const std::string half(512 * 1024, 'x');
  for (auto* frame : {"half", "tick", "half", "half", "half", "tick", "tick"}) {
    ASSERT_TRUE(
        journal->append(std::string_view(frame) == "tick" ? make_tick() : make_frame(1, half), {})
            .has_value());
  }
  journal->close();
  std::vector<bool> ends;
  for (const Seen& seen : drain(*journal)) ends.push_back(seen.ends_epoch);
  EXPECT_THAT(ends, ElementsAre(false, true, false, true, false, true, true));
}

TEST_F(JournalTest, ReadsARecordOfAFrame) {
  auto journal = open_journal(options_, metrics_);
  ASSERT_TRUE(append_and_wait(*journal, make_frame(1, "other\n")).has_value());
  auto position = append_and_wait(*journal, make_frame(1, "zero\n\ntwo\r\nlast"));
  ASSERT_TRUE(position.has_value());
  const auto record = [&](std::uint32_t number) -> std::string {
    const auto text = journal->read_record({position->segment, number, position->offset});
    return text.has_value() ? *text
                            : "error " + std::to_string(static_cast<int>(text.error().code));
  };
  EXPECT_EQ(record(0), "zero");
  EXPECT_EQ(record(1), "");
  EXPECT_EQ(record(2), "two");
  EXPECT_EQ(record(3), "last");
  EXPECT_EQ(record(4), "error " + std::to_string(static_cast<int>(ErrorCode::kNotFound)));
  position->offset += 8;
  EXPECT_EQ(record(0), "error " + std::to_string(static_cast<int>(ErrorCode::kNotFound)));
}

TEST_F(JournalTest, ReadsAnElementOfADocument) {
  auto journal = open_journal(options_, metrics_);
  IncomingFrame frame = make_frame(1, R"([{"a":1}, {"a":2}])");
  frame.format = Format::kJsonDocument;
  const auto position = append_and_wait(*journal, std::move(frame));
  ASSERT_TRUE(position.has_value());
  const auto record = journal->read_record({position->segment, 1, position->offset});
  ASSERT_TRUE(record.has_value());
  EXPECT_EQ(*record, R"({"a":2})");
}

TEST_F(JournalTest, ReadsARecordOfACompressedFrame) {
  auto journal = open_journal(options_, metrics_);
  // printf 'one\ntwo\n' | gzip -n
  static constexpr unsigned char kGzip[] = {
      0x1f, 0x8b, 0x08, 0,    0,    0, 0,    0,    0,    0x03, 0xcb, 0xcf, 0x4b, 0xe5,
      0x2a, 0x29, 0xcf, 0xe7, 0x02, 0, 0xe6, 0x0b, 0xba, 0x12, 0x08, 0,    0,    0};
  IncomingFrame frame = make_frame(1, {reinterpret_cast<const char*>(kGzip), sizeof kGzip});
  frame.encoding = Encoding::kGzip;
  const auto position = append_and_wait(*journal, std::move(frame));
  ASSERT_TRUE(position.has_value());
  const auto record = journal->read_record({position->segment, 1, position->offset});
  ASSERT_TRUE(record.has_value()) << record.error().message;
  EXPECT_EQ(*record, "two");
}

TEST_F(JournalTest, ReadsTheMergedFramesThatTouchARange) {
  auto journal = open_journal(options_, metrics_);
  const auto at = [](std::int64_t seconds) { return Timestamp::from_seconds(seconds); };
  for (int i = 0; i < 4; ++i) {
    const auto position = append_and_wait(*journal, make_frame(1, std::to_string(i)));
    ASSERT_TRUE(position.has_value());
    // The last one is not merged yet.
    if (i < 3) journal->note_times(*position, at(10 * i), at(10 * i + 5));
  }
  const auto bodies = [&](TimeRange range, std::size_t limit) {
    std::vector<std::string> found;
    const auto read = journal->read_range(range, [&](FrameChunk&& chunk) {
      found.emplace_back(chunk.bytes.view());
      return found.size() < limit;
    });
    EXPECT_TRUE(read.has_value());
    return found;
  };
  EXPECT_THAT(bodies({at(0), at(1000)}, 10), ElementsAre("0", "1", "2"));
  EXPECT_THAT(bodies({at(5), at(10)}, 10), ElementsAre("0"));
  EXPECT_THAT(bodies({at(6), at(11)}, 10), ElementsAre("1"));
  EXPECT_THAT(bodies({at(0), at(1000)}, 2), ElementsAre("0", "1"));
  EXPECT_THAT(bodies({at(26), at(1000)}, 10), ElementsAre());
}

TEST_F(JournalTest, RefusesAfterClose) {
  auto journal = open_journal(options_, metrics_);
  journal->close();
  const auto refused = journal->append(make_frame(1, "x\n"), {});
  ASSERT_FALSE(refused.has_value());
  EXPECT_EQ(refused.error().code, ErrorCode::kUnavailable);
}

TEST_F(JournalTest, RefusesOptionsThatCannotWork) {
  const auto refuses = [&](auto change) {
    JournalOptions options = options_;
    change(options);
    const auto journal = LocalJournal::create(options, metrics_);
    return !journal.has_value() && journal.error().code == ErrorCode::kInvalidArgument;
  };
  EXPECT_TRUE(refuses([](JournalOptions& o) { o.directory.clear(); }));
  EXPECT_TRUE(refuses([](JournalOptions& o) { o.commit_bytes = 0; }));
  EXPECT_TRUE(refuses([](JournalOptions& o) { o.max_pending_bytes = 0; }));
  EXPECT_TRUE(refuses([](JournalOptions& o) { o.max_backlog_bytes = 0; }));
  EXPECT_TRUE(refuses([](JournalOptions& o) { o.segment_bytes = 100; }));
  EXPECT_TRUE(refuses([](JournalOptions& o) { o.commit_interval = Duration(-1); }));
}

TEST_F(JournalTest, ADirectoryThatCannotBeMadeIsNamed) {
  options_.directory = temp_.file("missing/journal");
  const auto journal = Journal::open_local(options_, metrics_);
  ASSERT_FALSE(journal.has_value());
  EXPECT_EQ(journal.error().code, ErrorCode::kIo);
  EXPECT_THAT(journal.error().message, HasSubstr(options_.directory));
}

}  // namespace
}  // namespace inkling::ingest
