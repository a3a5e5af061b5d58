#include "app/pipeline.h"

#include <oneapi/tbb/global_control.h>
#include <oneapi/tbb/parallel_pipeline.h>
#include <oneapi/tbb/task_arena.h>

#include <algorithm>
#include <optional>
#include <thread>
#include <utility>

#include "app/look_back.h"
#include "app/worker.h"
#include "core/pool.h"

namespace inkling::app {
namespace {

constexpr StateId kSection = state_id("PIPE");
constexpr std::uint32_t kVersion = 1;

// Batches under way at a time: enough that no thread waits for the serial ends, few enough that
// their bytes stay in the cache (quality figures were taken with 4 to 8).
std::size_t live_batches(unsigned threads) {
  return std::clamp<std::size_t>(2 * threads + 2, 4, 32);
}

unsigned thread_count(unsigned wanted) {
  return wanted > 0 ? wanted : std::max(1u, std::thread::hardware_concurrency());
}

}  // namespace

struct Pipeline::State {
  config::Config config;
  PipelineSettings settings;
  FrameStore& store;
  PipelineTaps taps;
  TbbExecutor executor;
  Pool<Worker> workers;
  Pool<Work> work;
  std::unique_ptr<LookBack> look_back;
  std::unique_ptr<detect::Merge> merge;
  std::unique_ptr<correlate::Correlator> correlator;
  // Times found so far in the frame under way; told to the store when it ends.
  Timestamp frame_min = Timestamp::none();
  Timestamp frame_max = Timestamp::none();
  std::optional<Position> cut;

  State(const config::Config& made_from, const PipelineSettings& with, FrameStore& frames,
        PipelineTaps listeners)
      : config(made_from),
        settings(with),
        store(frames),
        taps(std::move(listeners)),
        workers([this] {
          auto worker = Worker::create(config, settings.merge.keep_lines);
          INKLING_CHECK(worker.has_value());  // create() made one with the same options
          return std::make_unique<Worker>(std::move(*worker));
        }),
        work([] { return std::make_unique<Work>(); }) {}

  void decode(Work& item) {
    const StageWatch::Work at_work(settings.watch, Stage::kDecode);
    const auto worker = workers.borrow();
    worker->decoder.decode(item.batch);
  }

  void digest(Work& item) {
    const StageWatch::Work at_work(settings.watch, Stage::kDigest);
    const auto worker = workers.borrow();
    worker->digests.build(item.batch, item.digest);
  }

  void note_frame(const Batch& batch) {
    const FrameChunk& chunk = batch.chunk;
    if (chunk.begins_frame) frame_min = frame_max = Timestamp::none();
    if (batch.min_time.is_set() && (!frame_min.is_set() || batch.min_time < frame_min)) {
      frame_min = batch.min_time;
    }
    frame_max = std::max(frame_max, batch.max_time);
    if (!frame_min.is_set()) {  // records without a time count from their arrival
      frame_min = frame_max = chunk.header.arrival;
    }
    if (chunk.ends_frame) store.note_times(chunk.header.position, frame_min, frame_max);
  }

  void finish_epoch(const EpochResult& epoch) {
    if (taps.on_epoch) taps.on_epoch(epoch);
    const StageWatch::Work at_work(settings.watch, Stage::kCorrelate);
    for (const Incident& incident : correlator->on_epoch(epoch)) {
      const StageWatch::Work delivery(settings.watch, Stage::kDeliver);
      if (taps.on_incident) taps.on_incident(incident);
    }
  }

