#pragma once

#include <string_view>

#include "core/batch.h"
#include "core/level.h"
#include "ingest/record_fields.h"

namespace inkling::ingest {

// A scalar as it lies in a line: a string without its quotes and still escaped, else the token.
struct Scalar {
  std::string_view text;
  ScalarKind kind = ScalarKind::kNull;
  bool good = false;
  bool has_escape = false;
};

// Whether a role takes scalars other than strings.
inline bool takes_other_than_text(FieldRole role, ScalarKind kind) {
  switch (role) {
    case FieldRole::kMetricValue:
      return true;
    case FieldRole::kTime:
    case FieldRole::kLevel:
    case FieldRole::kStatus:
    case FieldRole::kDurationMs:
    case FieldRole::kVersion:
    case FieldRole::kTraceId:
      return kind == ScalarKind::kNumber;
    default:
      return false;
  }
}

// Whether the value of such a field is of any use: others are not looked at.
inline bool may_count(const FieldMeaning& meaning) {
  return meaning.role != FieldRole::kIgnore && meaning.role != FieldRole::kLabels;
}

// Gives a record a scalar of a field that may_count(). `unescape(field)` sets the text of a string
// with escapes, or says that it is broken.
template <class Unescape>
ParseError take_field(const FieldMeaning& meaning, const Scalar& scalar, RecordFields& record,
                      Unescape&& unescape) {
  FieldRole role = meaning.role;
  FieldValue field{.text = scalar.text,
                   .kind = scalar.kind,
                   .rank = meaning.rank,
                   .unit = meaning.unit,
                   .weak = meaning.weak};
  if (scalar.kind == ScalarKind::kString) {
    if (scalar.has_escape && !unescape(field)) return ParseError::kBadJson;
    if (role == FieldRole::kStatus &&
        (field.text.empty() || field.text[0] < '0' || field.text[0] > '9')) {
      role = FieldRole::kLevel;  // Datadog's "status":"error"
      field.rank = 255;
      if (parse_level(field.text) == Level::kUnknown) return ParseError::kNone;
    }
    if (field.text.empty() && role != FieldRole::kMessage && role != FieldRole::kMetricValue) {
      return ParseError::kNone;
    }
  } else if (!takes_other_than_text(role, scalar.kind)) {
    return ParseError::kNone;
  }
  record.offer(role, field);
  return ParseError::kNone;
}

}  // namespace inkling::ingest
