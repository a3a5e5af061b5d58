#include "detect/rollup.h"

#include <algorithm>
#include <tuple>

#include "core/hash.h"

namespace inkling::detect {

namespace {

constexpr std::size_t kMaxExemplar = 2'000;

}  // namespace

Rollup::Rollup(ScopeTable& scopes, TemplateTable& templates, std::size_t max_known,
               Newcomers* newcomers)
    : scopes_(scopes), templates_(templates), max_known_(max_known), newcomers_(newcomers) {}

Rollup::OpenSlot* Rollup::slot_for(std::int64_t slot) {
  return slot < closed_until_ ? nullptr : &slots_[slot];
}

void Rollup::add_scopes(const Digest& digest, std::int64_t missing_slot, OriginId origin,
                        Added& added) {
  for (const RollupCell& cell : digest.cells) {
    if (cell.slot == kNoSlot) added.time_missing += cell.records;
    OpenSlot* slot = slot_for(cell.slot == kNoSlot ? missing_slot : cell.slot);
    if (!slot) {
      added.late += cell.records;
      continue;
    }
    const std::uint32_t scope = scope_numbers_[cell.scope];
    ScopeTotals& totals = slot->scopes[scope];
    totals.scope = scope;
    totals.origin = origin;
    totals.records += cell.records;
    totals.error_records += cell.error_records;
    totals.requests += cell.requests;
    totals.failures += cell.failures;
    for (std::uint32_t i = 0; i < cell.bin_count; ++i) {
      const BinCount& bin = digest.bins[cell.first_bin + i];
      totals.latency.add(bin.bin, bin.count);
    }
  }
}

bool Rollup::is_template(std::uint64_t skeleton, const FirstSeen& first, std::string_view message,
                         OpenSlot& slot) {
  if (templates_.find(skeleton).known) return true;
  if (!newcomers_) return false;
  const std::string& service = scopes_.at(first.scope).service;
  const Newcomers::Decision decision = newcomers_->ask(service, skeleton);
  if (decision.flood_begins) {
    slot.floods.push_back(
        {first.scope, first.time, first.position, std::string(message.substr(0, kMaxExemplar))});
  }
  if (decision.answer == Newcomers::Answer::kRefuse) return false;
  const TemplateTable::Lookup lookup = templates_.meet(skeleton, message);
  if (!lookup.full) newcomers_->took(service);
  return !lookup.full;
}

void Rollup::add_template(const Batch& batch, const TemplateCell& cell, std::uint32_t scope,
                          OpenSlot& slot, Timestamp missing, std::uint32_t record_base,
                          Added& added) {
  const LogRecord& first = batch.logs[cell.first_log];
  Position position = batch.chunk.header.position;
  position.record = record_base + first.record;
  FirstSeen seen;
  seen.skeleton = cell.skeleton;
  seen.scope = scope;
  seen.level = cell.level;
  seen.time = first.time.is_set() ? first.time : missing;
  seen.position = position;
  if (!is_template(cell.skeleton, seen, first.message, slot)) {
    added.other += cell.count;
    return;
  }
  added.counted += cell.count;
  const std::uint64_t key =
      hash_combine(hash_combine(cell.skeleton, scope), static_cast<std::uint64_t>(cell.level));
  const auto [at, is_new] = slot.templates.try_emplace(key);
  TemplateTotals& totals = at->second;
  if (is_new) {
    totals.skeleton = cell.skeleton;
    totals.scope = scope;
    totals.level = cell.level;
    totals.first = position;
  }
  totals.count += cell.count;
  const std::uint64_t known_key = hash_combine(cell.skeleton, scope);
  if (is_new && known_.size() < max_known_ && known_.insert(known_key).second) {
    seen.exemplar = std::string(first.message.substr(0, kMaxExemplar));
    slot.first_seen.push_back(std::move(seen));
  }
}

Rollup::Added Rollup::add(const Batch& batch, const Digest& digest, Timestamp missing,
                          std::uint32_t record_base) {
  Added added;
  scope_numbers_.clear();
  for (const DigestScope& scope : digest.scopes) scope_numbers_.push_back(scopes_.intern(scope));
  const std::int64_t missing_slot = slot_of(missing);
  add_scopes(digest, missing_slot, batch.chunk.header.origin, added);
  for (const TemplateCell& cell : digest.templates) {
    OpenSlot* slot = slot_for(cell.slot == kNoSlot ? missing_slot : cell.slot);
    if (slot) {
      add_template(batch, cell, scope_numbers_[cell.scope], *slot, missing, record_base, added);
    }
  }
  return added;
}

bool Rollup::close_next(Timestamp watermark, ClosedSlot& closed) {
  if (slots_.empty() || slot_begin(slots_.begin()->first + 1) > watermark) return false;
  auto node = slots_.extract(slots_.begin());
  closed.slot = node.key();
  closed_until_ = std::max(closed_until_, closed.slot + 1);
  OpenSlot& open = node.mapped();
  const auto name = [&](std::uint32_t scope) {
    const ScopeTable::Scope& s = scopes_.at(scope);
    return std::tie(s.service, s.version, s.route);
  };
  closed.scopes.clear();
  for (auto& [scope, totals] : open.scopes) closed.scopes.push_back(std::move(totals));
  std::sort(
      closed.scopes.begin(), closed.scopes.end(),
      [&](const ScopeTotals& a, const ScopeTotals& b) { return name(a.scope) < name(b.scope); });
  closed.templates.clear();
  for (auto& [key, totals] : open.templates) closed.templates.push_back(totals);
  std::sort(closed.templates.begin(), closed.templates.end(),
            [&](const TemplateTotals& a, const TemplateTotals& b) {
              const auto left = name(a.scope);
              const auto right = name(b.scope);
              if (left != right) return left < right;
              return std::tie(a.skeleton, a.level) < std::tie(b.skeleton, b.level);
            });
  closed.first_seen = std::move(open.first_seen);
  std::sort(closed.first_seen.begin(), closed.first_seen.end(),
            [](const FirstSeen& a, const FirstSeen& b) {
              return std::tie(a.position, a.skeleton) < std::tie(b.position, b.skeleton);
            });
  closed.floods = std::move(open.floods);
  std::sort(closed.floods.begin(), closed.floods.end(), [](const TextFlood& a, const TextFlood& b) {
    return std::tie(a.position, a.scope) < std::tie(b.position, b.scope);
  });
  return true;
}

}  // namespace inkling::detect
