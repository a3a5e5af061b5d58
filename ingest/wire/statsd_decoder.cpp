#include "ingest/wire/statsd_decoder.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <optional>
#include <string>

#include "ingest/lines.h"
#include "ingest/record_builder.h"

namespace inkling::ingest {
namespace {

constexpr std::size_t kMaxLabels = 64;  // of one message; further ones are left out

// Cuts up to `separator`, which goes too; all of it if there is none.
std::string_view cut(std::string_view& text, char separator) {
  const std::size_t end = std::min(text.find(separator), text.size());
  const std::string_view part = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  return part;
}

bool read_length(std::string_view text, std::size_t& length) {
  const auto end = text.data() + text.size();
  const auto parsed = std::from_chars(text.data(), end, length);
  return !text.empty() && parsed.ec == std::errc() && parsed.ptr == end;
}

// What kind of change a title tells of; nothing if of none. Whole words, so that "undeployable" is
// none.
std::optional<ChangeKind> change_kind_of(std::string_view title) {
  struct Word {
    std::string_view word;
    ChangeKind kind;
  };
  // In this order: "rollback of the deploy" is a rollback.
  static constexpr Word kWords[] = {
      {"rollback", ChangeKind::kRollback},    {"rolled back", ChangeKind::kRollback},
      {"feature flag", ChangeKind::kFlag},    {"migration", ChangeKind::kMigration},
      {"config change", ChangeKind::kConfig}, {"configuration change", ChangeKind::kConfig},
      {"deploy", ChangeKind::kDeploy},        {"deployed", ChangeKind::kDeploy},
      {"deployment", ChangeKind::kDeploy},    {"release", ChangeKind::kDeploy},
      {"released", ChangeKind::kDeploy},      {"rollout", ChangeKind::kDeploy}};
  std::string lower(title);
  std::transform(lower.begin(), lower.end(), lower.begin(), [](unsigned char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : static_cast<char>(c);
  });
  const auto is_letter = [&](std::size_t at) {
    return at < lower.size() &&
           ((lower[at] >= 'a' && lower[at] <= 'z') || (lower[at] >= '0' && lower[at] <= '9'));
  };
  for (const auto& [word, kind] : kWords) {
    for (std::size_t at = lower.find(word); at != std::string::npos;
         at = lower.find(word, at + 1)) {
      if ((at == 0 || !is_letter(at - 1)) && !is_letter(at + word.size())) return kind;
    }
  }
  return std::nullopt;
}

// "\\n" in events stands for a line break.
std::string_view unescape(std::string_view text, Batch& batch) {
  if (text.find("\\n") == std::string_view::npos) return text;
  char* const target = batch.arena.allocate(text.size());
  std::size_t size = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool line_break = text.substr(i, 2) == "\\n";
    target[size++] = line_break ? '\n' : text[i];
    i += line_break ? 1 : 0;
  }
  return {target, size};
}

}  // namespace

void StatsdDecoder::decode(std::string_view bytes, Batch& batch) {
  const std::uint32_t first = batch.lines;
  batch.lines += for_each_line(bytes, [&](std::string_view line, std::uint32_t number) {
    if (is_blank(line)) {
      ++batch.empty_lines;
      return;
    }
    const std::uint32_t record = first + number;
    const ParseError error =
        line.size() > max_line_bytes_ ? ParseError::kOverlong : decode_line(line, record, batch);
    if (error != ParseError::kNone) batch.broken.push_back({record, error, line});
  });
}

ParseError StatsdDecoder::decode_line(std::string_view line, std::uint32_t record, Batch& batch) {
  labels_.clear();
  if (line.starts_with("_e{")) return decode_event(line, record, batch);
  if (line.starts_with("_sc|")) return decode_check(line, record, batch);
  return decode_metric(line, record, batch);
}

