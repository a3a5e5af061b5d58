#include "ingest/wire/attribute_names.h"

#include "ingest/take_field.h"

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
  // The protocols have a time of their own.
  if (!may_count(meaning) || meaning.role == FieldRole::kTime) return;
  // What SDKs send where nobody has set a name.
  if (meaning.role == FieldRole::kService && text.starts_with("unknown_service")) return;
  if (text.empty()) return;
  const Scalar scalar{.text = text, .kind = kind, .good = true};
  // Nothing is escaped here, so nothing can be wrong.
  static_cast<void>(take_field(meaning, scalar, fields, [](FieldValue&) { return true; }));
}

}  // namespace inkling::ingest
