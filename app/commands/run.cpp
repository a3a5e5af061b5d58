#include "app/commands/run.h"

#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <atomic>
#include <charconv>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <stop_token>
#include <thread>
#include <utility>
#include <vector>

#include "app/broken_lines.h"
#include "app/checkpointer.h"
#include "app/evidence_keeper.h"
#include "app/exit_code.h"
#include "app/fill_gauges.h"
#include "app/learned_state.h"
#include "app/live_escalation.h"
#include "app/live_sinks.h"
#include "app/live_sources.h"
#include "app/pipeline.h"
#include "app/resume.h"
#include "app/shutdown.h"
#include "app/stage_watch.h"
#include "app/ticker.h"
#include "app/until_told.h"
#include "config/loader.h"
#include "core/clock.h"
#include "core/http_server.h"
#include "core/log.h"
#include "core/metrics.h"
#include "core/mutex.h"
#include "core/units.h"
#include "ingest/http/endpoints.h"
#include "ingest/journal.h"
#include "sinks/telemetry.h"

namespace inkling::app {
namespace {

constexpr Duration kLastAnswers = std::chrono::seconds(2);
constexpr Duration kPatience = std::chrono::seconds(10);  // with a stage at one piece of work
constexpr OriginId kFirstHttpOrigin = 1'000'000;          // clients come behind all files

int report_error(const Error& error) {
  std::fputs(fmt::format("inkling run: {}\n", error.message).c_str(), stderr);
  return exit_code(error);
}

Result<void> set_listen(const std::string& listen, HttpServerOptions& server) {
  const std::size_t colon = listen.rfind(':');
  unsigned port = 0;
  const bool good =
      colon != std::string::npos &&
      std::from_chars(listen.data() + colon + 1, listen.data() + listen.size(), port).ptr ==
          listen.data() + listen.size() &&
      port <= 65'535 && colon + 1 < listen.size();
  if (!good) {
    return fail(ErrorCode::kInvalidArgument,
                fmt::format("--listen must be address:port, e.g. 127.0.0.1:4319: {}", listen));
  }
  server.address = listen.substr(0, colon);
  if (server.address.size() > 2 && server.address.front() == '[' && server.address.back() == ']') {
    server.address = server.address.substr(1, server.address.size() - 2);  // [::1]:4319
  }
  server.port = static_cast<std::uint16_t>(port);
  return {};
}

Result<config::Config> load_config(const RunArgs& args, const StatePaths& paths) {
  config::Config config;
  if (!args.config.empty()) {
    INKLING_TRY_ASSIGN(config, config::load_file(args.config, config::system_environment()));
  }
  if (!args.listen.empty()) INKLING_TRY(set_listen(args.listen, config.server));
  if (config.journal.directory.empty()) config.journal.directory = paths.journal;
  if (config.follow.checkpoint.empty()) {
    config.follow.checkpoint = paths.directory + "/follow.positions";
  }
  config.follow.paths.insert(config.follow.paths.end(), args.follow.begin(), args.follow.end());
  return config;
}

// The state directory holds data as received: nobody else may look.
Result<void> make_private_directory(const std::string& path) {
  std::error_code error;
  std::filesystem::create_directories(path, error);
  if (error || ::chmod(path.c_str(), 0700) != 0) {
    return fail(ErrorCode::kIo, fmt::format("the state directory cannot be made: {}", path));
  }
  return {};
}

// Everything a live run is made of, in the order it is started; stopped in reverse.
class LiveRun {
 public:
  LiveRun(const RunArgs& args, const StatePaths& paths, const config::Config& config,
          Duration shutdown_limit)
      : args_(args),
        paths_(paths),
        config_(config),
        shutdown_limit_(shutdown_limit),
        sources_({.config = config,
                  .clock = clock_,
                  .metrics = metrics_,
                  .read_stdin = args.read_stdin}),
        keys_(config.server_keys) {}
  ~LiveRun() { sources_.stop(); }  // before the journal goes

  Result<void> open();
  // Takes certificates that were renewed. By any thread, once open.
  void reload();
  // Until `stop`, or until all that feeds it has ended.
  Result<void> run(std::stop_source& stop);

