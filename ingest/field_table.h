#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "ingest/options.h"

namespace inkling::ingest {

// In what unit a field counts, where its name says so.
enum class FieldUnit : std::uint8_t {
  kNone,  // times: by magnitude; durations: milliseconds
  kSeconds,
  kMillis,
  kMicros,
  kNanos,
  kSyslog,  // levels: 0 emergency .. 7 debug
};

// Hints that a record may be something rarer than a log record or a metric point.
enum FieldHint : std::uint16_t {
  kHintCommit = 1,        // names a commit: "sha", "commit_sha"
  kHintFiles = 2,         // "files_changed", "paths", "diff"
  kHintFlag = 4,          // "flag"
  kHintChange = 8,        // "change"
  kHintFired = 16,        // "fired_at"
  kHintAlarm = 32,        // "monitor", "alert", "alarm"
  kHintAlarmDetail = 64,  // "threshold", "observed", "state"
  kHintSpan = 128,        // "span_id"
  kHintSpanDetail = 256,  // "parent_id", "start"
  kHintSerilog = 512,     // "@t": Serilog's compact form, in which no level means information
  kHintEmf = 2048,        // "_aws": CloudWatch's embedded metric format
  kHintShortText = 1024,  // "short_message": GELF, whose levels are syslog's
};

// What a field name means.
struct FieldMeaning {
  FieldRole role = FieldRole::kIgnore;
  std::uint8_t rank = 0;  // of several fields of one role in a record the lowest rank counts
  FieldUnit unit = FieldUnit::kNone;
  bool weak = false;       // a time that cannot be read is no error but no time
  bool container = false;  // an object whose members count as the record's own
  std::uint16_t hints = 0;
};

// A place in the tree of known names; 0 is "not known".
using FieldNode = std::uint16_t;

// Knows field names: those of common loggers and conventions (docs/components/field_recognition.md)
// and the user's, which win. Names are compared without regard to case, "_" and "-"; a dotted name
// and nested objects mean the same. Immutable after construction. Thread-safe.
class FieldTable {
 public:
  static constexpr FieldNode kUnknown = 0;
  static constexpr FieldNode kRoot = 1;

  struct Match {
    FieldNode node = kUnknown;
    std::uint8_t penalty = 0;  // added to the rank: names inside containers count less
  };

  explicit FieldTable(const std::vector<std::pair<std::string, FieldRole>>& user_fields = {});

  // Finds a member of an object. `parent` is what the object's own name matched, or kRoot.
  // Cost: some 30 ns; callers remember the answer.
  Match find(FieldNode parent, std::string_view name) const;

  const FieldMeaning& meaning(FieldNode node) const { return nodes_[node].meaning; }
  // True if objects of this name may hold known members.
  bool has_members(FieldNode node) const {
    return nodes_[node].has_children || nodes_[node].meaning.container;
  }

 private:
  struct Node {
    FieldMeaning meaning;
    bool has_children = false;
  };
  FieldNode insert(std::string_view dotted_name);
  FieldNode child(FieldNode parent, std::string_view segment) const;

  std::vector<Node> nodes_;
  std::unordered_map<std::uint64_t, FieldNode> children_;  // hash of (parent, segment)
};

}  // namespace inkling::ingest
