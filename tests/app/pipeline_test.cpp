#include "app/pipeline.h"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <zlib.h>
#include <zstd.h>

#include <algorithm>
#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "app/gen/generator.h"
#include "tests/app/replay_run.h"
#include "tests/support/temp_directory.h"

namespace inkling::app {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;

std::string gzip(const std::string& text) {
  z_stream stream{};
  EXPECT_EQ(deflateInit2(&stream, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY), Z_OK);
  std::string packed(deflateBound(&stream, static_cast<uLong>(text.size())), '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(packed.data());
  stream.avail_out = static_cast<uInt>(packed.size());
  EXPECT_EQ(deflate(&stream, Z_FINISH), Z_STREAM_END);
  packed.resize(stream.total_out);
  deflateEnd(&stream);
  return packed;
}

std::string zstd(const std::string& text) {
  std::string packed(ZSTD_compressBound(text.size()), '\0');
  packed.resize(ZSTD_compress(packed.data(), packed.size(), text.data(), text.size(), 3));
  return packed;
}

// A bad deployment in a small shop, made once for all tests of the suite.
class PipelineOnShop : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    directory_ = std::make_unique<TempDirectory>();
    gen::GenOptions options;
    options.scenario = "bad_deploy";
    options.seed = 7;
    options.length = minutes(25);
    options.requests_per_second = 3;
    const auto truth = gen::generate(options, directory_->path());
    ASSERT_TRUE(truth.has_value());
    truth_ = *truth;
    plain_ = std::make_unique<ReplayOutcome>(replay({data()}, {}));
  }
  static void TearDownTestSuite() {
    plain_.reset();
    directory_.reset();
  }
  static std::string data() { return directory_->file("data"); }

  static std::unique_ptr<TempDirectory> directory_;
  static gen::GroundTruth truth_;
  static std::unique_ptr<ReplayOutcome> plain_;
};

std::unique_ptr<TempDirectory> PipelineOnShop::directory_;
gen::GroundTruth PipelineOnShop::truth_;
std::unique_ptr<ReplayOutcome> PipelineOnShop::plain_;

TEST_F(PipelineOnShop, FindsAnIncidentInTheData) {
  ASSERT_FALSE(plain_->incidents.empty());
  EXPECT_FALSE(plain_->anomaly_lines.empty());
  EXPECT_FALSE(plain_->template_lines.empty());
}

TEST_F(PipelineOnShop, CountsEveryLineOnce) {
  EXPECT_TRUE(plain_->ledger.balances());
  EXPECT_EQ(plain_->ledger.counted, truth_.log_lines);
  EXPECT_EQ(plain_->ledger.points, truth_.metric_points);
  EXPECT_EQ(plain_->ledger.broken_total(), 0u);
}

TEST_F(PipelineOnShop, GivesTheSameBytesAtAnyNumberOfThreadsAndBatchSize) {
  for (const unsigned threads : {1u, 2u, 8u}) {
    for (const std::uint32_t batch : {1u << 10, 16u << 10, 1u << 20}) {
      const auto outcome = replay({data()}, {.threads = threads, .batch_bytes = batch});
      EXPECT_TRUE(same_outcome(outcome, *plain_)) << threads << " threads, " << batch << " bytes";
    }
  }
}

