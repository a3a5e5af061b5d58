#include "ingest/wire/elastic_bulk_decoder.h"

#include "ingest/wire/elastic_bulk.h"

namespace inkling::ingest {

void ElasticBulkDecoder::decode(std::string_view bytes, Batch& batch) {
  ElasticBulkReader reader(bytes);
  while (const auto action = reader.next()) {
    const std::uint32_t record = batch.lines++;
    if (action->valid && action->verb == BulkVerb::kDelete) {
      ++batch.empty_lines;
      continue;
    }
    ParseError error = ParseError::kBadJson;
    if (action->valid) {
      error = action->document.size() > context_.options.max_line_bytes
                  ? ParseError::kOverlong
                  : context_.json.decode_object(action->document, record, batch);
    }
    if (error != ParseError::kNone) batch.broken.push_back({record, error, action->text});
  }
}

}  // namespace inkling::ingest
