#pragma once

#include <string_view>

#include "core/batch.h"
#include "ingest/line_reader.h"
#include "ingest/record_builder.h"
#include "ingest/record_fields.h"

namespace inkling::ingest {

// Makes the event of a record whose message is a line of the application, with a layout of its own:
// what the line says counts more than what the shipper's fields say, which count where it is
// silent. Not thread-safe: one per decoder.
class EnvelopedRecord {
 public:
  // `lines` outlives this.
  explicit EnvelopedRecord(LineReader& lines) : lines_(lines) {}

  // `level`: where neither line nor fields have one. `raw` is the record as received. Adds the
  // event, or says what is wrong; then nothing was added.
  ParseError add(const RecordFields& fields, Level level, std::string_view raw,
                 std::uint32_t record, Batch& batch);

 private:
  LineReader& lines_;
  RecordBuilder builder_;
};

}  // namespace inkling::ingest
