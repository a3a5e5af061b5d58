#include "ingest/text_decoder.h"

#include "ingest/lines.h"

namespace inkling::ingest {

void decode_text(std::string_view bytes, const DecoderOptions& options, Batch& batch) {
  const std::uint32_t first = batch.lines;
  batch.lines += for_each_line(bytes, [&](std::string_view line, std::uint32_t number) {
    if (number == 0) line = without_mark(line);
    if (is_blank(line)) {
      ++batch.empty_lines;
      return;
    }
    if (line.size() > options.max_line_bytes) {
      batch.broken.push_back({first + number, ParseError::kOverlong, line});
      return;
    }
    LogRecord& log = batch.logs.emplace_back();
    log.message = line;
    log.raw = line;
    log.record = first + number;
  });
}

}  // namespace inkling::ingest
