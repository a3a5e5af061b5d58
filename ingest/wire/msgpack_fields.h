#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "core/arena.h"
#include "ingest/field_table.h"
#include "ingest/options.h"
#include "ingest/record_fields.h"
#include "ingest/wire/msgpack.h"

namespace inkling::ingest {

// What Docker's log driver and FireLens add to a record, beside the fields of the application.
struct ShipperFields {
  std::string_view container_name;
  std::string_view task_definition;  // "family:revision"
  std::string_view partial_id;       // of a line that was cut into several records
  std::int64_t partial_ordinal = 0;
  bool from_stderr = false;
  bool is_partial = false;
  bool is_last_part = false;
};

// Reads MessagePack maps as records: which field means what, and what the shipper said. Like JSON
// objects, nested maps and dotted names mean the same. Not thread-safe: one per decoder.
class MsgpackFields {
 public:
  // `fields` outlives this.
  MsgpackFields(const DecoderOptions& options, const FieldTable& fields)
      : max_depth_(options.max_depth), max_keys_(options.max_keys), fields_(fields) {}

  struct Outcome {
    bool good = false;  // false: cut short, or too many keys
    bool too_many_keys = false;
    ShipperFields shipper = {};
  };
  // Reads `pairs` keys with values. Adds what is known to `record`; numbers become text in `arena`.
  Outcome read(MsgpackReader& reader, std::uint32_t pairs, RecordFields& record, Arena& arena);

 private:
  // The meaning of a key, remembered by its place in the record before.
  struct Known {
    std::string name;
    FieldNode parent = FieldTable::kUnknown;
    FieldTable::Match match;
  };
  static constexpr std::size_t kPlaces = 64;

  bool walk(MsgpackReader& reader, std::uint32_t pairs, FieldNode parent, std::uint8_t penalty,
            std::uint32_t depth);
  bool take_map(MsgpackReader& reader, const MsgpackValue& value, FieldTable::Match match,
                std::uint32_t depth);
  void take_scalar(const MsgpackValue& value, FieldTable::Match match);
  bool take_labels(MsgpackReader& reader, std::uint32_t pairs);
  bool take_shipper_field(std::string_view key, const MsgpackValue& value);
  FieldTable::Match find(FieldNode parent, std::string_view key);
  std::string_view text_of(const MsgpackValue& value);

  const std::uint32_t max_depth_;
  const std::uint32_t max_keys_;
  const FieldTable& fields_;
  std::array<Known, kPlaces> known_;
  // Of the record being read.
  std::size_t next_key_ = 0;
  std::uint64_t keys_ = 0;
  RecordFields* record_ = nullptr;
  Arena* arena_ = nullptr;
  ShipperFields shipper_;
};

}  // namespace inkling::ingest
