#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/clock.h"
#include "core/frame_attributes.h"
#include "core/http_server.h"
#include "core/metrics.h"
#include "ingest/client_origins.h"
#include "ingest/journal.h"

namespace inkling::ingest {

// What became of a body. A fixed list: each endpoint words it in its protocol.
enum class IntakeOutcome : std::uint8_t {
  kDurable,  // committed: acknowledge
  kFull,     // too much is pending: the sender keeps it and comes again (429 or 503)
  kFailed,   // the disk failed, nothing of it is kept: the sender keeps it and comes again
  kRefused,  // it can never be taken (larger than a frame may be, say)
};

// Why a request was not taken, beside the outcomes above. A fixed list: it labels metrics.
enum class IntakeRefusal : std::uint8_t {
  kEmpty,
  kEncoding,  // unknown Content-Encoding, or the body is not what it says
  kMalformed,
  kTooLarge,
  kAccess,  // no key, or a wrong one
};

// A body on its way into the journal.
struct IntakeFrame {
  Format format = Format::kNdjson;
  Encoding encoding = Encoding::kIdentity;
  std::string client_key = {};  // for dropping duplicates, "" = none
  FrameAttributes attributes = {};
  PaddedBuffer bytes = {};  // as received
};

// The door between HTTP requests and the journal: gives each client an origin, appends, counts by
// endpoint, and calls back once the frame is durable or cannot be. Thread-safe once the endpoints
// are made. Outlives the server, and every frame it gave to the journal that is not answered yet.
class HttpIntake {
 public:
  // Each client address is an origin of its own up to this many; later ones share one.
  static constexpr std::size_t kMaxOrigins = ClientOrigins::kMaxOrigins;

  // Ids of origins are first_origin .. first_origin + kMaxOrigins. Everything outlives the intake.
  HttpIntake(Journal& journal, const Clock& clock, MetricsRegistry& metrics, OriginId first_origin);
  ~HttpIntake();

  // One way in, e.g. "ndjson"; its name labels metrics. Lives as long as the intake.
  class Endpoint {
   public:
    using Done = std::function<void(IntakeOutcome)>;

    // `done` is called exactly once: now, or later from the journal's thread.
    void submit(const std::string& client, IntakeFrame frame, Done done);
    // Counts a request that was answered without being taken.
    void count_refused(IntakeRefusal reason);

   private:
    friend class HttpIntake;
    Endpoint(HttpIntake& intake, const std::string& name);
    void count(IntakeOutcome outcome, std::size_t bytes);

    HttpIntake& intake_;
    MetricsRegistry::Counter& accepted_requests_;
    MetricsRegistry::Counter& accepted_bytes_;
    std::vector<MetricsRegistry::Counter*> refused_;   // by IntakeRefusal
    std::vector<MetricsRegistry::Counter*> not_kept_;  // by IntakeOutcome
  };
  // Before the server starts.
  Endpoint& make_endpoint(const std::string& name);
  const Clock& clock() const { return clock_; }

 private:
  Journal& journal_;
  const Clock& clock_;
  MetricsRegistry& metrics_;
  ClientOrigins origins_;
  std::vector<std::unique_ptr<Endpoint>> endpoints_;  // constant once the server runs
};

// The encoding that Content-Encoding names, whatever its case; "" is identity. "snappy" is
// `snappy`, which is the block format or the framed one by protocol. Nothing if it is not spoken.
std::optional<Encoding> parse_content_encoding(std::string_view text,
                                               Encoding snappy = Encoding::kSnappyFramed);

// Whether a body begins like the encoding it claims. True where an encoding has no magic number.
bool begins_like(Encoding encoding, std::string_view body);

}  // namespace inkling::ingest