void StatsdDecoder::read_tags(std::string_view text, Sections& sections) {
  while (!text.empty()) {
    const std::string_view tag = cut(text, ',');
    const std::size_t colon = tag.find(':');
    const std::string_view name = tag.substr(0, colon);
    const std::string_view value = colon == std::string_view::npos ? "true" : tag.substr(colon + 1);
    if (name.empty() || value.empty()) continue;
    if (name == "service" || name == "service.name" || name == "app") {
      if (sections.service.empty()) sections.service = value;
    } else if (name == "version" || name == "service.version") {
      if (sections.version.empty()) sections.version = value;
    } else if (name == "dd.internal.entity_id" || name == "dd.internal.card") {
      continue;  // names the container, not what is measured
    } else if (labels_.size() < kMaxLabels) {
      labels_.push_back({name, value});
    }
  }
}

StatsdDecoder::Sections StatsdDecoder::read_sections(std::string_view text, bool is_metric) {
  Sections sections;
  while (!text.empty()) {
    std::string_view part = cut(text, '|');
    if (part.empty()) continue;
    const auto number_behind = [&](std::size_t prefix) { return read_number(part.substr(prefix)); };
    if (part[0] == '#') {
      sections.is_dogstatsd = true;
      read_tags(part.substr(1), sections);
    } else if (part[0] == '@' && is_metric) {
      const auto rate = number_behind(1);
      if (rate && *rate > 0 && *rate <= 1) {
        sections.rate = *rate;
      } else {
        sections.good = false;
      }
    } else if ((part[0] == 'T' && is_metric) || (part.starts_with("d:") && !is_metric)) {
      sections.is_dogstatsd = true;
      const auto seconds = number_behind(is_metric ? 1 : 2);
      if (seconds && *seconds > 0 && *seconds < 9e9) {
        sections.time = Timestamp::from_seconds(static_cast<std::int64_t>(*seconds));
      }
    } else if (part.size() > 1 && part[1] == ':') {
      sections.is_dogstatsd = true;
      if (part[0] == 'k') sections.key = part.substr(2);
      if (part[0] == 't') sections.type = part.substr(2);
      if (part[0] == 's') sections.source = part.substr(2);
    }  // others are newer than this
  }
  return sections;
}

void StatsdDecoder::add_point(std::string_view name, double value, MetricKind kind,
                              std::string_view unit, const Sections& sections, std::uint32_t record,
                              Batch& batch) {
  MetricPoint& point = batch.points.emplace_back();
  point.time = sections.time;
  point.name = name;
  point.service = sections.service;
  point.version = sections.version;
  point.unit = unit;
  point.value = value;
  point.kind = kind;
  point.record = record;
  point.first_label = static_cast<std::uint32_t>(batch.labels.size());
  point.label_count = static_cast<std::uint32_t>(labels_.size());
  batch.labels.insert(batch.labels.end(), labels_.begin(), labels_.end());
  batch.note_time(sections.time);
}

// name:value[:value...]|type[|@rate][|#tags]...
ParseError StatsdDecoder::decode_metric(std::string_view line, std::uint32_t record, Batch& batch) {
  const std::size_t bar = line.find('|');
  const std::size_t colon = line.find(':');
  if (bar == std::string_view::npos || colon == 0 || colon > bar) return ParseError::kUnknownShape;
  std::string_view name = line.substr(0, colon);
  std::string_view values = line.substr(colon + 1, bar - colon - 1);
  std::string_view rest = line.substr(bar + 1);
  const std::string_view type = cut(rest, '|');
  const Sections sections = read_sections(rest, true);
  if (!sections.good) return ParseError::kBadValue;
  if (type == "s") {  // the members of a set: that one was seen is an event, which is counted
    add_point(name, 1, MetricKind::kDelta, {}, sections, record, batch);
    return ParseError::kNone;
  }
  const bool is_gauge = type == "g";
  MetricKind kind = MetricKind::kGauge;
  std::string_view unit;
  double scale = 1;
  if (type == "c" || type == "m") {
    kind = MetricKind::kDelta;
    scale = 1 / sections.rate;
  } else if (type == "ms") {
    unit = "ms";
  } else if (!is_gauge && type != "h" && type != "d") {
    return ParseError::kUnknownShape;
  }
  // All values are read before the first is added, so that a broken line adds nothing.
  const std::size_t first_point = batch.points.size();
  const std::size_t first_label = batch.labels.size();
  do {
    const std::string_view text = cut(values, ':');
    const auto value = read_number(text);
    if (!value || !std::isfinite(*value)) {
      batch.points.resize(first_point);
      batch.labels.resize(first_label);
      return ParseError::kBadValue;
    }
    // A sign makes it a change of the gauge; of DogStatsD's clients, who know no such changes, a
    // minus makes it a negative value.
    const bool is_change =
        is_gauge && (text[0] == '+' || (text[0] == '-' && !sections.is_dogstatsd));
    if (is_change) {
      const auto renamed = fmt::format("{}.change", name);
      add_point(batch.arena.copy(renamed), *value, MetricKind::kDelta, unit, sections, record,
                batch);
    } else {
      add_point(name, *value * scale, kind, unit, sections, record, batch);
    }
  } while (!values.empty());
  batch.extra_events += static_cast<std::uint32_t>(batch.points.size() - first_point - 1);
  return ParseError::kNone;
}

