#pragma once

#include <array>
#include <cstdint>
#include <string_view>
#include <vector>

#include "core/event.h"
#include "ingest/field_table.h"
#include "ingest/options.h"

namespace inkling::ingest {

// What kind of scalar a field holds.
enum class ScalarKind : std::uint8_t { kString, kNumber, kBool, kNull };

// A scalar as written: a string without its quotes and unescaped, else the token.
struct FieldValue {
  std::string_view text;
  ScalarKind kind = ScalarKind::kNull;
  std::uint8_t rank = 0;
  FieldUnit unit = FieldUnit::kNone;
  bool weak = false;
  bool borrowed = false;  // the text lies in scratch: copy it before the next record
};

// The fields of one record that mean something, by role. Reused from record to record.
class RecordFields {
 public:
  void reset() {
    present_ = 0;
    hints = 0;
    labels.clear();
  }
  bool has(FieldRole role) const { return (present_ >> index(role)) & 1; }
  // The value of a role; only if has(role).
  const FieldValue& operator[](FieldRole role) const { return values_[index(role)]; }
  const FieldValue* find(FieldRole role) const { return has(role) ? &(*this)[role] : nullptr; }

  // Keeps the value unless a field of lower rank has the role already.
  void offer(FieldRole role, const FieldValue& value) {
    if (has(role) && values_[index(role)].rank <= value.rank) return;
    // One by one: copied as a whole, the value goes through memory and the processor waits for it
    // (25 ns a record).
    FieldValue& slot = values_[index(role)];
    slot.text = value.text;
    slot.kind = value.kind;
    slot.rank = value.rank;
    slot.unit = value.unit;
    slot.weak = value.weak;
    slot.borrowed = value.borrowed;
    present_ |= 1u << index(role);
  }

  std::uint16_t hints = 0;  // of all names met (FieldHint)
  std::vector<LabelView> labels;

 private:
  static constexpr std::size_t index(FieldRole role) { return static_cast<std::size_t>(role); }
  std::array<FieldValue, 32> values_;
  std::uint32_t present_ = 0;
};

}  // namespace inkling::ingest
