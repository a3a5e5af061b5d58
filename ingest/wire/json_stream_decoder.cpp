#include "ingest/wire/json_stream_decoder.h"

#include "ingest/wire/json_objects.h"

namespace inkling::ingest {

void JsonStreamDecoder::decode(std::string_view bytes, Batch& batch) {
  for_each_object(bytes, context_.options, batch,
                  [&](std::string_view object, std::uint32_t record) {
                    return context_.json.decode_object(object, record, batch);
                  });
}

}  // namespace inkling::ingest
