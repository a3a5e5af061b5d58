// What a run learned, saved at any epoch and loaded into a fresh program, gives the rest of the
// stream exactly as the run that was never interrupted.

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "app/gen/generator.h"
#include "app/pipeline.h"
#include "core/state_reader.h"
#include "core/state_writer.h"
#include "ingest/file_replay.h"
#include "sinks/emit.h"
#include "tests/app/replay_run.h"
#include "tests/support/temp_directory.h"

namespace inkling::app {
namespace {

using std::chrono::minutes;

// Times found in frames, so that a fresh store can be told those that were merged before.
struct NotedTimes {
  Position frame;
  Timestamp min;
  Timestamp max;
};

class NotingStore final : public FrameStore {
 public:
  explicit NotingStore(FrameStore& inner) : inner_(inner) {}
  void note_times(Position frame, Timestamp min, Timestamp max) override {
    noted.push_back({frame, min, max});
    inner_.note_times(frame, min, max);
  }
  Result<void> read_range(TimeRange range,
                          const std::function<bool(FrameChunk&&)>& visit) override {
    return inner_.read_range(range, visit);
  }
  Result<void> read_chosen(TimeRange range, const std::function<Choice(Position)>& choose,
                           const std::function<bool(FrameChunk&&)>& visit) override {
    return inner_.read_chosen(range, choose, visit);
  }
  TimeRange latest_part(TimeRange range, std::uint64_t bytes) override {
    return inner_.latest_part(range, bytes);
  }
  Result<std::string> read_record(Position position) override {
    return inner_.read_record(position);
  }

  std::vector<NotedTimes> noted;

 private:
  FrameStore& inner_;
};

std::string text_of(const Verdict& v) {
  return fmt::format("{} {} {} {} {} {} {} {} {} {} {}\n", to_string(v.series->id), v.begin.ns,
                     v.end.ns, v.value, v.low, v.high, v.raw, v.score, v.confidence,
                     verdict_kind_name(v.kind), gate_name(v.gate));
}

// All a run tells, as text to be compared whole.
struct Told {
  std::string verdicts;
  std::string anomalies;
  std::string incidents;
  std::string ledger;
};

// A run that can be interrupted after an epoch.
struct Cut {
  std::string state;
  std::size_t chunks = 0;  // merged by then
  std::size_t noted = 0;
  Told told;
};

struct RunOutcome {
  Told told;
  std::vector<Cut> cuts;
  std::vector<NotedTimes> noted;
};

struct RunOptions {
  unsigned threads = 2;
  bool keep_cuts = false;
  const Cut* from = nullptr;
  const std::vector<NotedTimes>* noted = nullptr;
  config::Config config = {};
};

RunOutcome run(const std::string& data, const RunOptions& options) {
  RunOutcome outcome;
  config::Config config = options.config;
  config.replay.frame_bytes = 64u << 10;
  auto files = ingest::FileReplay::create({data}, Format::kAuto, config.replay, config.decoder);
  EXPECT_TRUE(files.has_value());
  NotingStore store(**files);
  std::unique_ptr<Pipeline> pipeline;
  std::size_t chunks = 0;
  PipelineTaps taps;
  taps.on_batch = [&](const Batch&) { ++chunks; };
  taps.on_epoch = [&](const EpochResult& epoch) {
    for (const Verdict& verdict : epoch.verdicts) outcome.told.verdicts += text_of(verdict);
    for (const AnomalyUpdate& update : epoch.anomalies) {
      outcome.told.anomalies += sinks::anomaly_line(update.anomaly);
    }
  };
  taps.on_incident = [&](const Incident& incident) {
    outcome.told.incidents += sinks::incident_line(incident);
  };
  taps.on_cut = [&](Position) {
    if (!options.keep_cuts) return;
    StateWriter writer;
    pipeline->save(writer);
    outcome.cuts.push_back({writer.take(), chunks, store.noted.size(), outcome.told});
  };
  PipelineSettings settings;
  settings.threads = options.threads;
  settings.merge.keep_verdicts = true;
  auto made = Pipeline::create(config, settings, store, std::move(taps));
  EXPECT_TRUE(made.has_value());
  pipeline = std::move(*made);
  if (options.from) {
    StateReader reader(options.from->state);
    const auto loaded = pipeline->load(reader);
    EXPECT_TRUE(loaded.has_value()) << loaded.error().message;
    FrameChunk skipped;
    for (std::size_t i = 0; i < options.from->chunks; ++i) {
      EXPECT_TRUE((*files)->next(skipped).has_value());
    }
    for (std::size_t i = 0; i < options.from->noted; ++i) {
      const NotedTimes& noted = (*options.noted)[i];
      (*files)->note_times(noted.frame, noted.min, noted.max);
    }
  }
  EXPECT_TRUE(pipeline->run(**files).has_value());
  JsonWriter writer;
  pipeline->ledger().write_json(writer);
  outcome.told.ledger = writer.take();
  outcome.noted = std::move(store.noted);
  return outcome;
}

class CheckpointResumeTest : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    directory_ = std::make_unique<TempDirectory>();
    gen::GenOptions options;
    options.scenario = "bad_deploy";
    options.seed = 11;
    options.length = minutes(16);
    options.requests_per_second = 2;
    ASSERT_TRUE(gen::generate(options, directory_->path()).has_value());
    whole_ = std::make_unique<RunOutcome>(run(data(), {.keep_cuts = true}));
  }
  static void TearDownTestSuite() {
    whole_.reset();
    directory_.reset();
  }
  static std::string data() { return directory_->file("data"); }

