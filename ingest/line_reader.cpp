#include "ingest/line_reader.h"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "core/padded_buffer.h"
#include "ingest/lines/clean_text.h"
#include "ingest/lines/logfmt_line.h"
#include "ingest/lines/trace_lines.h"
#include "ingest/utc_offset.h"

namespace inkling::ingest {
namespace {

// JSON in a string in JSON: Docker's, Fluent Bit's and an application's own envelope.
constexpr std::uint32_t kMostEnvelopes = 3;

// Fills what records added since `first_log` and `first_point` do not say themselves.
void fill_from(const Envelope& envelope, std::size_t first_log, std::size_t first_point,
               Batch& batch) {
  for (std::size_t i = first_log; i < batch.logs.size(); ++i) {
    LogRecord& log = batch.logs[i];
    if (!log.time.is_set()) log.time = envelope.time;
    if (log.level == Level::kUnknown) log.level = envelope.level;
    if (log.service.empty()) log.service = envelope.service;
    if (log.version.empty()) log.version = envelope.version;
    if (log.route.empty()) log.route = envelope.route;
    if (log.peer.empty()) log.peer = envelope.peer;
    if (std::isnan(log.duration_ms)) log.duration_ms = envelope.duration_ms;
    if (log.status == 0) log.status = envelope.status;
    batch.note_time(log.time);
  }
  for (std::size_t i = first_point; i < batch.points.size(); ++i) {
    MetricPoint& point = batch.points[i];
    if (!point.time.is_set()) point.time = envelope.time;
    if (point.service.empty()) point.service = envelope.service;
    if (point.version.empty()) point.version = envelope.version;
    batch.note_time(point.time);
  }
}

// What the record around a message says, for the record in it.
Envelope envelope_of(const LogRecord& log) {
  return {.time = log.time,
          .level = log.level,
          .service = log.service,
          .version = log.version,
          .route = log.route,
          .peer = log.peer,
          .duration_ms = log.duration_ms,
          .status = log.status};
}

bool looks_like_object(std::string_view text) {
  const std::size_t first = text.find_first_not_of(" \t");
  const std::size_t last = text.find_last_not_of(" \t\r\n");
  return first != std::string_view::npos && text[first] == '{' && text[last] == '}';
}

// A copy with the padding that the JSON parser may read.
std::string_view copy_padded(std::string_view text, Batch& batch) {
  char* const target = batch.arena.allocate(text.size() + PaddedBuffer::kPadding);
  std::memcpy(target, text.data(), text.size());
  std::memset(target + text.size(), 0, PaddedBuffer::kPadding);
  return {target, text.size()};
}

std::string_view join(std::string_view first, std::string_view second, Batch& batch) {
  constexpr std::string_view kBetween = " | ";
  char* const target = batch.arena.allocate(first.size() + kBetween.size() + second.size());
  std::memcpy(target, first.data(), first.size());
  std::memcpy(target + first.size(), kBetween.data(), kBetween.size());
  std::memcpy(target + first.size() + kBetween.size(), second.data(), second.size());
  return {target, first.size() + kBetween.size() + second.size()};
}

// "Microsoft.Hosting.Lifetime[14]": the first line of .NET's console, whose message is the next.
bool is_dotnet_category(std::string_view message) {
  if (message.size() < 4 || message.back() != ']') return false;
  const std::size_t bracket = message.rfind('[');
  if (bracket == std::string_view::npos || bracket + 2 > message.size() - 1) return false;
  for (std::size_t i = bracket + 1; i + 1 < message.size(); ++i) {
    if (message[i] < '0' || message[i] > '9') return false;
  }
  return message.substr(0, bracket).find(' ') == std::string_view::npos;
}

// Whether lines behind a first one look like the rest of a trace, or of an indented text.
bool has_trace(std::string_view lines) {
  while (!lines.empty()) {
    const std::size_t newline = std::min(lines.find('\n'), lines.size());
    const LineRole role = role_of(lines.substr(0, newline));
    if (role != LineRole::kPlain && role != LineRole::kBlank) return true;
    lines.remove_prefix(std::min(newline + 1, lines.size()));
  }
  return false;
}

// The message of a record of several lines: the first line and what a trace says. `rest`: the lines
// behind the first one.
void add_trace(LogRecord& log, std::string_view rest, Batch& batch) {
  const std::string_view next = rest.substr(0, rest.find_first_of("\r\n"));
  const bool is_panic = role_of(log.message) == LineRole::kPanic;
  const std::string_view exception =
      clean_text(is_panic ? next : find_exception(rest), batch.arena).text;
  if (log.message.starts_with("Traceback (most recent call last)") && !exception.empty()) {
    log.message = exception;
  } else if (is_dotnet_category(log.message)) {
    std::string_view line = next;
    line.remove_prefix(std::min(line.find_first_not_of(" \t"), line.size()));
    if (!line.empty()) log.message = clean_text(line, batch.arena).text;
    if (!exception.empty()) log.message = join(log.message, exception, batch);
  } else if (!exception.empty()) {
    log.message = join(log.message, exception, batch);
  }
  const bool is_trace = !exception.empty() || role_of(log.message) == LineRole::kException;
  if (is_trace && log.level == Level::kUnknown) log.level = Level::kError;
}

}  // namespace

LineReader::LineReader(const DecoderOptions& options, NdjsonDecoder& json)
    : options_(options),
      json_(json),
      utc_offset_(utc_offset_of(options)),
      fields_(options.fields),
      logfmt_(fields_, utc_offset_) {}

LineContext LineReader::context_of(const Batch& batch) const {
  return {.arrival = batch.chunk.header.arrival, .utc_offset = utc_offset_};
}

ParseError LineReader::add_object(std::string_view object, const Envelope& envelope,
                                  std::uint32_t record, Batch& batch) {
  return add_json(object, envelope, record, 0, batch);
}

ParseError LineReader::add_json(std::string_view object, const Envelope& envelope,
                                std::uint32_t record, std::uint32_t depth, Batch& batch) {
  const std::size_t first_log = batch.logs.size();
  const std::size_t first_point = batch.points.size();
  const ParseError error = json_.decode_object(object, record, batch);
  if (error != ParseError::kNone) return error;
  fill_from(envelope, first_log, first_point, batch);
  if (batch.logs.size() == first_log + 1 && !refine_one(first_log, depth, batch)) {
    batch.logs.pop_back();
  }
  return ParseError::kNone;
}

ParseError LineReader::add(std::string_view line, const Envelope& envelope, std::uint32_t record,
                           Batch& batch) {
  if (line.size() > options_.max_line_bytes) return ParseError::kOverlong;
  if (looks_like_object(line) &&
      add_object(copy_padded(line, batch), envelope, record, batch) == ParseError::kNone) {
    return ParseError::kNone;
  }
  const RecognisedLine first =
      recognise_line(line.substr(0, line.find('\n')), context_of(batch), batch.arena);
  batch.cleaned_lines += first.cleaned ? 1 : 0;
  const std::size_t first_log = batch.logs.size();
  const ParseError error = add_recognised(first, line, envelope, record, batch);
  if (error != ParseError::kNone || batch.logs.size() != first_log + 1) return error;
  const std::size_t newline = line.find('\n');
  if (newline == std::string_view::npos || has_trace(line.substr(newline + 1))) return error;
  // Several lines that are no trace: one message.
  LogRecord& log = batch.logs.back();
  if (first.layout == LineLayout::kNone) {
    log.message = clean_text(line, batch.arena).text;
  } else if (line.data() <= log.message.data() && log.message.data() < line.data() + line.size()) {
    const auto begin = static_cast<std::size_t>(log.message.data() - line.data());
    log.message = clean_text(line.substr(begin), batch.arena).text;
  }
  return error;
}

ParseError LineReader::add_recognised(const RecognisedLine& first, std::string_view lines,
                                      const Envelope& envelope, std::uint32_t record,
                                      Batch& batch) {
  const std::size_t first_log = batch.logs.size();
  const ParseError error = add_text(first, envelope, record, 0, batch);
  if (error != ParseError::kNone || batch.logs.size() != first_log + 1) return error;
  LogRecord& log = batch.logs.back();
  log.raw = lines;
  const std::size_t newline = lines.find('\n');
  if (newline != std::string_view::npos) add_trace(log, lines.substr(newline + 1), batch);
  return ParseError::kNone;
}

ParseError LineReader::add_text(const RecognisedLine& line, const Envelope& envelope,
                                std::uint32_t record, std::uint32_t depth, Batch& batch) {
  const std::size_t first_log = batch.logs.size();
  const std::size_t first_point = batch.points.size();
  if (line.layout == LineLayout::kJson && add_json(copy_padded(line.text, batch), envelope, record,
                                                   depth + 1, batch) == ParseError::kNone) {
    return ParseError::kNone;
  }
  if (line.layout == LineLayout::kLogfmt &&
      logfmt_.add(line.text, record, batch) == ParseError::kNone) {
    fill_from(envelope, first_log, first_point, batch);
    return ParseError::kNone;
  }
  const LineFields& fields = line.fields;
  // A time without a zone is worth less than the envelope's.
  const bool own_time = fields.time.is_set() && (fields.time_is_exact || !envelope.time.is_set());
  Envelope inner = envelope;
  if (own_time) inner.time = fields.time;
  if (fields.level != Level::kUnknown) inner.level = fields.level;
  if (!fields.service.empty() && inner.service.empty()) inner.service = fields.service;
  if (!fields.route.empty()) inner.route = fields.route;
  if (!std::isnan(fields.duration_ms)) inner.duration_ms = fields.duration_ms;
  if (fields.status != 0) inner.status = fields.status;
  // A header in front of JSON or logfmt: Lambda, container runtimes, loggers behind a prefix.
  if (line.layout == LineLayout::kText && depth < kMostEnvelopes) {
    const bool is_object = looks_like_object(fields.message);
    if (is_object || (fields.level == Level::kUnknown && is_logfmt(fields.message))) {
      RecognisedLine rest;
      rest.layout = is_object ? LineLayout::kJson : LineLayout::kLogfmt;
      rest.text = fields.message;
      rest.fields.message = fields.message;
      return add_text(rest, inner, record, depth + 1, batch);
    }
  }
  LogRecord& log = batch.logs.emplace_back();
  log.message = fields.message;
  log.raw = line.text;
  log.record = record;
  fill_from(inner, first_log, first_point, batch);
  return ParseError::kNone;
}

bool LineReader::refine_one(std::size_t index, std::uint32_t depth, Batch& batch) {
  const std::string_view message = batch.logs[index].message;
  if (message.empty() || depth >= kMostEnvelopes) return true;
  const bool is_object = message.front() == '{' && looks_like_object(message);
  const bool escaped = message.front() == '\x1b';
  if (!is_object && batch.logs[index].level != Level::kUnknown && !escaped) return true;
  const LogRecord outer = batch.logs[index];
  const std::size_t first_log = batch.logs.size();
  const std::size_t newline = message.find('\n');
  std::string_view rest;  // of a message of several lines
  bool is_trace = false;
  if (is_object) {
    const std::string_view object = copy_padded(message, batch);
    const ParseError error = add_json(object, envelope_of(outer), outer.record, depth + 1, batch);
    if (error != ParseError::kNone) return true;
  } else {
    const RecognisedLine line =
        recognise_line(message.substr(0, newline), context_of(batch), batch.arena);
    if (newline != std::string_view::npos) rest = message.substr(newline + 1);
    is_trace = !rest.empty() && !find_exception(rest).empty();
    const bool has_layout = line.layout == LineLayout::kText || line.layout == LineLayout::kLogfmt;
    if (!has_layout && !is_trace && !(escaped && rest.empty())) return true;
    if (add_text(line, envelope_of(outer), outer.record, depth + 1, batch) != ParseError::kNone) {
      return true;
    }
  }
  // Points, or something rare: the record around it has told all it had.
  if (batch.logs.size() == first_log) return false;
  LogRecord inner = batch.logs.back();
  batch.logs.pop_back();
  inner.raw = outer.raw;
  if (is_trace) {
    add_trace(inner, rest, batch);
  } else if (!rest.empty() && message.data() <= inner.message.data() &&
             inner.message.data() < message.data() + message.size()) {
    // No trace: all of the message that is behind the header.
    inner.message = message.substr(static_cast<std::size_t>(inner.message.data() - message.data()));
  }
  batch.logs[index] = inner;
  return true;
}

void LineReader::refine(std::size_t first_log, Batch& batch) {
  std::size_t kept = first_log;
  const std::size_t end = batch.logs.size();
  for (std::size_t i = first_log; i < end; ++i) {
    if (!refine_one(i, 0, batch)) continue;
    if (kept != i) batch.logs[kept] = batch.logs[i];
    ++kept;
  }
  batch.logs.resize(kept);
}

}  // namespace inkling::ingest
