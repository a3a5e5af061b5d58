#include "app/live_run.h"

#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <system_error>
#include <utility>

#include "app/fill_gauges.h"
#include "app/learned_state.h"
#include "app/resume.h"
#include "app/ticker.h"
#include "core/log.h"
#include "sinks/telemetry.h"

namespace inkling::app {
namespace {

constexpr Duration kLastAnswers = std::chrono::seconds(2);
constexpr OriginId kFirstHttpOrigin = 1'000'000;          // clients come behind all files
constexpr Duration kPatience = std::chrono::seconds(10);  // with a stage at one piece of work

// The state directory holds data as received: nobody else may look.
Result<void> make_private_directory(const std::string& path) {
  std::error_code error;
  std::filesystem::create_directories(path, error);
  if (error || ::chmod(path.c_str(), 0700) != 0) {
    return fail(ErrorCode::kIo, fmt::format("the state directory cannot be made: {}", path));
  }
  return {};
}

}  // namespace

LiveRun::LiveRun(LiveRunOptions options, const StatePaths& paths, const config::Config& config)
    : options_(std::move(options)),
      paths_(paths),
      config_(config),
      sources_({.config = config,
                .clock = clock_,
                .metrics = metrics_,
                .read_stdin = options_.read_stdin}),
      keys_(config.server_keys),
      watch_(kPatience, metrics_) {}

// A first run has no state yet.
Result<void> LiveRun::load_memory() {
  auto loaded = load_state(options_.state);
  if (loaded) {
    memory_ = std::move(*loaded);
    log_info(fmt::format("state of {} series read from {}", memory_.series(), options_.state));
    return {};
  }
  if (loaded.error().code != ErrorCode::kNotFound) return fail(std::move(loaded.error()));
  log_info(fmt::format("no state in {} yet", options_.state));
  return {};
}

Result<void> LiveRun::open_pipeline() {
  INKLING_TRY_ASSIGN(sinks_, LiveSinks::open(paths_, metrics_));
  INKLING_TRY_ASSIGN(
      escalation_,
      LiveEscalation::open(config_, clock_, metrics_,
                           [this](const Incident& incident, const sinks::Explanation& explanation) {
                             sinks_->explain(incident, explanation);
                           }));
  sinks_->set_on_kept([this](const Incident& incident) {
    if (escalation_) escalation_->submit(incident);
  });
  ingest::DeadLetterOptions letter_options = config_.dead_letters;
  if (letter_options.path.empty()) letter_options.path = paths_.dead_letters;
  INKLING_TRY_ASSIGN(auto letters, ingest::DeadLetterFile::create(letter_options, metrics_));
  broken_lines_ = std::make_unique<BrokenLines>(std::move(letters), [](Position) {
    return std::make_pair(std::string_view(), std::uint64_t{0});
  });
  PipelineTaps taps;
  auto& cleaned = metrics_.counter(
      "inkling_ingest_cleaned_lines_total",
      "Lines of text that held colours, control characters or bytes that are no UTF-8.");
  taps.on_batch = [this, &cleaned](const Batch& batch) {
    broken_lines_->take(batch);
    if (batch.cleaned_lines > 0) cleaned.add(batch.cleaned_lines);
    const FrameChunk& chunk = batch.chunk;
    if (chunk.attributes && chunk.origin_name) files_.note(*chunk.attributes, *chunk.origin_name);
  };
  taps.on_epoch = [this](const EpochResult&) {
    export_books();
    broken_lines_->flush();
    sinks_->flush();
  };
  taps.on_cut = [this](Position last) {
    if (!sinks_->has_waiting()) checkpointer_->at_cut(last);
  };
  taps.on_incident = [this](const Incident& incident) {
    evidence_->note(incident);
    sinks_->deliver(incident, pipeline_->ledger(),
                    escalation_ ? escalation_->explanation(incident.id) : std::nullopt);
  };
  PipelineSettings settings;
  settings.threads = options_.threads;
  settings.watch = &watch_;
  if (!options_.state.empty()) {
    INKLING_TRY(load_memory());
    settings.merge.memory = &memory_;
  }
  const auto make = [&] { return Pipeline::create(config_, settings, *journal_, taps); };
  INKLING_TRY_ASSIGN(Resumed resumed,
                     resume_pipeline(paths_.directory, make, config_.journal.directory, *journal_));
  pipeline_ = std::move(resumed.pipeline);
  files_ = std::move(resumed.files);
  found_files_ = files_.positions();
  checkpointer_ = std::make_unique<Checkpointer>(
      Checkpointer::Options{paths_.directory, config_.state.checkpoint_interval},
      Checkpointer::Sources{*pipeline_, *journal_, files_}, clock_, metrics_,
      [this](Position last) { journal_->set_needed_from(last); }, std::move(resumed.kept));
  export_books();  // so that all series are there from the start
  return {};
}

// What incidents point at is copied before its part of the journal goes.
Result<void> LiveRun::keep_evidence() {
  evidence_ =
      std::make_unique<EvidenceKeeper>(EvidenceKeeper::Paths{.journal = config_.journal.directory,
                                                             .evidence = paths_.evidence,
                                                             .dead_letters = paths_.dead_letters},
                                       config_.journal.max_evidence_bytes, metrics_);
  INKLING_TRY_ASSIGN(const auto store, sinks::IncidentStore::open({.path = paths_.incidents}));
  INKLING_TRY(evidence_->load(*store));
  journal_->set_before_removal(
      [this](std::uint32_t segment) { return evidence_->before_removal(segment); });
  return {};
}

void LiveRun::export_books() {
  sinks::export_ledger(pipeline_->ledger(), metrics_);
  export_fill(pipeline_->merge().fill(), config_.detect, metrics_);
  export_rules(pipeline_->merge().rule_matches(), config_.screen, metrics_);
}

Result<void> LiveRun::open_http() {
  INKLING_TRY_ASSIGN(server_, HttpServer::create(config_.server));
  intake_ = std::make_unique<ingest::HttpIntake>(*journal_, clock_, metrics_, kFirstHttpOrigin);
  ingest::register_endpoints(
      {.server = *server_, .intake = *intake_, .keys = keys_, .options = config_.http_source});
  sinks::Telemetry telemetry;
  telemetry.registry = &metrics_;
  telemetry.ready = [this] { return ready_.load(); };
  telemetry.refresh = [this] {
    MutexLock lock(stats_mutex_);  // the server may have several threads
    sinks::export_http_stats(server_->stats(), metrics_);
    sources_.export_stats();
    checkpointer_->export_age();
  };
  sinks::register_telemetry(*server_, std::move(telemetry));
  return {};
}

Result<void> LiveRun::open() {
  INKLING_TRY(make_private_directory(paths_.directory));
  INKLING_TRY_ASSIGN(journal_, ingest::Journal::open_local(config_.journal, metrics_));
  INKLING_TRY(open_pipeline());
  source_ = std::make_unique<UntilTold>(*journal_);
  INKLING_TRY(keep_evidence());
  INKLING_TRY(open_http());
  INKLING_TRY(sources_.open(*journal_, found_files_));
  return server_->start();
}

void LiveRun::reload() {
  server_->reload_tls();
  sources_.reload_tls();
  log_info(
      "SIGHUP: certificates are looked at again; other options are read at the start only: "
      "restart");
}

void LiveRun::wait_for_clients(Duration longest) const {
  const auto deadline = std::chrono::steady_clock::now() + longest;
  while ((server_->stats().connections_open > 0 || !sources_.is_idle()) &&
         std::chrono::steady_clock::now() < deadline) {
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
}

void LiveRun::drain() {
  ready_ = false;
  server_->drain();
  sources_.drain();
  if (ticker_.joinable()) ticker_.join();
  // Requests under way are still taken; who is slower is told to send again.
  wait_for_clients(options_.shutdown_limit / 2);
  write_tick(*journal_, clock_);  // ends the last epoch, so that all of it can be saved
  journal_->close();
}

Pipeline::Ending LiveRun::save_at_end() {
  const auto last = pipeline_->cut();
  if (last && !sinks_->has_waiting()) {
    saved_ = checkpointer_->save_now(*last);
  }
  return sources_.has_ended() ? Pipeline::Ending::kFinal : Pipeline::Ending::kToBeContinued;
}

void LiveRun::wait_for_pipeline(Duration longest) {
  const auto deadline = std::chrono::steady_clock::now() + longest;
  while (!pipeline_ended_ && std::chrono::steady_clock::now() < deadline) {
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
}

Result<void> LiveRun::run(std::stop_source& stop) {
  const bool tls = config_.server.tls.enabled();
  log_info(fmt::format("listening on {}:{}{}, journal in {}", config_.server.address,
                       server_->port(), tls ? ", TLS" : "", config_.journal.directory));
  INKLING_TRY(sources_.start(stop));
  for (const std::string& address : sources_.addresses()) {
    log_info(fmt::format("listening for {}", address));
  }
  ticker_ =
      std::jthread([this, token = stop.get_token()] { run_ticker(*journal_, clock_, token); });
  watcher_ = std::jthread([this](const std::stop_token& token) {
    run_every_second(token, [this] { watch_.check(std::chrono::steady_clock::now()); });
  });
  ready_ = true;
  std::jthread closer([this, token = stop.get_token()] {
    wait_for_stop(token);
    const auto begin = std::chrono::steady_clock::now();
    drain();
    const Duration used = std::chrono::steady_clock::now() - begin;
    wait_for_pipeline(options_.shutdown_limit * 3 / 4 - used);
    if (pipeline_ended_) return;
    log_info("what is left of the journal is run at the next start");
    source_->end_early();
  });
  Result<void> done = pipeline_->run(*source_, [this] { return save_at_end(); });
  pipeline_ended_ = true;
  if (done) done = saved_;
  ready_ = false;
  stop.request_stop();
  closer.join();
  broken_lines_->flush();
  if (escalation_) escalation_->stop();  // what waits is told without a model
  if (done && !options_.state.empty()) done = save_state(options_.state, memory_);
  // The last answers are on their way.
  wait_for_clients(std::min<Duration>(kLastAnswers, options_.shutdown_limit / 4));
  server_->stop();
  sources_.stop();
  return done;
}

}  // namespace inkling::app
