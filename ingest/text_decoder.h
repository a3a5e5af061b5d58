#pragma once

#include <cstddef>
#include <string_view>

#include "core/batch.h"
#include "ingest/line_reader.h"
#include "ingest/options.h"

namespace inkling::ingest {

// Decodes plain text: each line is a record whose layout is recognised (ingest/lines/), but the
// lines of a stack trace, and indented lines, belong to the record before them
// (batch.joined_lines). Not thread-safe: one per decoder.
class TextDecoder {
 public:
  // Both outlive it.
  TextDecoder(const DecoderOptions& options, LineReader& reader)
      : options_(options), reader_(reader) {}

  void decode(std::string_view bytes, Batch& batch);

 private:
  const DecoderOptions& options_;
  LineReader& reader_;
};

// Decodes lines that are messages as they are: no layout, no time, no level, no joining.
void decode_messages(std::string_view bytes, const DecoderOptions& options, Batch& batch);

// Where text may be cut without cutting a record: the begin of the last whole line of `bytes` that
// begins a record whatever comes before, 0 if there is none. What lies before the cut and what lies
// behind decode alone to the same records as together. A line that the end of `bytes` cuts off is
// not looked at.
std::size_t find_record_cut(std::string_view bytes);

// How much of `bytes` holds whole records only, although more lines may come: all of it, or, where
// the last record may go on (it is a stack trace, an error, a warning), up to where that begins.
// `bytes` ends with a line end.
std::size_t find_closed_end(std::string_view bytes);

// The lines of the record that begins with line number `line`, as TextDecoder joins them; nothing
// if there is no such line.
std::string_view find_text_record(std::string_view bytes, std::uint32_t line);

}  // namespace inkling::ingest