TEST_F(PipelineOnShop, LooksBackWithTheSameResultFromMemoryAndFromTheFiles) {
  // Nothing, a part and all of the range is in memory.
  for (const std::uint64_t memory : {0u, 40'000u, 1u << 30}) {
    SCOPED_TRACE(memory);
    EXPECT_TRUE(same_outcome(
        *plain_, replay({data()}, {.batch_bytes = 50'000, .look_back_memory = memory})));
  }
}

TEST_F(PipelineOnShop, GivesTheSameFromCompressedFiles) {
  for (const auto& [pack, suffix] : {std::make_pair(&gzip, ".gz"), std::make_pair(&zstd, ".zst")}) {
    TempDirectory packed;
    for (const char* name : {"alarms", "changes", "logs", "metrics"}) {
      const std::string file = fmt::format("{}.ndjson", name);
      write_file(packed.file(file + suffix), pack(read_file(directory_->file("data/" + file))));
    }
    const auto outcome = replay({packed.path()}, {});
    EXPECT_TRUE(same_outcome(outcome, *plain_)) << suffix;
  }
}

TEST_F(PipelineOnShop, TellsNothingAfterUntil) {
  const Timestamp until = truth_.onset - minutes(2);
  const auto outcome = replay({data()}, {.until = until});
  ASSERT_FALSE(outcome.verdicts.empty());
  for (const Verdict& verdict : outcome.verdicts) EXPECT_LE(verdict.end, until);
  EXPECT_TRUE(outcome.ledger.balances());
  for (const Incident& incident : outcome.incidents) {
    EXPECT_LE(incident.opened, until);
    EXPECT_TRUE(incident.alarms.empty());
  }
}

// Not the same bytes: until a moment, windows do not wait for what is late.
TEST_F(PipelineOnShop, FindsTheSameIncidentsUntilTheEnd) {
  const auto outcome = replay({data()}, {.until = truth_.range.end + minutes(10)});
  ASSERT_EQ(outcome.incidents.size(), plain_->incidents.size());
  for (std::size_t i = 0; i < outcome.incidents.size(); ++i) {
    EXPECT_EQ(outcome.incidents[i].id, plain_->incidents[i].id);
  }
}

// Lines of one small service: good ones, then errors from `onset` on.
std::string service_log(Timestamp begin, Timestamp onset, Timestamp end) {
  std::string text;
  int n = 0;
  for (Timestamp at = begin; at < end; at = at + std::chrono::milliseconds(500), ++n) {
    const bool failed = at >= onset && n % 2 == 0;
    text +=
        fmt::format(R"({{"time":"{}","level":"{}","service":"tickets","route":"/book","status":{},)"
                    R"("duration_ms":{},"message":"{}"}})"
                    "\n",
                    format_timestamp(at), failed ? "error" : "info", failed ? 500 : 200, 20 + n % 7,
                    failed ? "seat map could not be locked" : "seat booked");
  }
  return text;
}

TEST(Pipeline, LooksBackWhenAnAlarmFindsAShortHistory) {
  TempDirectory directory;
  const Timestamp begin = Timestamp::from_seconds(1'772'539'200);
  const Timestamp onset = begin + minutes(5);
  const Timestamp end = begin + minutes(7);
  write_file(directory.file("log.ndjson"), service_log(begin, onset, end));
  write_file(directory.file("alarm.ndjson"),
             fmt::format(R"({{"service":"tickets","metric":"error_rate","threshold":0.05,)"
                         R"("observed":0.5,"fired_at":"{}","severity":"critical",)"
                         R"("monitor":"tickets-errors"}})"
                         "\n",
                         format_timestamp(end - seconds(20))));
  const auto outcome = replay({directory.path()}, {});
  ASSERT_EQ(outcome.incidents.size(), 1u);
  const Incident& incident = outcome.incidents.front();
  EXPECT_EQ(incident.alarms.size(), 1u);
  EXPECT_GE(incident.onset, onset - seconds(15));
  EXPECT_LE(incident.onset, onset + seconds(15));
}

TEST(Pipeline, ABrokenLineDoesNotHarmItsNeighbours) {
  TempDirectory directory;
  const auto line = [](int second, const char* text) {
    return fmt::format(R"({{"time":"2026-03-03T12:00:{:02}Z","service":"a","message":"{}"}})"
                       "\n",
                       second, text);
  };
  write_file(directory.file("log.ndjson"), line(1, "before it") + "{\"time\": \"2026-03\n" +
                                               line(2, "behind it") + "[1,2]\n\n" +
                                               line(3, "the last"));
  for (const std::uint32_t batch : {1u, 64u, 1u << 20}) {
    const auto outcome = replay({directory.path()}, {.batch_bytes = batch});
    EXPECT_EQ(outcome.ledger.lines, 6u);
    EXPECT_EQ(outcome.ledger.counted, 3u);
    EXPECT_EQ(outcome.ledger.empty, 1u);
    EXPECT_EQ(outcome.ledger.broken_total(), 2u);
    EXPECT_TRUE(outcome.ledger.balances());
    EXPECT_EQ(std::count(outcome.template_lines.begin(), outcome.template_lines.end(), '\n'), 3);
  }
}

// Hands out one frame, then fails or ends.
class ShortSource final : public ingest::ChunkSource, public FrameStore {
 public:
  explicit ShortSource(bool fails) : fails_(fails) {}

  Result<bool> next(FrameChunk& chunk) override {
    if (given_++ == 0) {
      chunk.bytes = PaddedBuffer::copy_of(
          "{\"time\":\"2026-03-03T12:00:00Z\",\"service\":\"a\",\"message\":\"hello\"}\n");
      return true;
    }
    if (fails_) return fail(ErrorCode::kIo, "cannot read segment 7");
    return false;
  }
  void note_times(Position, Timestamp, Timestamp) override {}
  Result<void> read_range(TimeRange, const std::function<bool(FrameChunk&&)>&) override {
    return {};
  }
  Result<std::string> read_record(Position) override { return std::string(); }

 private:
  const bool fails_;
  int given_ = 0;
};

PipelineSettings threads(unsigned count) {
  PipelineSettings settings;
  settings.threads = count;
  return settings;
}

TEST(Pipeline, GivesTheErrorOfItsSourceAndKeepsWhatCameBefore) {
  ShortSource source(true);
  auto pipeline = Pipeline::create({}, threads(2), source, {});
  ASSERT_TRUE(pipeline.has_value());
  const auto done = (*pipeline)->run(source);
  ASSERT_FALSE(done.has_value());
  EXPECT_EQ(done.error().code, ErrorCode::kIo);
  EXPECT_EQ(done.error().message, "cannot read segment 7");
  EXPECT_EQ((*pipeline)->ledger().counted, 1u);
}

TEST(Pipeline, SaysWhenTheInputIsAtItsEnd) {
  ShortSource source(false);
  std::vector<bool> finals;
  PipelineTaps taps;
  taps.on_epoch = [&](const EpochResult& epoch) { finals.push_back(epoch.final); };
  auto pipeline = Pipeline::create({}, threads(1), source, std::move(taps));
  ASSERT_TRUE(pipeline.has_value());
  ASSERT_TRUE((*pipeline)->run(source).has_value());
  EXPECT_EQ(finals, (std::vector<bool>{false, true}));
}

TEST(Pipeline, NamesTheOptionThatIsWrong) {
  ShortSource source(false);
  config::Config config;
  config.screen.rules.emplace_back().pattern = "(";
  const auto pipeline = Pipeline::create(config, {}, source, {});
  ASSERT_FALSE(pipeline.has_value());
  EXPECT_EQ(pipeline.error().code, ErrorCode::kInvalidConfig);
}

}  // namespace
}  // namespace inkling::app
