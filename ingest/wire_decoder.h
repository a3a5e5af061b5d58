#pragma once

#include <memory>
#include <string_view>

#include "core/batch.h"
#include "ingest/field_table.h"
#include "ingest/line_reader.h"
#include "ingest/options.h"

namespace inkling::ingest {

// Decodes the plain bytes of whole frames of one wire format; a pure function of the frame and the
// options. Each record of the frame (a log record, data point, document, message) is one line of
// the batch and becomes exactly one of: empty, broken, joined, a span, or an event; further events
// of the same record are counted in batch.extra_events. A frame that breaks off keeps the records
// before the break; the rest is one broken line. Not thread-safe: one per thread.
class WireDecoder {
 public:
  virtual ~WireDecoder() = default;
  // At least PaddedBuffer::kPadding readable bytes follow `bytes`, which lie in the batch.
  virtual void decode(std::string_view bytes, Batch& batch) = 0;
};

// What wire decoders share; all of it outlives them.
struct WireContext {
  const DecoderOptions& options;
  const FieldTable& fields;
  NdjsonDecoder& json;
  LineReader& lines;
};

// The decoder of a wire format, or null if `format` is none (or none known to this build).
std::unique_ptr<WireDecoder> make_wire_decoder(Format format, const WireContext& context);

}  // namespace inkling::ingest
