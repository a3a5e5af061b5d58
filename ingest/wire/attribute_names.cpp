#include "ingest/wire/attribute_names.h"

#include "core/level.h"

namespace inkling::ingest {

const FieldMeaning& AttributeNames::refill(Entry& entry, std::string_view name) {
  const FieldTable::Match match = fields_.find(FieldTable::kRoot, name);
  const FieldMeaning& meaning = fields_.meaning(match.node);
  if (name.size() > Entry::kCapacity) return uncached_ = meaning;
  std::memcpy(entry.name, name.data(), name.size());
  entry.size = static_cast<std::uint8_t>(name.size());
  return entry.meaning = meaning;
}

void offer_attribute(const FieldMeaning& meaning, std::string_view text, ScalarKind kind,
                     RecordFields& fields) {
  FieldRole role = meaning.role;
  FieldValue field{.text = text, .kind = kind, .rank = meaning.rank, .unit = meaning.unit};
  switch (role) {
    case FieldRole::kStatus:
      if (kind == ScalarKind::kString && (text.empty() || text[0] < '0' || text[0] > '9')) {
        if (parse_level(text) == Level::kUnknown) return;
        role = FieldRole::kLevel;  // "status":"error"
        field.rank = 255;
      }
      break;
    case FieldRole::kService:
      // What SDKs send where nobody has set a name.
      if (text.starts_with("unknown_service")) return;
      break;
    case FieldRole::kIgnore:
    case FieldRole::kTime:  // the protocols have a time of their own
    case FieldRole::kLabels:
      return;
    default:
      break;
  }
  if (text.empty() || kind == ScalarKind::kNull || kind == ScalarKind::kBool) return;
  fields.offer(role, field);
}

}  // namespace inkling::ingest