  // The serial step: merge, score, correlate.
  void take(const Work& item) {
    const StageWatch::Work at_work(settings.watch, Stage::kMerge);
    merge->add(item.batch, item.digest);
    look_back->remember(item);
    note_frame(item.batch);
    if (taps.on_batch) taps.on_batch(item.batch);
    cut.reset();
    if (!item.batch.chunk.ends_epoch) return;
    finish_epoch(merge->end_epoch());
    cut = item.batch.chunk.header.position;
    if (taps.on_cut) taps.on_cut(*cut);
  }
};

Pipeline::Pipeline(std::unique_ptr<State> state) : state_(std::move(state)) {}
Pipeline::~Pipeline() = default;

Result<std::unique_ptr<Pipeline>> Pipeline::create(const config::Config& config,
                                                   const PipelineSettings& settings,
                                                   FrameStore& store, PipelineTaps taps) {
  INKLING_TRY(Worker::create(config, false));  // says what is wrong before anything runs
  INKLING_TRY(detect::ControlTable::create(config.detect));
  INKLING_TRY_ASSIGN(detect::Screen screen, detect::Screen::create(config.screen));
  auto state = std::make_unique<State>(config, settings, store, std::move(taps));
  state->look_back =
      std::make_unique<LookBack>(state->config, store, state->workers, state->executor);
  state->merge = std::make_unique<detect::Merge>(state->config.detect, std::move(screen),
                                                 state->executor, settings.merge);
  state->look_back->set_merge(*state->merge);
  state->correlator =
      std::make_unique<correlate::Correlator>(state->config.correlate, *state->look_back);
  return std::unique_ptr<Pipeline>(new Pipeline(std::move(state)));
}

Result<void> Pipeline::run(ingest::ChunkSource& source, const std::function<Ending()>& ending) {
  namespace tbb = oneapi::tbb;
  State& s = *state_;
  const unsigned threads = thread_count(s.settings.threads);
  std::optional<Error> failure;  // written by the source filter only
  using Item = Work*;            // owned by the pool; given back by the last filter

  const auto read = tbb::make_filter<void, Item>(
      tbb::filter_mode::serial_in_order, [&](tbb::flow_control& control) -> Item {
        auto item = s.work.borrow();
        item->batch.reset();
        item->digest.reset();
        const Result<bool> more = source.next(item->batch.chunk);
        if (!more) failure = more.error();
        if (!more || !*more) {
          control.stop();
          return nullptr;
        }
        return s.work.detach(std::move(item));
      });
  const auto decode = tbb::make_filter<Item, Item>(tbb::filter_mode::parallel, [&](Item item) {
    s.decode(*item);
    return item;
  });
  const auto digest = tbb::make_filter<Item, Item>(tbb::filter_mode::parallel, [&](Item item) {
    s.digest(*item);
    return item;
  });
  const auto merge =
      tbb::make_filter<Item, void>(tbb::filter_mode::serial_in_order, [&](Item item) {
        const auto returned = s.work.adopt(item);
        s.take(*returned);
      });

  const tbb::global_control limit(tbb::global_control::max_allowed_parallelism, threads);
  tbb::task_arena arena(static_cast<int>(threads));
  arena.execute([&] {
    tbb::parallel_pipeline(live_batches(threads), read & decode & digest & merge);
    const bool is_final = !failure && (!ending || ending() == Ending::kFinal);
    if (is_final) s.finish_epoch(s.merge->finish());
  });
  if (failure) return fail(std::move(*failure));
  return {};
}

std::optional<Position> Pipeline::cut() const { return state_->cut; }

void Pipeline::save(StateWriter& writer) const {
  const State& s = *state_;
  writer.begin_section(kSection, kVersion);
  writer.put_varint(s.config.screen.rules.size());
  for (const detect::ScreenRule& rule : s.config.screen.rules) writer.put_text(rule.name);
  s.merge->save(writer);
  s.correlator->save(writer);
  writer.end_section();
}

void Pipeline::skip(StateReader& reader) { reader.section(kSection, kVersion); }

Result<void> Pipeline::load(StateReader& reader) {
  State& s = *state_;
  StateReader::Section section = reader.section(kSection, kVersion);
  StateReader& r = section.content;
  std::vector<std::string> rules(r.count(1));
  for (std::string& rule : rules) rule = r.text(StateReader::kMaxText);
  INKLING_TRY(s.merge->load(r));
  s.merge->rename_rules(rules, s.config.screen.rules);
  INKLING_TRY(s.correlator->load(r));
  return r.finish();
}

const Ledger& Pipeline::ledger() const { return state_->merge->ledger(); }
detect::Merge& Pipeline::merge() { return *state_->merge; }
const correlate::Correlator& Pipeline::correlator() const { return *state_->correlator; }

}  // namespace inkling::app
