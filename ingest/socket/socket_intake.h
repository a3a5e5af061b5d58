#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/clock.h"
#include "core/metrics.h"
#include "ingest/client_origins.h"
#include "ingest/journal.h"

namespace inkling::ingest {

// What became of a frame, or of the try to hand it over.
enum class SocketOutcome : std::uint8_t {
  kTaken,   // it is on its way, or (in `done`) durable
  kFull,    // too much is pending: keep it and try again
  kFailed,  // the disk failed, nothing of it is kept
};

// Why something was not taken, beside the outcomes above. A fixed list: it labels metrics.
enum class SocketRefusal : std::uint8_t {
  kMalformed,  // not this protocol
  kTooLarge,
  kAccess,  // no key, a wrong one, a wrong user
  kCut,     // the connection ended inside a message
};

// The door between the clients of one protocol on raw sockets and the journal: gives each client an
// origin, appends, counts, and remembers what was acknowledged lately. Thread-safe. Outlives the
// server, and every frame it gave to the journal that is not answered yet.
class SocketIntake {
 public:
  using Done = std::function<void(SocketOutcome)>;

  // `protocol` labels metrics. Everything else outlives the intake.
  SocketIntake(const std::string& protocol, Format format, Journal& journal, const Clock& clock,
               MetricsRegistry& metrics, OriginId first_origin);
  ~SocketIntake();

  // Hands a frame over; unless it is refused, `done` (may be empty) is called once, from the
  // journal's thread. kFull: nothing happened.
  SocketOutcome submit(const std::string& client, std::string_view bytes, std::string client_key,
                       Done done);

  void count_refused(SocketRefusal reason);
  // The journal was full and a client is held back.
  void count_wait() { waits_.add(); }
  // Bytes received that will never be handed over.
  void count_lost(std::size_t bytes) { lost_bytes_.add(static_cast<double>(bytes)); }

  const Clock& clock() const { return clock_; }

 private:
  const Format format_;
  Journal& journal_;
  const Clock& clock_;
  ClientOrigins origins_;
  MetricsRegistry::Counter& accepted_frames_;
  MetricsRegistry::Counter& accepted_bytes_;
  MetricsRegistry::Counter& waits_;
  MetricsRegistry::Counter& lost_bytes_;
  MetricsRegistry::Counter& failed_;
  std::vector<MetricsRegistry::Counter*> refused_;  // by SocketRefusal
};

}  // namespace inkling::ingest
