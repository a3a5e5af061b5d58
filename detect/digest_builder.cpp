#include "detect/digest_builder.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include "core/check.h"
#include "core/hash.h"
#include "core/series.h"
#include "core/sketch.h"
#include "detect/metric_series.h"

namespace inkling::detect {
namespace {

// An event further ahead of its arrival has a wrong clock; it gets the time of arrival.
constexpr Duration kMostAhead = std::chrono::seconds(60);

// Bits of a bin of a sketch.
constexpr unsigned kBinBits = 12;
static_assert(Sketch::kBins <= (1u << kBinBits));

}  // namespace

void DigestBuilder::Index::begin() {
  if (entries.empty()) entries.resize(1024);
  ++epoch;
  if (epoch == 0) {  // wrapped around: old entries could pass for new ones
    std::fill(entries.begin(), entries.end(), Entry{});
    epoch = 1;
  }
  used = 0;
}

std::uint32_t DigestBuilder::Index::find_or_add(std::uint64_t key, std::uint32_t next) {
  const std::size_t mask = entries.size() - 1;
  for (std::size_t at = key & mask;; at = (at + 1) & mask) {
    Entry& entry = entries[at];
    if (entry.epoch != epoch) {
      entry = {key, epoch, next};
      if (++used * 2 > entries.size()) grow();
      return next;
    }
    if (entry.key == key) return entry.value;
  }
}

void DigestBuilder::Index::grow() {
  std::vector<Entry> old(entries.size() * 2);
  old.swap(entries);
  const std::size_t mask = entries.size() - 1;
  for (const Entry& entry : old) {
    if (entry.epoch != epoch) continue;
    std::size_t at = entry.key & mask;
    while (entries[at].epoch == epoch) at = (at + 1) & mask;
    entries[at] = entry;
  }
}

DigestBuilder::DigestBuilder(Screen screen, const SkeletonOptions& skeletons, bool keep_skeletons)
    : screen_(std::move(screen)), skeleton_options_(skeletons), keep_skeletons_(keep_skeletons) {}

std::uint32_t DigestBuilder::add_scope(std::uint64_t hash, std::string_view service,
                                       std::string_view version, std::string_view route,
                                       std::uint32_t base, Digest& digest) {
  const auto next = static_cast<std::uint32_t>(digest.scopes.size());
  const std::uint32_t found = scopes_.find_or_add(hash, next);
  if (found == next) {
    digest.scopes.push_back({hash, service, version, route, route.empty() ? next : base});
  }
  return found;
}

std::uint32_t DigestBuilder::scope_of(const LogRecord& record, Digest& digest) {
  const std::uint64_t base_hash =
      hash_combine(hash_bytes(record.service), hash_bytes(record.version));
  const std::uint32_t base =
      add_scope(hash_combine(base_hash, 0), record.service, record.version, {}, 0, digest);
  if (record.route.empty()) return base;
  const std::uint64_t hash = hash_combine(base_hash, hash_bytes(record.route));
  return add_scope(hash, record.service, record.version, record.route, base, digest);
}

// Where the record is counted; what is new is added.
const CellMemo::Entry& DigestBuilder::place_of(const LogRecord& record, std::uint32_t log,
                                               Digest& digest) {
  const std::int64_t slot = record.time.is_set() ? slot_of(record.time) : kNoSlot;
  CellMemo::Entry& place = places_.entry_of(record, slot);
  if (!places_.holds(place, record, slot)) {
    places_.remember(place, record, slot);
    place.scope = scope_of(record, digest);
    place.base = digest.scopes[place.scope].base;
    const std::uint64_t key =
        hash_combine(digest.scopes[place.scope].hash, static_cast<std::uint64_t>(slot));
    const auto next = static_cast<std::uint32_t>(digest.cells.size());
    place.cell = cells_.find_or_add(key, next);
    if (place.cell == next) {
      RollupCell fresh;
      fresh.scope = place.scope;
      fresh.slot = slot;
      digest.cells.push_back(fresh);
    }
  }
  if (!record.peer.empty() && !CellMemo::same(record.peer, place.peer)) {
    count_peer(record, log, place.base, digest);
    place.peer = record.peer;
  }
  return place;
}

void DigestBuilder::count_record(const LogRecord& record, std::uint32_t log, std::uint64_t skeleton,
                                 Digest& digest) {
  const CellMemo::Entry& place = place_of(record, log, digest);
  RollupCell& cell = digest.cells[place.cell];
  ++cell.records;
  const bool error = is_error(record.level);
  if (error) ++cell.error_records;
  const bool has_duration = !std::isnan(record.duration_ms);
  if (record.status != 0 || has_duration) {
    ++cell.requests;
    if (record.status >= 500 || (record.status == 0 && error)) ++cell.failures;
  }
  if (has_duration) {
    durations_.push_back(std::uint64_t{place.cell} << kBinBits |
                         Sketch::bin_of(record.duration_ms));
  }

  if (keep_skeletons_) digest.log_skeletons[log] = skeleton;
  const std::uint64_t template_key =
      hash_combine(hash_combine(skeleton, digest.scopes[place.base].hash +
                                              static_cast<std::uint64_t>(record.level)),
                   static_cast<std::uint64_t>(place.slot));
  const auto next_template = static_cast<std::uint32_t>(digest.templates.size());
  const std::uint32_t found = templates_.find_or_add(template_key, next_template);
  if (found == next_template) {
    TemplateCell fresh;
    fresh.skeleton = skeleton;
    fresh.scope = place.base;
    fresh.level = record.level;
    fresh.slot = place.slot;
    fresh.first_log = log;
    digest.templates.push_back(fresh);
  }
  TemplateCell& counted = digest.templates[found];
  ++counted.count;
  counted.last_log = log;
}

void DigestBuilder::count_peer(const LogRecord& record, std::uint32_t log, std::uint32_t base,
                               Digest& digest) {
  const std::uint64_t key = hash_combine(hash_bytes(record.service), hash_bytes(record.peer));
  const auto next = static_cast<std::uint32_t>(digest.peers.size());
  if (peers_.find_or_add(key, next) == next) digest.peers.push_back({base, record.peer, log});
}

// Sorts (cell << kBinBits | bin): two passes over nine bits each if there are few cells, as there
// nearly always are.
void DigestBuilder::sort_durations(std::size_t cells) {
  constexpr unsigned kDigit = 9;
  constexpr std::size_t kValues = 1u << kDigit;
  if (durations_.size() < kValues / 4 || (cells << kBinBits) > (1u << (2 * kDigit))) {
    std::sort(durations_.begin(), durations_.end());
    return;
  }
  sorted_.resize(durations_.size());
  for (unsigned pass = 0; pass < 2; ++pass) {
    const auto digit = [shift = pass * kDigit](std::uint64_t key) {
      return static_cast<std::size_t>(key >> shift) & (kValues - 1);
    };
    std::array<std::uint32_t, kValues> next{};
    for (const std::uint64_t key : durations_) ++next[digit(key)];
    std::uint32_t begin = 0;
    for (std::uint32_t& place : next) place = std::exchange(begin, begin + place);
    for (const std::uint64_t key : durations_) sorted_[next[digit(key)]++] = key;
    durations_.swap(sorted_);
  }
}

void DigestBuilder::finish_bins(Digest& digest) {
  sort_durations(digest.cells.size());
  for (std::size_t i = 0; i < durations_.size();) {
    std::size_t j = i + 1;
    while (j < durations_.size() && durations_[j] == durations_[i]) ++j;
    RollupCell& cell = digest.cells[static_cast<std::size_t>(durations_[i] >> kBinBits)];
    if (cell.bin_count == 0) cell.first_bin = static_cast<std::uint32_t>(digest.bins.size());
    ++cell.bin_count;
    digest.bins.push_back({static_cast<std::uint16_t>(durations_[i] & ((1u << kBinBits) - 1)),
                           static_cast<std::uint32_t>(j - i)});
    i = j;
  }
}

void DigestBuilder::redact_rare(Batch& batch) {
  for (Change& change : batch.changes) {
    change.title = screen_.redact(change.title);
    change.diff = screen_.redact(change.diff);
    change.author = screen_.redact(change.author);
  }
  for (Alarm& alarm : batch.alarms) {
    alarm.name = screen_.redact(alarm.name);
    alarm.summary = screen_.redact(alarm.summary);
  }
}

void DigestBuilder::clamp_times(Batch& batch, Digest& digest) {
  const Timestamp arrival = batch.chunk.header.arrival;
  if (!arrival.is_set() || !(batch.max_time > arrival + kMostAhead)) return;
  batch.min_time = batch.max_time = Timestamp::none();
  const auto clamp = [&](Timestamp& time) {
    if (time > arrival + kMostAhead) {
      time = arrival;
      ++digest.time_clamped;
    }
    batch.note_time(time);
  };
  for (LogRecord& record : batch.logs) clamp(record.time);
  for (MetricPoint& point : batch.points) clamp(point.time);
  for (Change& change : batch.changes) clamp(change.time);
  for (Alarm& alarm : batch.alarms) clamp(alarm.time);
  for (Call& call : batch.calls) clamp(call.time);
}

void DigestBuilder::build(Batch& batch, Digest& digest) {
  clamp_times(batch, digest);
  scopes_.begin();
  places_.begin();
  cells_.begin();
  templates_.begin();
  peers_.begin();
  durations_.clear();
  digest.records = static_cast<std::uint32_t>(batch.logs.size());
  matches_before_ = screen_.matches();
  if (keep_skeletons_) digest.log_skeletons.assign(batch.logs.size(), 0);
  for (std::uint32_t log = 0; log < digest.records; ++log) {
    LogRecord& record = batch.logs[log];
    std::uint64_t skeleton = messages_.find(record.message);
    if (skeleton == 0) {
      const Screen::Outcome outcome = screen_.apply(record, batch.arena);
      if (outcome == Screen::Outcome::kDropped) {
        ++digest.screened;
        continue;
      }
      skeleton = skeleton_id(record.message, skeleton_options_);
      if (outcome == Screen::Outcome::kRedacted) {
        ++digest.redacted;
      } else if (!screen_.matched()) {
        messages_.remember(record.message, skeleton);
      }
    }
    count_record(record, log, skeleton, digest);
  }
  for (std::size_t rule = 0; rule < matches_before_.size(); ++rule) {
    digest.rule_matches.push_back(
        static_cast<std::uint32_t>(screen_.matches()[rule] - matches_before_[rule]));
  }
  finish_bins(digest);
  digest.point_series.reserve(batch.points.size());
  for (const MetricPoint& point : batch.points) {
    digest.point_series.push_back(series_id_of(point, batch.labels).value);
  }
  redact_rare(batch);
}

}  // namespace inkling::detect