 private:
  Result<void> open_http();
  Result<void> open_pipeline();
  Result<void> load_memory();
  Result<void> keep_evidence();
  // From the serial step, or before it runs.
  void export_books();
  // Takes nothing more, lets what is under way come to its end, and closes the journal.
  void drain();
  // Of the pipeline, when its source has ended.
  Pipeline::Ending save_at_end();
  void wait_for_pipeline(Duration longest);
  // Until no client is connected, but not longer than that.
  void wait_for_clients(Duration longest) const;

  const RunArgs& args_;
  const StatePaths& paths_;
  const config::Config& config_;
  const Duration shutdown_limit_;
  SystemClock clock_;
  MetricsRegistry metrics_;
  // In front of the journal, which calls them back until its last frame is committed.
  LiveSources sources_;
  std::unique_ptr<ingest::HttpIntake> intake_;
  const ingest::AccessKeys keys_;
  std::unique_ptr<EvidenceKeeper> evidence_;  // asked by the journal's thread
  std::unique_ptr<ingest::Journal> journal_;
  std::unique_ptr<LiveSinks> sinks_;
  std::unique_ptr<LiveEscalation> escalation_;  // null: nobody is asked
  std::unique_ptr<BrokenLines> broken_lines_;
  detect::SeriesMemory memory_;  // outlives the pipeline
  StageWatch watch_{kPatience, metrics_};
  std::unique_ptr<Pipeline> pipeline_;
  ingest::FollowBook files_;                         // the serial step's
  std::vector<ingest::FollowPosition> found_files_;  // at the start
  std::unique_ptr<Checkpointer> checkpointer_;       // reads the pipeline
  std::unique_ptr<UntilTold> source_;
  Result<void> saved_;  // at the end
  std::atomic<bool> pipeline_ended_ = false;
  std::unique_ptr<HttpServer> server_;
  Mutex stats_mutex_;
  std::atomic<bool> ready_ = false;  // relaxed would do: only shown
  std::jthread ticker_;
  std::jthread watcher_;  // says which stage holds the rest up
};

// A first run has no state yet.
Result<void> LiveRun::load_memory() {
  auto loaded = load_state(args_.state);
  if (loaded) {
    memory_ = std::move(*loaded);
    log_info(fmt::format("state of {} series read from {}", memory_.series(), args_.state));
    return {};
  }
  if (loaded.error().code != ErrorCode::kNotFound) return fail(std::move(loaded.error()));
  log_info(fmt::format("no state in {} yet", args_.state));
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
  settings.threads = args_.threads;
  settings.watch = &watch_;
  if (!args_.state.empty()) {
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
  wait_for_clients(shutdown_limit_ / 2);
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
    wait_for_pipeline(shutdown_limit_ * 3 / 4 - used);
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
  if (done && !args_.state.empty()) done = save_state(args_.state, memory_);
  // The last answers are on their way.
  wait_for_clients(std::min<Duration>(kLastAnswers, shutdown_limit_ / 4));
  server_->stop();
  sources_.stop();
  return done;
}

}  // namespace

int run_run(const RunArgs& args) {
  StatePaths paths = state_paths(args.state_directory);
  const auto config = load_config(args, paths);
  if (!config) return report_error(config.error());
  if (!config->store.path.empty()) paths.incidents = config->store.path;
  if (!config->report.directory.empty()) paths.reports = config->report.directory;

  const auto limit = parse_duration(args.shutdown_timeout);
  if (!limit || *limit <= Duration(0)) {
    return report_error(Error{
        ErrorCode::kInvalidArgument,
        fmt::format("--shutdown-timeout must be a duration like 25s: {}", args.shutdown_timeout)});
  }
  std::stop_source stop;
  Shutdown shutdown(stop, *limit);

  LiveRun live(args, paths, *config, *limit);
  if (const auto opened = live.open(); !opened) return report_error(opened.error());
  shutdown.set_reload([&live] { live.reload(); });
  const auto done = live.run(stop);
  shutdown.set_reload({});
  if (!done) return report_error(done.error());
  log_info("drained");
  return kExitOk;
}

}  // namespace inkling::app
