#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "core/batch.h"
#include "core/digest.h"
#include "core/epoch.h"
#include "core/sketch.h"
#include "detect/newcomers.h"
#include "detect/scope_table.h"
#include "detect/template_table.h"

namespace inkling::detect {

// The time of what carries none while nothing is known of its origin, as before the first time in a
// file. Nobody's history begins there.
inline constexpr Timestamp kUnknownTime = Timestamp::from_ns(0);

// Later than any slot ends: what is released up to it is everything.
inline constexpr Timestamp kEndOfTime = Timestamp::from_ns(INT64_MAX - 2 * kSlotNs);

// What the records of one scope did in one slot.
struct ScopeTotals {
  std::uint32_t scope = 0;  // into ScopeTable
  std::uint64_t records = 0;
  std::uint64_t error_records = 0;
  std::uint64_t requests = 0;
  std::uint64_t failures = 0;
  Sketch latency;  // ms
  OriginId origin = 0;

  template <class A, class S>
  static void fields(A& a, S& s) {
    a(s.scope, s.records, s.error_records, s.requests, s.failures, s.latency, s.origin);
  }
};

// What the records of one template did in one slot.
struct TemplateTotals {
  std::uint64_t skeleton = 0;
  std::uint32_t scope = 0;  // without a route
  Level level = Level::kUnknown;
  std::uint64_t count = 0;
  Position first;

  template <class A, class S>
  static void fields(A& a, S& s) {
    a(s.skeleton, s.scope, s.count, s.first);
    a.choice(s.level, Level::kFatal);
  }
};

// The first record of a skeleton in a service or in a version of it.
struct FirstSeen {
  std::uint64_t skeleton = 0;
  std::uint32_t scope = 0;
  Level level = Level::kUnknown;
  Timestamp time;
  Position position;
  std::string exemplar;  // redacted

  template <class A, class S>
  static void fields(A& a, S& s) {
    a(s.skeleton, s.scope, s.time, s.position, s.exemplar);
    a.choice(s.level, Level::kFatal);
  }
};

// A service whose every line is another text: from now on most of them count as "other".
struct TextFlood {
  std::uint32_t scope = 0;
  Timestamp time;
  Position position;
  std::string exemplar;  // redacted

  template <class A, class S>
  static void fields(A& a, S& s) {
    a(s.scope, s.time, s.position, s.exemplar);
  }
};

// All that fell into one slot, in an order that does not depend on how it came.
struct ClosedSlot {
  std::int64_t slot = 0;
  std::vector<ScopeTotals> scopes;        // by (service, version, route)
  std::vector<TemplateTotals> templates;  // by (service, version, skeleton, level)
  std::vector<FirstSeen> first_seen;      // by position
  std::vector<TextFlood> floods;          // by position
};

// Adds digests up into open slots until they are closed. Skeletons are kept as they came: which
// template they belong to is asked when the slot closes, so that batch sizes change nothing. Not
// thread-safe: one owner.
class Rollup {
 public:
  // All outlive the rollup. `max_known`: bound on remembered (service, version, skeleton).
  // `newcomers`: who may bring new templates; null = nobody, what is not known is "other".
  Rollup(ScopeTable& scopes, TemplateTable& templates, std::size_t max_known, Newcomers* newcomers);

  struct Added {
    std::uint64_t counted = 0;
    std::uint64_t other = 0;  // no template: the table was full, or the service's share of it
    std::uint64_t late = 0;
    std::uint64_t time_missing = 0;
  };
  // `missing`: the time of records that carry none. `record_base`: lines of the frame before this
  // batch.
  Added add(const Batch& batch, const Digest& digest, Timestamp missing, std::uint32_t record_base);

  // Closes the earliest open slot if it ends at or before `watermark`; false if there is none.
  bool close_next(Timestamp watermark, ClosedSlot& closed);

  std::size_t open_slots() const { return slots_.size(); }
  std::size_t known() const { return known_.size(); }

  // Of saved state (core/state_fields.h).
  template <class A, class S>
  static void fields(A& a, S& s) {
    a(s.slots_, s.closed_until_, s.known_);
    if constexpr (A::kLoads) s.check_loaded(a);
  }

 private:
  struct OpenSlot {
    std::unordered_map<std::uint32_t, ScopeTotals> scopes;
    std::unordered_map<std::uint64_t, TemplateTotals> templates;
    std::vector<FirstSeen> first_seen;
    std::vector<TextFlood> floods;
    template <class A, class S>
    static void fields(A& a, S& s) {
      a(s.scopes, s.templates, s.first_seen, s.floods);
    }
  };
  // Refuses what would lead outside the tables.
  template <class A>
  void check_loaded(A& a) const {
    const auto is_scope = [&](const auto& item) { return item.scope < scopes_.size(); };
    if (closed_until_ != INT64_MIN) a.require_slot(closed_until_);
    for (const auto& [number, slot] : slots_) {
      a.require_slot(number);
      for (const auto& [scope, totals] : slot.scopes) a.require(is_scope(totals), kNoScope);
      for (const auto& [key, totals] : slot.templates) a.require(is_scope(totals), kNoScope);
      for (const FirstSeen& seen : slot.first_seen) a.require(is_scope(seen), kNoScope);
      for (const TextFlood& flood : slot.floods) a.require(is_scope(flood), kNoScope);
    }
  }
  static constexpr std::string_view kNoScope = "a scope out of range";
  OpenSlot* slot_for(std::int64_t slot);
  void add_scopes(const Digest& digest, std::int64_t missing_slot, OriginId origin, Added& added);
  void add_template(const Batch& batch, const TemplateCell& cell, std::uint32_t scope,
                    OpenSlot& slot, Timestamp missing, std::uint32_t record_base, Added& added);

  // The template of the skeleton of `first`, which becomes one if it may; false = "other".
  bool is_template(std::uint64_t skeleton, const FirstSeen& first, std::string_view message,
                   OpenSlot& slot);

  ScopeTable& scopes_;
  TemplateTable& templates_;
  std::size_t max_known_;
  Newcomers* newcomers_;
  std::map<std::int64_t, OpenSlot> slots_;
  std::int64_t closed_until_ = INT64_MIN;  // first slot that is still open
  std::unordered_set<std::uint64_t> known_;
  std::vector<std::uint32_t> scope_numbers_;  // scratch: of the digest's scopes
};

}  // namespace inkling::detect