// _e{<bytes of title>,<bytes of text>}:title|text|...
ParseError StatsdDecoder::decode_event(std::string_view line, std::uint32_t record, Batch& batch) {
  std::string_view rest = line.substr(3);
  std::size_t title_size = 0;
  std::size_t text_size = 0;
  if (!read_length(cut(rest, ','), title_size) || !read_length(cut(rest, '}'), text_size)) {
    return ParseError::kUnknownShape;
  }
  // ":title|text"
  if (rest.size() < 2 || title_size > rest.size() - 2 || text_size > rest.size() - 2 - title_size ||
      rest[0] != ':' || rest[1 + title_size] != '|') {
    return ParseError::kUnknownShape;
  }
  const std::string_view title = unescape(rest.substr(1, title_size), batch);
  const std::string_view text = unescape(rest.substr(2 + title_size, text_size), batch);
  const Sections sections = read_sections(rest.substr(2 + title_size + text_size), false);
  if (const auto kind = change_kind_of(title)) {
    Change change;
    change.kind = *kind;
    change.time = sections.time;
    change.service = sections.service;
    change.version = sections.version;
    change.title = title;
    change.author = sections.source;
    change.record = record;
    for (const LabelView& label : labels_) {
      if (label.name == "commit" || label.name == "git.commit.sha" || label.name == "sha") {
        change.commit = label.value;
      }
    }
    change.id = !change.commit.empty() ? change.commit
                : !sections.key.empty()
                    ? std::string(sections.key)
                    : fmt::format("{}:{}:{}", change_kind_name(*kind), sections.service,
                                  sections.time.is_set() ? format_timestamp(sections.time)
                                                         : std::string(title));
    batch.note_time(change.time);
    batch.changes.push_back(std::move(change));
    return ParseError::kNone;
  }
  Envelope envelope{.time = sections.time,
                    .service = sections.service,
                    .version = sections.version,
                    .route = {},
                    .peer = {}};
  envelope.level = sections.type == "error"     ? Level::kError
                   : sections.type == "warning" ? Level::kWarn
                                                : Level::kInfo;
  const std::string_view message =
      text.empty() ? title : batch.arena.copy(fmt::format("{}: {}", title, text));
  return lines_.add(message, envelope, record, batch);
}

// _sc|name|status|...: a level, 0 ok, 1 warning, 2 critical, 3 unknown.
ParseError StatsdDecoder::decode_check(std::string_view line, std::uint32_t record, Batch& batch) {
  std::string_view rest = line.substr(4);
  const std::string_view name = cut(rest, '|');
  const auto status = read_number(cut(rest, '|'));
  if (name.empty() || !status || *status < 0 || *status > 3) return ParseError::kUnknownShape;
  const Sections sections = read_sections(rest, false);
  add_point(name, *status, MetricKind::kGauge, {}, sections, record, batch);
  return ParseError::kNone;
}

}  // namespace inkling::ingest