  // Resumes at a cut and compares with the run that went on.
  static void check(std::size_t index, unsigned threads) {
    const Cut& cut = whole_->cuts[index];
    const RunOutcome rest =
        run(data(), {.threads = threads, .keep_cuts = true, .from = &cut, .noted = &whole_->noted});
    const std::string what = fmt::format("cut {} of {}", index, whole_->cuts.size());
    EXPECT_TRUE(
        same_text("verdicts", cut.told.verdicts + rest.told.verdicts, whole_->told.verdicts))
        << what;
    EXPECT_TRUE(
        same_text("anomalies", cut.told.anomalies + rest.told.anomalies, whole_->told.anomalies))
        << what;
    EXPECT_TRUE(
        same_text("incidents", cut.told.incidents + rest.told.incidents, whole_->told.incidents))
        << what;
    EXPECT_TRUE(same_text("ledgers", rest.told.ledger, whole_->told.ledger)) << what;
    if (rest.cuts.empty()) return;
    EXPECT_TRUE(rest.cuts.back().state == whole_->cuts.back().state) << what << ": other state";
  }

  static std::unique_ptr<TempDirectory> directory_;
  static std::unique_ptr<RunOutcome> whole_;
};

std::unique_ptr<TempDirectory> CheckpointResumeTest::directory_;
std::unique_ptr<RunOutcome> CheckpointResumeTest::whole_;

TEST_F(CheckpointResumeTest, TheStreamHasIncidentsAndManyEpochs) {
  EXPECT_GT(whole_->cuts.size(), 20u);
  EXPECT_LT(whole_->cuts.size(), 80u);  // or this takes too long
  EXPECT_FALSE(whole_->told.incidents.empty());
  EXPECT_FALSE(whole_->told.anomalies.empty());
}

TEST_F(CheckpointResumeTest, GoesOnFromEveryEpochAsIfNothingHadHappened) {
  for (std::size_t i = 0; i < whole_->cuts.size() && !HasFailure(); ++i) check(i, 2);
}

TEST_F(CheckpointResumeTest, GoesOnAtAnyNumberOfThreads) {
  for (const unsigned threads : {1u, 8u}) {
    for (std::size_t i = 3; i < whole_->cuts.size() && !HasFailure(); i += 17) check(i, threads);
  }
}

TEST_F(CheckpointResumeTest, StateThatIsSavedAgainIsTheSameBytes) {
  const Cut& cut = whole_->cuts[whole_->cuts.size() / 2];
  config::Config config;
  auto files = ingest::FileReplay::create({data()}, Format::kAuto, config.replay, config.decoder);
  ASSERT_TRUE(files.has_value());
  auto pipeline = Pipeline::create(config, {}, **files, {});
  ASSERT_TRUE(pipeline.has_value());
  StateReader reader(cut.state);
  ASSERT_TRUE((*pipeline)->load(reader).has_value());
  StateWriter writer;
  (*pipeline)->save(writer);
  EXPECT_TRUE(writer.take() == cut.state);
}

TEST_F(CheckpointResumeTest, RefusesStateThatIsCutShort) {
  const std::string& state = whole_->cuts.back().state;
  for (const std::size_t size : {std::size_t{0}, std::size_t{19}, state.size() / 2}) {
    config::Config config;
    auto files = ingest::FileReplay::create({data()}, Format::kAuto, config.replay, config.decoder);
    auto pipeline = Pipeline::create(config, {}, **files, {});
    StateReader reader(std::string_view(state).substr(0, size));
    EXPECT_FALSE((*pipeline)->load(reader).has_value()) << size;
  }
}

// Options of another configuration: fewer of everything, other detectors' settings.
TEST_F(CheckpointResumeTest, LoadsIntoAnotherConfiguration) {
  const Cut& cut = whole_->cuts[whole_->cuts.size() / 2];
  config::Config other;
  other.detect.history_points = 1'000;
  other.detect.thresholds.push_back({.name = "slow", .series = "latency.p99", .limit = 1e9});
  other.detect.lateness = std::chrono::seconds(20);
  const RunOutcome rest = run(data(), {.from = &cut, .noted = &whole_->noted, .config = other});
  EXPECT_FALSE(rest.told.incidents.empty());
  EXPECT_TRUE(same_text("ledgers", rest.told.ledger, whole_->told.ledger));
}

}  // namespace
}  // namespace inkling::app
