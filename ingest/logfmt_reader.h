#pragma once

#include <cstdint>
#include <string_view>

#include "core/batch.h"
#include "ingest/field_table.h"
#include "ingest/record_builder.h"
#include "ingest/record_fields.h"

namespace inkling::ingest {

// Reads logfmt with the names of a field table, like the members of a JSON object. Not thread-safe.
class LogfmtReader {
 public:
  // `fields` outlives it. `utc_offset`: the zone of times that name none.
  LogfmtReader(const FieldTable& fields, Duration utc_offset)
      : fields_(fields), builder_(utc_offset) {}

  // Adds the log record of a line for which is_logfmt holds, or says what is wrong with it; then
  // nothing was added. Without a message field the whole line is the message.
  ParseError add(std::string_view line, std::uint32_t record, Batch& batch);

 private:
  const FieldTable& fields_;
  RecordFields record_;
  RecordBuilder builder_;
};

}  // namespace inkling::ingest
