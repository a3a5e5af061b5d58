#include "ingest/wire/exposition_decoder.h"

#include <cmath>

#include "core/frame_attributes.h"
#include "core/series_end.h"
#include "ingest/lines.h"
#include "ingest/record_builder.h"

namespace inkling::ingest {
namespace {

constexpr std::size_t kMostLabels = 128;

constexpr bool is_name_letter(char c) {
  return static_cast<unsigned char>((c | 0x20) - 'a') < 26 || (c >= '0' && c <= '9') || c == '_' ||
         c == ':' || c == '.';
}

void skip_spaces(std::string_view& text) {
  while (text.starts_with(' ') || text.starts_with('\t')) text.remove_prefix(1);
}

std::string_view take_name(std::string_view& text) {
  std::size_t at = 0;
  while (at < text.size() && is_name_letter(text[at])) ++at;
  const std::string_view name = text.substr(0, at);
  text.remove_prefix(at);
  return name;
}

struct Quoted {
  std::string_view text;
  bool good = false;
};

// "..." at the front, with \\, \" and \n.
Quoted take_quoted(std::string_view& text, Arena& arena) {
  if (!text.starts_with('"')) return {};
  std::size_t at = 1;
  bool escaped = false;
  while (at < text.size() && text[at] != '"') {
    if (text[at] == '\\') {
      escaped = true;
      ++at;
    }
    ++at;
  }
  if (at >= text.size()) return {};
  std::string_view inside = text.substr(1, at - 1);
  text.remove_prefix(at + 1);
  if (escaped) {
    char* const target = arena.allocate(inside.size());
    std::size_t size = 0;
    for (std::size_t i = 0; i < inside.size(); ++i) {
      char c = inside[i];
      if (c == '\\' && i + 1 < inside.size()) {
        c = inside[++i];
        if (c == 'n') c = '\n';
      }
      target[size++] = c;
    }
    inside = {target, size};
  }
  return {inside, true};
}

std::string_view take_word(std::string_view& text) {
  skip_spaces(text);
  const std::size_t size = std::min(text.find_first_of(" \t"), text.size());
  const std::string_view word = text.substr(0, size);
  text.remove_prefix(size);
  return word;
}

// "+Inf", "-Inf", "NaN" are no values (NaN): the sample is there and says nothing we could use.
std::optional<double> read_value(std::string_view word) {
  if (word == "+Inf" || word == "-Inf" || word == "Inf" || word == "NaN" || word == "Nan") {
    return kAbsent;
  }
  if (word == kStaleWord) return kSeriesEnd;
  const auto number = read_number(word);
  if (number && !std::isfinite(*number)) return kAbsent;
  return number;
}

bool is_service(std::string_view name) { return name == "service" || name == "service_name"; }

}  // namespace

void ExpositionDecoder::decode(std::string_view bytes, Batch& batch) {
  families_.clear();
  std::string_view end = bytes;
  while (end.ends_with('\n') || end.ends_with('\r')) end.remove_suffix(1);
  seconds_ = end.ends_with("# EOF");
  instance_ = {};
  if (batch.chunk.attributes) {
    instance_ = batch.arena.copy(find_attribute(*batch.chunk.attributes, "instance"));
  }
  const std::uint32_t first = batch.lines;
  batch.lines += for_each_line(bytes, [&](std::string_view line, std::uint32_t number) {
    const std::uint32_t record = first + number;
    if (is_blank(line)) {
      ++batch.empty_lines;
      return;
    }
    if (line[0] == '#') {
      read_comment(line, batch);
      return;
    }
    const ParseError error = line.size() > options_.max_line_bytes
                                 ? ParseError::kOverlong
                                 : read_sample(line, record, batch);
    if (error != ParseError::kNone) batch.broken.push_back({record, error, line});
  });
}

void ExpositionDecoder::read_comment(std::string_view line, Batch& batch) {
  ++batch.header_lines;
  line.remove_prefix(1);
  if (take_word(line) != "TYPE") return;
  skip_spaces(line);
  std::string_view name;
  if (line.starts_with('"')) {
    name = take_quoted(line, batch.arena).text;
  } else {
    name = take_word(line);
  }
  const std::string_view type = take_word(line);
  Family family = Family::kOther;
  if (type == "counter") family = Family::kCounter;
  if (type == "histogram" || type == "gaugehistogram") family = Family::kHistogram;
  if (type == "summary") family = Family::kSummary;
  families_[name] = family;
}

ExpositionDecoder::Family ExpositionDecoder::family_of(std::string_view name,
                                                       std::string_view& suffix) const {
  if (const auto found = families_.find(name); found != families_.end()) return found->second;
  const std::size_t underscore = name.rfind('_');
  if (underscore == std::string_view::npos) return Family::kOther;
  const auto found = families_.find(name.substr(0, underscore));
  if (found == families_.end()) return Family::kOther;
  suffix = name.substr(underscore);
  return found->second;
}

ParseError ExpositionDecoder::read_sample(std::string_view line, std::uint32_t record,
                                          Batch& batch) {
  const auto first_label = static_cast<std::uint32_t>(batch.labels.size());
  const auto refuse = [&](ParseError error) {
    batch.labels.resize(first_label);
    return error;
  };
  skip_spaces(line);
  MetricPoint point;
  point.name = take_name(line);
  skip_spaces(line);
  if (line.starts_with('{')) {
    line.remove_prefix(1);
    while (true) {
      skip_spaces(line);
      if (line.starts_with('}')) break;
      std::string_view name;
      if (line.starts_with('"')) {  // {"my.metric",l="v"}: a name that needs quotes
        const Quoted quoted = take_quoted(line, batch.arena);
        if (!quoted.good) return refuse(ParseError::kBadValue);
        name = quoted.text;
        skip_spaces(line);
        if (!line.starts_with('=')) {
          if (!point.name.empty()) return refuse(ParseError::kBadValue);
          point.name = name;
          if (line.starts_with(',')) line.remove_prefix(1);
          continue;
        }
      } else {
        name = take_name(line);
        skip_spaces(line);
      }
      if (name.empty() || !line.starts_with('=')) return refuse(ParseError::kBadValue);
      line.remove_prefix(1);
      skip_spaces(line);
      const Quoted value = take_quoted(line, batch.arena);
      if (!value.good) return refuse(ParseError::kBadValue);
      if (batch.labels.size() - first_label >= kMostLabels) return refuse(ParseError::kBadValue);
      if (is_service(name) && point.service.empty()) {
        point.service = value.text;
      } else if (name == "version" && point.version.empty()) {
        point.version = value.text;
      } else {
        batch.labels.push_back({name, value.text});
      }
      skip_spaces(line);
      if (line.starts_with(',')) line.remove_prefix(1);
    }
    line.remove_prefix(1);
  }
  if (point.name.empty()) return refuse(ParseError::kUnknownShape);
  const auto value = read_value(take_word(line));
  if (!value) return refuse(ParseError::kBadValue);
  point.value = *value;
  point.time = batch.chunk.header.arrival;
  const std::string_view time = take_word(line);
  if (!time.empty() && time[0] != '#') {
    const auto number = read_number(time);
    const double unit_ns = seconds_ ? 1e9 : 1e6;
    if (!number || !(std::abs(*number * unit_ns) < 9e18)) return refuse(ParseError::kBadTime);
    point.time = Timestamp::from_ns(std::llround(*number * unit_ns));
  }
  std::string_view suffix;
  const Family family = family_of(point.name, suffix);
  if (suffix == "_created" || (family == Family::kHistogram && suffix == "_bucket")) {
    ++batch.joined_lines;
    return refuse(ParseError::kNone);
  }
  const bool is_total = suffix == "_sum" || suffix == "_count" || suffix == "_total" ||
                        suffix == "_gcount" || suffix == "_gsum";
  if (family == Family::kCounter || (is_total && suffix[1] != 'g')) {
    point.kind = MetricKind::kCounter;
  }
  if (!instance_.empty()) batch.labels.push_back({"instance", instance_});
  point.first_label = first_label;
  point.label_count = static_cast<std::uint32_t>(batch.labels.size()) - first_label;
  point.record = record;
  batch.points.push_back(point);
  batch.note_time(point.time);
  return ParseError::kNone;
}

}  // namespace inkling::ingest
