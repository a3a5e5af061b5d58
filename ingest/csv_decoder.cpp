#include "ingest/csv_decoder.h"

#include <cmath>
#include <cstring>

#include "ingest/lines.h"

namespace inkling::ingest {
namespace {

std::string_view trim(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

// Lower case, without "_", "-" and blanks.
std::string fold(std::string_view name) {
  std::string folded;
  for (const char c : name) {
    if (c == '_' || c == '-' || c == ' ') continue;
    folded += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  }
  return folded;
}

CsvRole role_of(std::string_view name) {
  const std::string folded = fold(name);
  const auto is = [&](std::initializer_list<std::string_view> names) {
    for (const std::string_view candidate : names) {
      if (folded == candidate) return true;
    }
    return false;
  };
  if (is({"timestamp", "time", "datetime", "date", "ts", "@timestamp", "timets", "datets",
          "timestampts"})) {
    return CsvRole::kTime;
  }
  if (is({"value"})) return CsvRole::kValue;
  if (is({"metric", "metricname", "name", "series"})) return CsvRole::kMetric;
  if (is({"service", "servicename", "service.name"})) return CsvRole::kService;
  if (is({"version", "service.version"})) return CsvRole::kVersion;
  if (is({"unit"})) return CsvRole::kUnit;
  if (is({"kind", "type", "metrictype"})) return CsvRole::kKind;
  if (is({"", "label", "labels", "isanomaly", "anomaly"})) return CsvRole::kNone;
  return CsvRole::kLabel;
}

// Quoted or not; inside quotes "" is a quote. Returns the field and where the next one begins
// (behind the comma; npos = it was the last), or nothing if the quote is not closed.
struct Field {
  std::string_view text;
  bool doubled_quotes = false;
  std::size_t next = std::string_view::npos;
};
std::optional<Field> take_field(std::string_view line, std::size_t at) {
  std::size_t begin = at;
  while (begin < line.size() && line[begin] == ' ') ++begin;
  if (begin < line.size() && line[begin] == '"') {
    Field field;
    std::size_t i = begin + 1;
    for (; i < line.size(); ++i) {
      if (line[i] != '"') continue;
      if (i + 1 < line.size() && line[i + 1] == '"') {
        field.doubled_quotes = true;
        ++i;
        continue;
      }
      break;
    }
    if (i >= line.size()) return std::nullopt;
    field.text = line.substr(begin + 1, i - begin - 1);
    const std::size_t comma = line.find(',', i + 1);
    if (!is_blank(line.substr(i + 1, comma == std::string_view::npos ? comma : comma - i - 1))) {
      return std::nullopt;
    }
    if (comma != std::string_view::npos) field.next = comma + 1;
    return field;
  }
  const auto* comma = static_cast<const char*>(
      at < line.size() ? std::memchr(line.data() + at, ',', line.size() - at) : nullptr);
  if (!comma) return Field{.text = trim(line.substr(at))};
  const auto end = static_cast<std::size_t>(comma - line.data());
  return Field{.text = trim(line.substr(at, end - at)), .next = end + 1};
}

bool is_no_value(std::string_view text) {
  const std::string folded = text.size() <= 4 ? fold(text) : std::string();
  return text.empty() || folded == "nan" || folded == "null" || folded == "none" || folded == "na";
}

}  // namespace

std::optional<std::vector<CsvColumn>> read_csv_header(std::string_view line) {
  line = without_mark(line);
  if (!line.empty() && line.back() == '\n') line.remove_suffix(1);
  if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
  std::vector<CsvColumn> columns;
  bool has_time = false;
  bool has_value = false;
  for (std::size_t at = 0; at != std::string_view::npos;) {
    const auto field = take_field(line, at);
    if (!field) return std::nullopt;
    CsvColumn column{role_of(field->text), std::string(field->text)};
    // Of several columns for one thing the first counts.
    if (column.role == CsvRole::kTime && has_time) column.role = CsvRole::kLabel;
    if (column.role == CsvRole::kValue && has_value) column.role = CsvRole::kLabel;
    has_time |= column.role == CsvRole::kTime;
    has_value |= column.role == CsvRole::kValue;
    columns.push_back(std::move(column));
    at = field->next;
  }
  if (!has_time || !has_value) return std::nullopt;
  return columns;
}

void CsvDecoder::decode(std::string_view bytes, Batch& batch) {
  bool know_header = false;
  const auto use_header = [&](std::string_view line) {
    if (header_ != line || columns_.empty()) {
      auto columns = read_csv_header(line);
      if (!columns) return false;
      columns_ = std::move(*columns);
      header_ = line;
    }
    // Our columns live as long as we do, the labels of the batch as long as the batch.
    column_names_.clear();
    for (const CsvColumn& column : columns_) {
      column_names_.push_back(batch.arena.copy(column.name));
    }
    return true;
  };
  if (batch.chunk.preamble) know_header = use_header(*batch.chunk.preamble);
  const std::string_view origin_name =
      batch.chunk.origin_name ? batch.arena.copy(*batch.chunk.origin_name) : std::string_view();
  const std::uint32_t first = batch.lines;
  batch.lines += for_each_line(bytes, [&](std::string_view line, std::uint32_t number) {
    const std::uint32_t record = first + number;
    if (number == 0) line = without_mark(line);
    if (is_blank(line)) {
      ++batch.empty_lines;
      return;
    }
    if (line.size() > options_.max_line_bytes) {
      batch.broken.push_back({record, ParseError::kOverlong, line});
      return;
    }
    if (!know_header || line == header_) {
      // Files that were put together repeat their header.
      if (use_header(line)) {
        know_header = true;
        ++batch.header_lines;
      } else {
        batch.broken.push_back({record, ParseError::kBadColumns, line});
      }
      return;
    }
    const ParseError error = decode_row(line, record, origin_name, batch);
    if (error != ParseError::kNone) batch.broken.push_back({record, error, line});
  });
}

bool CsvDecoder::split(std::string_view line, Batch& batch) {
  fields_.clear();
  for (std::size_t at = 0; at != std::string_view::npos && fields_.size() < columns_.size();) {
    const auto field = take_field(line, at);
    if (!field) return false;
    std::string_view text = field->text;
    if (field->doubled_quotes) {
      char* const target = batch.arena.allocate(text.size());
      std::size_t size = 0;
      for (std::size_t i = 0; i < text.size(); ++i) {
        target[size++] = text[i];
        if (text[i] == '"') ++i;  // the second of two
      }
      batch.arena.shrink_last(text.size() - size);
      text = {target, size};
    }
    fields_.push_back(text);
    at = field->next;
  }
  return true;
}

ParseError CsvDecoder::decode_row(std::string_view line, std::uint32_t record,
                                  std::string_view origin_name, Batch& batch) {
  if (!split(line, batch) || fields_.size() < columns_.size()) return ParseError::kBadColumns;
  MetricPoint point;
  point.record = record;
  point.name = origin_name;
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    const std::string_view text = fields_[i];
    switch (columns_[i].role) {
      case CsvRole::kTime: {
        const auto time = times_.read({.text = text, .kind = ScalarKind::kString});
        if (!time) return ParseError::kBadTime;
        point.time = *time;
        break;
      }
      case CsvRole::kValue:
        if (!is_no_value(text)) {
          const auto value = read_number(text);
          if (!value) return ParseError::kBadValue;
          point.value = std::isfinite(*value) ? *value : kAbsent;
        }
        break;
      case CsvRole::kMetric:
        if (!text.empty()) point.name = text;
        break;
      case CsvRole::kService:
        point.service = text;
        break;
      case CsvRole::kVersion:
        point.version = text;
        break;
      case CsvRole::kUnit:
        point.unit = text;
        break;
      case CsvRole::kKind:
        if (text == "counter") point.kind = MetricKind::kCounter;
        if (text == "delta") point.kind = MetricKind::kDelta;
        break;
      case CsvRole::kNone:
      case CsvRole::kLabel:
        break;
    }
  }
  point.first_label = static_cast<std::uint32_t>(batch.labels.size());
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    if (columns_[i].role != CsvRole::kLabel || fields_[i].empty()) continue;
    batch.labels.push_back({column_names_[i], fields_[i]});
  }
  point.label_count = static_cast<std::uint32_t>(batch.labels.size()) - point.first_label;
  batch.points.push_back(point);
  batch.note_time(point.time);
  return ParseError::kNone;
}

}  // namespace inkling::ingest
