#include "app/evidence_keeper.h"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <utility>

#include "core/json.h"
#include "core/log.h"
#include "sinks/incident_json.h"

namespace inkling::app {
namespace {

Position frame_of(Position position) { return {position.segment, 0, position.offset}; }

}  // namespace

std::set<Position> evidence_positions(const Incident& incident) {
  std::set<Position> positions;
  for (const Evidence& evidence : incident.evidence) {
    if (evidence.position) positions.insert(frame_of(*evidence.position));
  }
  return positions;
}

EvidenceKeeper::EvidenceKeeper(Paths paths, std::uint64_t max_bytes, MetricsRegistry& metrics)
    : paths_(std::move(paths)),
      frames_(paths_.evidence, max_bytes),
      copied_(metrics.counter("inkling_app_evidence_copied_frames_total",
                              "Frames copied before their segment of the journal went")),
      bytes_(metrics.gauge("inkling_app_evidence_bytes", "Size of these copies")) {
  MutexLock lock(mutex_);
  bytes_.set(static_cast<double>(frames_.bytes()));
}

Result<void> EvidenceKeeper::load(const sinks::IncidentStore& store) {
  INKLING_TRY_ASSIGN(const auto rows, store.list());
  std::size_t resolved = 0;
  for (const sinks::IncidentSummary& row : rows) {  // latest first
    if (row.state == "resolved" && ++resolved > kMostResolved) continue;
    INKLING_TRY_ASSIGN(const auto report, store.report(row.id));
    if (!report) continue;
    const auto incident = sinks::incident_from_json(*report);
    if (incident) note(*incident);
  }
  return {};
}

void EvidenceKeeper::note(const Incident& incident) {
  MutexLock lock(mutex_);
  Kept& kept = incidents_[incident.id];
  kept.positions.merge(evidence_positions(incident));
  kept.open = incident.state == IncidentState::kOpen;
  kept.order = ++order_;
  const auto resolved =
      std::ranges::count_if(incidents_, [](const auto& entry) { return !entry.second.open; });
  if (static_cast<std::size_t>(resolved) <= kMostResolved) return;
  auto oldest = incidents_.end();
  for (auto entry = incidents_.begin(); entry != incidents_.end(); ++entry) {
    if (entry->second.open) continue;
    if (oldest == incidents_.end() || entry->second.order < oldest->second.order) oldest = entry;
  }
  incidents_.erase(oldest);
}

std::set<Position> EvidenceKeeper::dead_letters_of(std::uint32_t segment) const {
  std::set<Position> positions;
  std::ifstream file(paths_.dead_letters);
  for (std::string line; std::getline(file, line);) {
    const auto row = parse_json(line);
    if (!row) continue;
    const JsonValue* number = row->find("segment");
    const JsonValue* offset = row->find("offset");
    if (number == nullptr || offset == nullptr || number->integer(-1) != segment) continue;
    positions.insert({segment, 0, static_cast<std::uint64_t>(offset->integer())});
  }
  return positions;
}

Result<void> EvidenceKeeper::before_removal(std::uint32_t segment) {
  std::set<Position> wanted = dead_letters_of(segment);
  MutexLock lock(mutex_);
  for (const auto& [id, kept] : incidents_) {
    for (const Position& position : kept.positions) {
      if (position.segment == segment) wanted.insert(position);
    }
  }
  for (const Position& position : wanted) {
    const auto copied = frames_.keep(paths_.journal, position);
    if (copied) {
      copied_.add();
      continue;
    }
    const ErrorCode code = copied.error().code;
    // With the copies at their bound the journal must not fill up as well.
    if (code == ErrorCode::kIo) return copied;
    log_warn(fmt::format("evidence at segment {} offset {} is not kept: {}", position.segment,
                         position.offset, copied.error().message));
  }
  bytes_.set(static_cast<double>(frames_.bytes()));
  return {};
}

}  // namespace inkling::app
