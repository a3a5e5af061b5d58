#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "core/incident.h"
#include "core/metrics.h"
#include "core/mutex.h"
#include "core/result.h"
#include "ingest/kept_frames.h"
#include "sinks/incident_store.h"

namespace inkling::app {

// Keeps what incidents and dead letters point at when a segment of the journal has to go: the
// frames are copied first. Of incidents: those open, and the latest that are not. Thread-safe.
class EvidenceKeeper {
 public:
  struct Paths {
    std::string journal;
    std::string evidence;      // directory of the copies
    std::string dead_letters;  // file
  };
  EvidenceKeeper(Paths paths, std::uint64_t max_bytes, MetricsRegistry& metrics);

  // Incidents of earlier runs.
  Result<void> load(const sinks::IncidentStore& store);
  // An incident was opened, updated or resolved.
  void note(const Incident& incident);

  // Copies what is pointed at in a segment. A frame that cannot be read is passed by (nothing is
  // there to be kept); fails if a copy cannot be written.
  Result<void> before_removal(std::uint32_t segment);

 private:
  static constexpr std::size_t kMostResolved = 200;  // guess: weeks of incidents

  struct Kept {
    std::set<Position> positions;
    bool open = true;
    std::uint64_t order = 0;  // of the last note
  };
  std::set<Position> dead_letters_of(std::uint32_t segment) const;

  const Paths paths_;
  Mutex mutex_;
  ingest::KeptFrames frames_ INKLING_GUARDED_BY(mutex_);
  std::map<std::string, Kept> incidents_ INKLING_GUARDED_BY(mutex_);
  std::uint64_t order_ INKLING_GUARDED_BY(mutex_) = 0;
  MetricsRegistry::Counter& copied_;
  MetricsRegistry::Gauge& bytes_;
};

// Positions in the journal that the evidence of an incident leads to.
std::set<Position> evidence_positions(const Incident& incident);

}  // namespace inkling::app
