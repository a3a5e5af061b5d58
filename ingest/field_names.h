#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "ingest/field_table.h"

namespace inkling::ingest {

// One known field name. Within a role, earlier names outrank later ones.
struct KnownField {
  std::string_view name;  // dotted
  FieldRole role = FieldRole::kIgnore;
  FieldUnit unit = FieldUnit::kNone;
  bool weak = false;
  std::uint16_t hints = 0;
};

// All built-in names, in order of rank.
std::span<const KnownField> known_fields();

// Names of objects whose members count as the record's own ("fields", "attributes", ...).
std::span<const std::string_view> container_fields();

}  // namespace inkling::ingest
