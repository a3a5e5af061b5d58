#include "app/digest_memory.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <string>

#include "config/config.h"

namespace inkling::app {
namespace {

Worker make_worker() {
  auto worker = Worker::create(config::Config(), false);
  return std::move(*worker);
}

// A decoded and digested batch of a frame at `offset`.
void fill(Worker& worker, Work& work, std::string_view lines, std::uint64_t offset,
          bool ends_frame = true) {
  work.batch.reset();
  work.digest.reset();
  work.batch.chunk.bytes = PaddedBuffer::copy_of(lines);
  work.batch.chunk.header.position = {.segment = 3, .record = 0, .offset = offset};
  work.batch.chunk.begins_frame = true;
  work.batch.chunk.ends_frame = ends_frame;
  worker.decoder.decode(work.batch);
  worker.digests.build(work.batch, work.digest);
}

std::string some_lines() {
  std::string text;
  for (int i = 0; i < 200; ++i) {
    text += fmt::format(
        R"({{"time":"2026-01-02T03:04:{:02}Z","level":"{}","service":"s{}","route":"/r{}",)"
        R"("duration_ms":{},"status":{},"peer":"p{}","msg":"item {} loaded by worker{}"}})"
        "\n",
        i % 60, i % 7 ? "info" : "error", i % 3, i % 5, i % 11 * 10, i % 9 ? 200 : 503, i % 2, i,
        i % 4 ? "" : " again");
  }
  return text;
}

// What a history is made from, in words.
std::string describe(const Work& work) {
  const Batch& batch = work.batch;
  const Digest& digest = work.digest;
  std::string text =
      fmt::format("at {} {} lines {} begins {}\n", batch.chunk.header.position.segment,
                  batch.chunk.header.position.offset, batch.lines, batch.chunk.begins_frame);
  for (const DigestScope& scope : digest.scopes) {
    text += fmt::format("scope {} {}|{}|{} {}\n", scope.hash, scope.service, scope.version,
                        scope.route, scope.base);
  }
  for (const RollupCell& cell : digest.cells) {
    text += fmt::format("cell {} {} {} {} {} {}", cell.scope, cell.slot, cell.records,
                        cell.error_records, cell.requests, cell.failures);
    for (std::uint32_t i = 0; i < cell.bin_count; ++i) {
      const BinCount& bin = digest.bins[cell.first_bin + i];
      text += fmt::format(" {}:{}", bin.bin, bin.count);
    }
    text += '\n';
  }
  const auto log = [&](std::uint32_t index) {
    const LogRecord& record = batch.logs[index];
    return fmt::format("{} {} {}", record.time.ns, record.record, record.message);
  };
  for (const TemplateCell& cell : digest.templates) {
    text += fmt::format("template {} {} {} {} {} {}\n", cell.skeleton, cell.scope,
                        level_name(cell.level), cell.slot, cell.count, log(cell.first_log));
  }
  for (const PeerCell& cell : digest.peers) {
    text += fmt::format("peer {} {} {}\n", cell.scope, cell.peer, log(cell.first_log));
  }
  return text;
}

TEST(DigestMemoryTest, GivesBackWhatAHistoryIsMadeFrom) {
  Worker worker = make_worker();
  Work work;
  const std::string lines = some_lines();
  fill(worker, work, lines, 70);
  const std::string before = describe(work);
  DigestMemory memory(1u << 20);
  memory.add(work);
  work.batch.chunk.bytes.clear();
  const DigestMemory::Frame* const frame = memory.find({.segment = 3, .record = 0, .offset = 70});
  ASSERT_NE(frame, nullptr);
  EXPECT_EQ(frame->bytes, lines.size());
  ASSERT_EQ(frame->pieces.size(), 1u);
  Work restored;
  EXPECT_EQ(DigestMemory::restore(frame->pieces[0], restored), lines.size());
  EXPECT_EQ(describe(restored), before);
}

TEST(DigestMemoryTest, LetsTheOldestFrameGo) {
  Worker worker = make_worker();
  Work work;
  DigestMemory memory(30'000);
  for (std::uint64_t offset = 0; offset < 20; ++offset) {
    fill(worker, work, some_lines(), offset);
    memory.add(work);
    EXPECT_LE(memory.bytes(), 30'000u);
  }
  EXPECT_EQ(memory.find({.segment = 3, .record = 0, .offset = 0}), nullptr);
  EXPECT_NE(memory.find({.segment = 3, .record = 0, .offset = 19}), nullptr);
}

TEST(DigestMemoryTest, DoesNotKeepFramesWithMetricPoints) {
  Worker worker = make_worker();
  Work work;
  DigestMemory memory(1u << 20);
  fill(worker, work, "{\"name\":\"cpu\",\"value\":1,\"time\":\"2026-01-02T03:04:05Z\"}\n", 5);
  ASSERT_EQ(work.batch.points.size(), 1u);
  memory.add(work);
  EXPECT_EQ(memory.find({.segment = 3, .record = 0, .offset = 5}), nullptr);
}

TEST(DigestMemoryTest, DoesNotKnowAFrameBeforeItsEnd) {
  Worker worker = make_worker();
  Work work;
  DigestMemory memory(1u << 20);
  fill(worker, work, some_lines(), 5, false);
  memory.add(work);
  EXPECT_EQ(memory.find({.segment = 3, .record = 0, .offset = 5}), nullptr);
}

}  // namespace
}  // namespace inkling::app
