#pragma once

#include <atomic>
#include <memory>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

#include "app/live_pull.h"
#include "app/origin_numbers.h"
#include "config/config.h"
#include "core/clock.h"
#include "core/metrics.h"
#include "core/socket_server.h"
#include "ingest/file_follow.h"
#include "ingest/journal.h"
#include "ingest/socket/socket_intake.h"

namespace inkling::app {

// Everything a live run reads besides HTTP: followed files, standard input, pages that are
// fetched, protocols on raw sockets. A new kind of source is opened in open(), begun in start(),
// ended in drain(). Outlives the journal, which calls its intakes back until the last frame is
// committed; stop() comes before that. Life-cycle: open, start, drain, stop, by the owner; the rest
// by any thread.
class LiveSources {
 public:
  // Everything given outlives the sources, but for the journal (see above).
  struct Surroundings {
    const config::Config& config;
    const Clock& clock;
    MetricsRegistry& metrics;
    bool read_stdin = false;
  };
  explicit LiveSources(const Surroundings& surroundings);
  ~LiveSources();
  LiveSources(const LiveSources&) = delete;
  LiveSources& operator=(const LiveSources&) = delete;

  // Makes all that is configured; nothing is read yet.
  // `positions`: how far followed files are in the journal already.
  Result<void> open(ingest::Journal& journal, const std::vector<ingest::FollowPosition>& positions);
  // Binds and begins to read. `stop` is requested when all there is to read has ended, or cannot go
  // on. kUnavailable names the address that cannot be had.
  Result<void> start(std::stop_source& stop);
  // After `stop`: nothing new is taken; waits for files and pipes. Clients finish what is under
  // way.
  void drain();
  // Whether all there was to read has ended by itself.
  bool has_ended() const { return ended_; }
  // Whether no client is connected.
  bool is_idle() const;
  void stop();

  // Takes certificates that were renewed. By any thread, once started.
  void reload_tls();
  // Brings the metrics of the sockets up to date. One caller at a time.
  void export_stats();
  // "forward tcp://127.0.0.1:24224", ... as bound.
  std::vector<std::string> addresses() const;

 private:
  struct Sockets {
    std::string protocol;
    std::unique_ptr<ingest::SocketIntake> intake;
    std::unique_ptr<SocketServer> server;
  };
  Result<void> open_sockets(const std::string& protocol, const ingest::SocketInputOptions& options,
                            SocketHandlers handlers);
  ingest::SocketIntake& make_intake(const std::string& protocol, Format format, OriginId first);
  void run_stdin(std::stop_source& stop);

  const Surroundings surroundings_;
  OriginNumbers origins_;
  ingest::Journal* journal_ = nullptr;
  std::unique_ptr<ingest::FileFollow> follow_;
  std::unique_ptr<LivePull> pull_;
  std::vector<Sockets> sockets_;
  std::atomic<bool> ended_ = false;  // relaxed would do: the stop orders it
  std::vector<std::jthread> threads_;
};

}  // namespace inkling::app
