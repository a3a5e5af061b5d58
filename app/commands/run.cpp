#include "app/commands/run.h"

#include <fmt/format.h>
#include <pthread.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <charconv>
#include <csignal>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <stop_token>
#include <thread>
#include <utility>
#include <vector>

#include "app/broken_lines.h"
#include "app/exit_code.h"
#include "app/live_sinks.h"
#include "app/origin_numbers.h"
#include "app/pipeline.h"
#include "app/ticker.h"
#include "config/loader.h"
#include "core/clock.h"
#include "core/http_server.h"
#include "core/log.h"
#include "core/metrics.h"
#include "ingest/file_follow.h"
#include "ingest/http_source.h"
#include "ingest/journal.h"
#include "ingest/stdin_source.h"
#include "sinks/telemetry.h"

namespace inkling::app {
namespace {

constexpr std::size_t kMostOrigins = 4'096;       // files and pipes
constexpr OriginId kFirstHttpOrigin = 1'000'000;  // clients come behind all files

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
  LiveRun(const RunArgs& args, const StatePaths& paths, const config::Config& config)
      : args_(args), paths_(paths), config_(config), origins_(kMostOrigins) {}

  Result<void> open();
  // Until `stop`, or until all that feeds it has ended.
  Result<void> run(std::stop_source& stop);

 private:
  Result<void> open_http();
  Result<void> open_pipeline();
  void start_sources(std::stop_source& stop);

  const RunArgs& args_;
  const StatePaths& paths_;
  const config::Config& config_;
  SystemClock clock_;
  MetricsRegistry metrics_;
  OriginNumbers origins_;
  std::unique_ptr<ingest::Journal> journal_;
  std::unique_ptr<LiveSinks> sinks_;
  std::unique_ptr<BrokenLines> broken_lines_;
  std::unique_ptr<Pipeline> pipeline_;
  std::unique_ptr<ingest::FileFollow> follow_;
  std::unique_ptr<ingest::HttpSource> http_source_;
  std::unique_ptr<HttpServer> server_;
  std::atomic<bool> ready_ = false;  // relaxed would do: only shown
  std::vector<std::jthread> threads_;
};

Result<void> LiveRun::open_pipeline() {
  INKLING_TRY_ASSIGN(sinks_, LiveSinks::open(paths_, metrics_));
  ingest::DeadLetterOptions letter_options;
  letter_options.path = paths_.dead_letters;
  INKLING_TRY_ASSIGN(auto letters, ingest::DeadLetterFile::create(letter_options, metrics_));
  broken_lines_ = std::make_unique<BrokenLines>(std::move(letters), [](Position) {
    return std::make_pair(std::string_view(), std::uint64_t{0});
  });
  PipelineTaps taps;
  taps.on_batch = [this](const Batch& batch) { broken_lines_->take(batch); };
  taps.on_epoch = [this](const EpochResult&) {
    sinks::export_ledger(pipeline_->ledger(), metrics_);
  };
  taps.on_incident = [this](const Incident& incident) {
    sinks_->deliver(incident, pipeline_->ledger());
  };
  PipelineSettings settings;
  settings.threads = args_.threads;
  INKLING_TRY_ASSIGN(pipeline_, Pipeline::create(config_, settings, *journal_, std::move(taps)));
  return {};
}

Result<void> LiveRun::open_http() {
  INKLING_TRY_ASSIGN(server_, HttpServer::create(config_.server));
  http_source_ =
      std::make_unique<ingest::HttpSource>(*journal_, clock_, metrics_, kFirstHttpOrigin);
  http_source_->register_routes(*server_);
  sinks::Telemetry telemetry;
  telemetry.registry = &metrics_;
  telemetry.ready = [this] { return ready_.load(); };
  telemetry.refresh = [this] { sinks::export_http_stats(server_->stats(), metrics_); };
  sinks::register_telemetry(*server_, std::move(telemetry));
  return {};
}

Result<void> LiveRun::open() {
  INKLING_TRY(make_private_directory(paths_.directory));
  INKLING_TRY_ASSIGN(journal_, ingest::Journal::open_local(config_.journal, metrics_));
  INKLING_TRY(open_pipeline());
  INKLING_TRY(open_http());
  if (!config_.follow.paths.empty()) {
    INKLING_TRY_ASSIGN(follow_, ingest::FileFollow::create(
                                    config_.follow, *journal_,
                                    [this](const std::string& name) { return origins_.of(name); },
                                    clock_, metrics_));
  }
  return server_->start();
}

void LiveRun::start_sources(std::stop_source& stop) {
  threads_.emplace_back([this, token = stop.get_token()] { run_ticker(*journal_, clock_, token); });
  if (follow_) {
    threads_.emplace_back([this, &stop] {
      if (const auto done = follow_->run(stop.get_token()); !done) {
        log_error(fmt::format("following files ended: {}", done.error().message));
        stop.request_stop();
      }
    });
  }
  if (args_.read_stdin) {
    threads_.emplace_back([this, &stop] {
      ingest::StdinSource source(STDIN_FILENO, {}, *journal_, origins_.of("stdin"), clock_,
                                 metrics_);
      if (const auto done = source.run(stop.get_token()); !done) {
        log_error(fmt::format("standard input: {}", done.error().message));
      }
      if (!follow_) stop.request_stop();  // its end is the end of the input
    });
  }
}

Result<void> LiveRun::run(std::stop_source& stop) {
  log_info(fmt::format("listening on {}:{}, journal in {}", config_.server.address, server_->port(),
                       config_.journal.directory));
  // When told to stop: take nothing more, let the journal commit and the pipeline finish.
  const std::stop_callback on_stop(stop.get_token(), [this] { ready_ = false; });
  start_sources(stop);
  std::jthread closer([this, &stop] {
    wait_for_stop(stop.get_token());
    server_->drain();
    for (std::jthread& thread : threads_) {
      if (thread.joinable()) thread.join();
    }
    journal_->close();
  });
  ready_ = true;
  Result<void> done = pipeline_->run(*journal_);
  stop.request_stop();
  closer.join();
  server_->stop();
  return done;
}

}  // namespace

int run_run(const RunArgs& args) {
  const StatePaths paths = state_paths(args.state_directory);
  const auto config = load_config(args, paths);
  if (!config) return report_error(config.error());

  // Signals are taken by one thread of their own; blocked here so that all threads made later
  // inherit it.
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  std::signal(SIGPIPE, SIG_IGN);
  std::stop_source stop;
  std::jthread signal_thread([&signals, &stop](const std::stop_token& end) {
    const timespec interval{0, 100'000'000};
    while (!end.stop_requested()) {
      if (sigtimedwait(&signals, nullptr, &interval) > 0) {
        log_info("told to stop: draining");
        stop.request_stop();
        return;
      }
    }
  });

  LiveRun live(args, paths, *config);
  if (const auto opened = live.open(); !opened) return report_error(opened.error());
  if (const auto done = live.run(stop); !done) return report_error(done.error());
  log_info("drained");
  return kExitOk;
}

}  // namespace inkling::app
