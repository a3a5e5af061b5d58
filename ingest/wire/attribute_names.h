#pragma once

#include <array>
#include <cstdint>
#include <cstring>
#include <string_view>

#include "core/hash.h"
#include "ingest/field_table.h"
#include "ingest/record_fields.h"

namespace inkling::ingest {

// What the names of attributes and labels mean, remembered: the field table is asked once per name,
// not once per record. Not thread-safe: one per decoder.
class AttributeNames {
 public:
  // `fields` outlives this.
  explicit AttributeNames(const FieldTable& fields) : fields_(fields) {}

  // The meaning of a (dotted) name; kIgnore if it has none. Valid until the next call.
  const FieldMeaning& find(std::string_view name) {
    static constexpr FieldMeaning kNone;
    if (name.empty()) return kNone;
    Entry& entry = entries_[slot_of(name)];
    if (entry.size == name.size() && name.size() <= Entry::kCapacity &&
        std::memcmp(entry.name, name.data(), name.size()) == 0) {
      return entry.meaning;
    }
    return refill(entry, name);
  }

  const FieldTable& fields() const { return fields_; }

 private:
  struct Entry {
    static constexpr std::size_t kCapacity = 55;
    char name[kCapacity] = {};
    std::uint8_t size = 255;  // 255 = empty
    FieldMeaning meaning;
  };
  static constexpr std::size_t kEntries = 512;

  static std::size_t slot_of(std::string_view name) {
    std::uint64_t front = 0;
    std::uint64_t back = 0;
    if (name.size() >= 8) {
      std::memcpy(&front, name.data(), 8);
      std::memcpy(&back, name.data() + name.size() - 8, 8);
    } else {
      std::memcpy(&front, name.data(), name.size());
    }
    return hash_combine(front, back + name.size()) % kEntries;
  }
  const FieldMeaning& refill(Entry& entry, std::string_view name);

  const FieldTable& fields_;
  std::array<Entry, kEntries> entries_;
  FieldMeaning uncached_;  // of a name too long for an entry
};

// Gives a record the value of an attribute, if its name means something.
void offer_attribute(const FieldMeaning& meaning, std::string_view text, ScalarKind kind,
                     RecordFields& fields);

}  // namespace inkling::ingest
