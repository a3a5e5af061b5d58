#pragma once

#include <atomic>
#include <memory>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

#include "app/broken_lines.h"
#include "app/checkpointer.h"
#include "app/evidence_keeper.h"
#include "app/live_escalation.h"
#include "app/live_sinks.h"
#include "app/live_sources.h"
#include "app/pipeline.h"
#include "app/stage_watch.h"
#include "app/state_directory.h"
#include "app/until_told.h"
#include "config/config.h"
#include "core/clock.h"
#include "core/http_server.h"
#include "core/metrics.h"
#include "core/mutex.h"
#include "core/result.h"
#include "ingest/http/endpoints.h"
#include "ingest/journal.h"

namespace inkling::app {

struct LiveRunOptions {
  std::string state;  // file of remembered series, "" = none
  unsigned threads = 0;
  bool read_stdin = false;
  Duration shutdown_limit{};
};

// Everything a live run is made of, in the order it is started; stopped in reverse.
class LiveRun {
 public:
  // `paths` and `config` outlive this.
  LiveRun(LiveRunOptions options, const StatePaths& paths, const config::Config& config);
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

  const LiveRunOptions options_;
  const StatePaths& paths_;
  const config::Config& config_;
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
  StageWatch watch_;
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

}  // namespace inkling::app
