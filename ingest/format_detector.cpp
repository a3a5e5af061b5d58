#include "ingest/format_detector.h"

#include <fmt/format.h>

#include "core/batch.h"
#include "core/json.h"
#include "ingest/csv_decoder.h"
#include "ingest/decoder.h"
#include "ingest/lines.h"

namespace inkling::ingest {
namespace {

bool is_binary(std::string_view bytes) {
  std::size_t odd = 0;
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte == 0) return true;
    if (byte < 0x20 && c != '\n' && c != '\r' && c != '\t' && c != '\x1b') ++odd;
  }
  return odd * 20 > bytes.size();
}

// The first line that is not blank, without the rest.
std::string_view first_line(std::string_view bytes) {
  while (!bytes.empty()) {
    const std::size_t newline = bytes.find('\n');
    const std::string_view line = bytes.substr(0, newline);
    if (!is_blank(line)) return line;
    if (newline == std::string_view::npos) break;
    bytes.remove_prefix(newline + 1);
  }
  return {};
}

// "unknown shape: an object with signature, service, count, ..."
std::string describe(std::string_view record) {
  const auto tree = parse_json(record);
  if (!tree) return "unknown shape: not a JSON object";
  if (!tree->is_object()) return "unknown shape: JSON that is not an object";
  std::string names;
  std::size_t shown = 0;
  for (const auto& [name, value] : tree->object()) {
    if (++shown > 5) {
      names += ", ...";
      break;
    }
    names += (names.empty() ? "" : ", ") + name.substr(0, 40);
  }
  return fmt::format("unknown shape: objects with {}", names.empty() ? "no fields" : names);
}

// What the beginning gives when it is read as this format.
struct Trial {
  std::size_t known = 0;
  std::size_t unknown = 0;  // JSON of unknown shape
  std::size_t broken = 0;   // anything else that was not understood
  std::string first_unknown;
};
Trial try_format(Format format, std::string_view bytes, const DecoderOptions& options) {
  Batch batch;
  batch.chunk.header.format = format;
  batch.chunk.bytes = PaddedBuffer::copy_of(bytes);
  Decoder(options).decode(batch);
  Trial trial;
  for (const BrokenLine& line : batch.broken) {
    const bool is_unknown =
        line.reason == ParseError::kUnknownShape || line.reason == ParseError::kNotAnObject;
    if (is_unknown && trial.unknown == 0) trial.first_unknown = line.raw;
    ++(is_unknown ? trial.unknown : trial.broken);
  }
  trial.known = batch.lines - batch.empty_lines - batch.broken.size();
  return trial;
}

// Tells a file that begins with "{" or "[". Text if it is no JSON after all.
DetectedFormat detect_json(std::string_view bytes, bool whole, const DecoderOptions& options) {
  const std::size_t first = bytes.find_first_not_of(" \t\r\n");
  const bool is_object = bytes[first] == '{';
  // Only whole lines tell something.
  const std::string_view lines = whole ? bytes : bytes.substr(0, bytes.rfind('\n') + 1);
  if (is_object && try_format(Format::kNdjson, first_line(lines), options).known > 0) {
    return {.format = Format::kNdjson};
  }
  if (whole) {
    const Trial trial = try_format(Format::kJsonDocument, bytes, options);
    // Nothing known and nothing wrong: an empty list.
    if (trial.known > 0 || trial.unknown + trial.broken == 0) {
      return {.format = Format::kJsonDocument};
    }
    if (trial.broken == 0) {
      return {.format = Format::kJsonDocument, .unreadable = describe(trial.first_unknown)};
    }
  }
  if (is_object) {
    const Trial trial = try_format(Format::kNdjson, lines, options);
    if (trial.known > 0) return {.format = Format::kNdjson};
    if (trial.unknown > 0 && trial.unknown >= trial.broken) {
      return {.format = Format::kNdjson, .unreadable = describe(trial.first_unknown)};
    }
  }
  if (!whole) {
    const std::size_t second = bytes.find_first_not_of(" \t\r\n", first + 1);
    const char next = second == std::string_view::npos ? ' ' : bytes[second];
    if (is_object || next == '{' || next == ' ') {
      return {.format = Format::kJsonDocument, .needs_whole = true};
    }
  }
  // Broken from the first line on, or a text like "[2026-01-02] started".
  return {.format = is_object ? Format::kNdjson : Format::kText};
}

}  // namespace

DetectedFormat detect_format(const PaddedBuffer& head, bool whole, std::string_view path,
                             const DecoderOptions& options) {
  std::string_view bytes = without_mark(head.view());
  if (is_binary(bytes)) return {.unreadable = "not a text file"};
  const std::string_view line = first_line(bytes);
  if (line.empty()) return {.format = Format::kText};
  const char first = line[line.find_first_not_of(" \t")];
  if (first == '{' || first == '[') return detect_json(bytes, whole, options);
  if (read_csv_header(line)) return {.format = Format::kCsvMetrics};
  if (path.ends_with(".csv") || path.ends_with(".csv.gz") || path.ends_with(".csv.zst")) {
    return {.format = Format::kCsvMetrics,
            .unreadable = fmt::format("unknown columns: {}", line.substr(0, 80))};
  }
  return {.format = Format::kText};
}

}  // namespace inkling::ingest
