#include "app/gen/corpus.h"

#include <algorithm>
#include <cstring>
#include <vector>

#include "app/gen/generator.h"
#include "app/gen/output_file.h"
#include "app/gen/traffic.h"

namespace inkling::gen {
namespace {

constexpr std::uint64_t kMinBytes = 1u << 20;
constexpr std::size_t kBlockBytes = 1u << 20;
constexpr std::size_t kPoolLines = 16'384;  // per phase

// Digits that every line gets its own of.
struct DigitRun {
  std::uint32_t offset;
  std::uint32_t length;
};

struct PoolLine {
  std::uint32_t offset = 0;
  std::uint32_t length = 0;
  std::uint32_t first_run = 0;
  std::uint32_t run_count = 0;
  LineMarks marks;
};

// Lines that a phase of the shop (all is well; bad deploy) is made from.
struct Pool {
  std::string bytes;
  std::vector<PoolLine> lines;
  std::vector<DigitRun> runs;
};

void add_runs(std::string_view text, const LineMarks& marks, Pool& pool) {
  const std::size_t end = marks.message + marks.message_length;
  for (std::size_t i = marks.message; i < end;) {
    std::size_t length = 0;
    while (i + length < end && text[i + length] >= '0' && text[i + length] <= '9') ++length;
    // The first digit stays: no leading zero. Short numbers stay: durations, counts, statuses.
    if (length >= 4) {
      pool.runs.push_back(
          {static_cast<std::uint32_t>(i + 1), static_cast<std::uint32_t>(length - 1)});
    }
    i += length + 1;
  }
}

Pool make_pool(const Plan& plan, std::uint64_t seed, Timestamp from) {
  LineQueue queue(true);
  MetricRecorder metrics(plan, {.seed = seed});
  Traffic traffic(plan, {.seed = seed}, queue, metrics);
  Conditions conditions(plan, seed);
  Pool pool;
  pool.lines.reserve(kPoolLines);
  const auto take = [&](const QueuedLine& line, std::string_view text) {
    if (pool.lines.size() == kPoolLines) return;
    PoolLine kept{.offset = static_cast<std::uint32_t>(pool.bytes.size()),
                  .length = static_cast<std::uint32_t>(text.size()),
                  .first_run = static_cast<std::uint32_t>(pool.runs.size()),
                  .run_count = 0,
                  .marks = line.marks};
    add_runs(text, line.marks, pool);
    kept.run_count = static_cast<std::uint32_t>(pool.runs.size()) - kept.first_run;
    pool.bytes.append(text);
    pool.lines.push_back(kept);
  };
  for (Timestamp now = from; pool.lines.size() < kPoolLines; now = now + std::chrono::seconds(1)) {
    traffic.run_second(now, conditions.at(now));
    queue.drain(now + std::chrono::seconds(1), take);
    fmt::memory_buffer ignored;
    metrics.close_interval(now, conditions.at(now), ignored);
  }
  return pool;
}

void write_hex(std::uint64_t bits, char* out) {
  static constexpr char kDigits[] = "0123456789abcdef";
  for (int i = 0; i < 16; ++i) out[i] = kDigits[(bits >> (60 - 4 * i)) & 15];
}

// Copies a line of the pool to `out` and gives it what is its own.
void stamp(const Pool& pool, const PoolLine& line, Timestamp time, Random& random, char* out) {
  std::memcpy(out, pool.bytes.data() + line.offset, line.length);
  write_time(line.marks.time_layout, time, out + line.marks.time);
  if (line.marks.trace != 0) {
    write_hex(random.next(), out + line.marks.trace);
    write_hex(random.next(), out + line.marks.trace + 16);
  }
  for (std::uint32_t i = 0; i < line.run_count; ++i) {
    const DigitRun run = pool.runs[line.first_run + i];
    std::uint64_t bits = random.next();
    for (std::uint32_t k = 0; k < run.length; ++k) {
      out[run.offset + k] = static_cast<char>('0' + (((bits >> 32) * 10) >> 32));
      bits = bits * 6'364'136'223'846'793'005ULL + 1;  // Knuth's MMIX generator
    }
  }
}

}  // namespace

Result<CorpusSummary> generate_corpus(std::uint64_t bytes, std::uint64_t seed,
                                      const std::string& path, double lines_per_second) {
  if (bytes < kMinBytes) {
    return fail(ErrorCode::kInvalidArgument, "a corpus has at least 1 MiB");
  }
  if (!(lines_per_second >= 1 && lines_per_second <= 1e6)) {
    return fail(ErrorCode::kInvalidArgument, "a corpus has between 1 and 1e6 lines per second");
  }
  const auto step_bound = static_cast<std::uint32_t>(2e9 / lines_per_second);
  const GenOptions defaults;
  const Plan plan = make_plan("bad_deploy", {.seed = seed,
                                             .start = defaults.start,
                                             .length = std::chrono::hours(2),
                                             .requests_per_second = 200});
  const Pool healthy = make_pool(plan, seed, plan.range.begin + std::chrono::minutes(50));
  const Pool failing = make_pool(plan, seed, plan.onset + std::chrono::minutes(6));

  INKLING_TRY_ASSIGN(OutputFile file, OutputFile::create(path));
  Random random(seed, "corpus");
  CorpusSummary summary;
  summary.range.begin = defaults.start;
  summary.incident_begin = summary.incident_end = Timestamp::none();
  Timestamp now = defaults.start;
  std::vector<char> block(kBlockBytes + (64u << 10));
  std::size_t used = 0;
  const std::uint64_t incident_from = bytes / 10 * 6;
  const std::uint64_t incident_to = bytes / 10 * 8;
  while (summary.bytes < bytes) {
    const bool incident = summary.bytes >= incident_from && summary.bytes < incident_to;
    const Pool& pool = incident ? failing : healthy;
    const PoolLine& line = pool.lines[random.below(kPoolLines)];
    if (incident && !summary.incident_begin.is_set()) summary.incident_begin = now;
    if (incident) summary.incident_end = now;
    stamp(pool, line, now, random, block.data() + used);
    used += line.length;
    summary.bytes += line.length;
    ++summary.lines;
    if (used >= kBlockBytes) {
      file.write({block.data(), used});
      used = 0;
    }
    now = now + Duration(random.below(step_bound));
  }
  file.write({block.data(), used});
  summary.range.end = now;
  INKLING_TRY(file.close());
  return summary;
}

}  // namespace inkling::gen
