#pragma once

#include <cstdint>
#include <memory>
#include <string_view>

#include "core/batch.h"
#include "ingest/field_table.h"
#include "ingest/options.h"

namespace inkling::ingest {

// Decodes JSON objects, one per line, told apart one by one: log records, metric points, changes,
// alarms and spans. Strings stay views into the batch and are copied only if they hold an escape.
//
// Most lines have a shape that was met before (ingest/line_shapes.h): they are read without a
// parser. All others take the careful walk: on-demand simdjson, one pass per line, so that a broken
// line harms no other, and a cache of keys by position (ingest/shape_cache.h). What a line becomes
// does not depend on which way it went.
// Not thread-safe: one per thread.
class NdjsonDecoder {
 public:
  NdjsonDecoder(const DecoderOptions& options, std::shared_ptr<const FieldTable> fields);
  ~NdjsonDecoder();
  NdjsonDecoder(NdjsonDecoder&&) noexcept;
  NdjsonDecoder& operator=(NdjsonDecoder&&) noexcept;

  // Decodes all lines; at least PaddedBuffer::kPadding readable bytes must follow `bytes`; shapes
  // are used if the first of them is zero.
  void decode(std::string_view bytes, Batch& batch);

  // Decodes one object (which may span lines) as record number `record`, with the same padding.
  // Adds its event, or says what is wrong; a span only counts (batch.span_lines) unless it names
  // both ends of a call itself.
  ParseError decode_object(std::string_view object, std::uint32_t record, Batch& batch);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace inkling::ingest
