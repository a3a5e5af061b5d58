#include "ingest/line_framing.h"

#include <algorithm>

#include "ingest/csv_decoder.h"
#include "ingest/lines.h"

namespace inkling::ingest {
namespace {

// With its line end; empty if all is blank.
std::string_view first_line_of(std::string_view bytes) {
  bytes = without_mark(bytes);
  while (!bytes.empty()) {
    const std::string_view line = bytes.substr(0, bytes.find('\n'));
    const std::size_t size = std::min(line.size() + 1, bytes.size());
    if (!is_blank(line)) return bytes.substr(0, size);
    bytes.remove_prefix(size);
  }
  return {};
}

Format format_of(std::string_view line) {
  const std::size_t begin = line.find_first_not_of(" \t");
  if (begin != std::string_view::npos && line[begin] == '{') return Format::kNdjson;
  const std::string_view content = line.substr(0, line.find_last_not_of("\r\n") + 1);
  return read_csv_header(content) ? Format::kCsvMetrics : Format::kText;
}

}  // namespace

LineFraming LineFraming::tell(Format wanted, std::string_view begin) {
  const std::string_view line = first_line_of(begin);
  LineFraming framing;
  framing.format = wanted == Format::kAuto ? format_of(line) : wanted;
  if (framing.format == Format::kCsvMetrics) framing.header = line;
  return framing;
}

PaddedBuffer LineFraming::frame(std::string_view lines, bool first) const {
  PaddedBuffer bytes;
  bytes.reserve(lines.size() + header.size());
  if (!first) bytes.append(header);
  bytes.append(lines);
  return bytes;
}

}  // namespace inkling::ingest
