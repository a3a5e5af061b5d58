#include "ingest/lines/line_layout.h"

#include "ingest/lines/access_line.h"
#include "ingest/lines/clean_text.h"
#include "ingest/lines/header_line.h"
#include "ingest/lines/logfmt_line.h"
#include "ingest/lines/program_lines.h"
#include "ingest/lines/syslog_header.h"

namespace inkling::ingest {
namespace {

// The layouts that a line with this first character can have, besides a framework's header.
std::optional<LineFields> read_special(std::string_view line, const LineContext& context,
                                       Arena& arena) {
  const char first = line[0];
  if (first == '<') return read_syslog_line(line, context);
  if (first >= '0' && first <= '9') {
    if (auto fields = read_access_line(line, context, arena)) return fields;
    if (auto fields = read_lambda_line(line, context)) return fields;
    return read_logcat_line(line, context);
  }
  const bool capital = first >= 'A' && first <= 'Z';
  if (capital) {
    if (auto fields = read_klog_line(line, context)) return fields;
    if (auto fields = read_ruby_line(line, context)) return fields;
    if (auto fields = read_lambda_line(line, context)) return fields;
    if (line.size() > 2 && line[1] == '/') return read_logcat_line(line, context);
  }
  return read_access_line(line, context, arena);
}

bool looks_like_object(std::string_view line) { return line.front() == '{' && line.back() == '}'; }

}  // namespace

RecognisedLine recognise_line(std::string_view line, const LineContext& context, Arena& arena) {
  RecognisedLine recognised;
  const CleanText clean = clean_text(line, arena);
  recognised.cleaned = clean.changed;
  std::string_view text = clean.text;
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t' || text.back() == '\r' ||
                           text.back() == '\n')) {
    text.remove_suffix(1);
  }
  recognised.text = text;
  recognised.fields.message = text;
  if (text.empty()) {
    recognised.role = LineRole::kBlank;
    return recognised;
  }
  const auto settle = [&](LineLayout layout) {
    recognised.layout = layout;
    recognised.role = LineRole::kHeader;
    return recognised;
  };
  const std::size_t first = text.find_first_not_of(" \t");
  if (looks_like_object(text.substr(first))) return settle(LineLayout::kJson);
  if (first > 0) {
    recognised.role = LineRole::kIndented;
    return recognised;
  }
  // What belongs to traces is no header, though "note:" or "Error:" may look like a level.
  recognised.role = role_of(text);
  if (recognised.role != LineRole::kPlain || begins_go_trace(text)) return recognised;
  if (is_logfmt(text)) return settle(LineLayout::kLogfmt);
  if (const auto fields = read_special(text, context, arena)) {
    recognised.fields = *fields;
    return settle(LineLayout::kText);
  }
  const LineHeader header = find_header(text, context);
  if (header.size == 0) return recognised;
  LineFields& fields = recognised.fields;
  fields.time = header.time;
  fields.time_is_exact = header.time_is_exact;
  fields.level = header.level;
  fields.service = header.service;
  // A line of nothing but a header: better the header than an empty message.
  if (header.size < text.size()) fields.message = text.substr(header.size);
  return settle(LineLayout::kText);
}

}  // namespace inkling::ingest
