#include "ingest/text_decoder.h"

#include <optional>

#include "ingest/lines.h"
#include "ingest/lines/container_line.h"
#include "ingest/lines/trace_lines.h"

namespace inkling::ingest {
namespace {

// Lines that one record may have; what follows is a record of its own.
constexpr std::uint32_t kMostJoinedLines = 1000;

bool is_serious(const RecognisedLine& line) {
  return line.layout != LineLayout::kText || line.fields.level == Level::kUnknown ||
         line.fields.level >= Level::kWarn;
}

bool is_container_part(std::string_view line) {
  const auto found = read_container_line(line);
  return found && found->is_part;
}

// Groups lines to records. `Emit` gets the first line, all lines, and the number of the first.
class RecordScan {
 public:
  explicit RecordScan(std::uint32_t max_bytes) : max_bytes_(max_bytes) {}

  // True if the line was joined to the record under way.
  bool joins(std::string_view raw, const RecognisedLine& line) {
    const bool joined = joiner_.joins(line.text, line.role, is_serious(line));
    if (!joined || !has_record_) return false;
    const char* const end = raw.data() + raw.size();
    if (++joined_ > kMostJoinedLines ||
        static_cast<std::size_t>(end - lines_.data()) > max_bytes_) {
      joined_ = 0;
      return false;
    }
    lines_ = {lines_.data(), static_cast<std::size_t>(end - lines_.data())};
    return true;
  }
  void begin(std::string_view raw) {
    lines_ = raw;
    has_record_ = true;
    joined_ = 0;
  }
  void end() { has_record_ = false; }
  void reset() { joiner_.reset(); }
  bool has_record() const { return has_record_; }
  std::string_view lines() const { return lines_; }

 private:
  TraceJoiner joiner_;
  const std::uint32_t max_bytes_;
  std::string_view lines_;
  std::uint32_t joined_ = 0;
  bool has_record_ = false;
};

}  // namespace

void TextDecoder::decode(std::string_view bytes, Batch& batch) {
  const LineContext context = reader_.context_of(batch);
  const std::uint32_t first_record = batch.lines;
  RecordScan scan(options_.max_line_bytes);
  RecognisedLine first;
  std::uint32_t first_number = 0;
  const auto flush = [&] {
    if (!scan.has_record()) return;
    const ParseError error = reader_.add_recognised(first, scan.lines(), {}, first_number, batch);
    if (error != ParseError::kNone) batch.broken.push_back({first_number, error, scan.lines()});
    scan.end();
  };
  ContainerJoiner container;
  // A line whose parts were put together is a record by itself.
  const auto add_whole = [&] {
    const ContainerJoiner::Joined joined = container.finish(batch.arena);
    flush();
    scan.reset();
    batch.joined_lines += joined.parts - 1;
    const std::uint32_t number = first_record + joined.first;
    ParseError error = ParseError::kOverlong;
    if (joined.line.size() <= options_.max_line_bytes) {
      const RecognisedLine line = recognise_line(joined.line, context, batch.arena);
      batch.cleaned_lines += line.cleaned ? 1 : 0;
      error = reader_.add_recognised(line, joined.line, {}, number, batch);
    }
    if (error != ParseError::kNone) batch.broken.push_back({number, error, joined.line});
  };
  batch.lines += for_each_line(bytes, [&](std::string_view raw, std::uint32_t number) {
    if (number == 0) raw = without_mark(raw);
    if (container.is_open() && !container.goes_on_with(raw)) add_whole();
    if (raw.size() > options_.max_line_bytes) {
      if (container.is_open()) add_whole();
      flush();
      scan.reset();
      batch.broken.push_back({first_record + number, ParseError::kOverlong, raw});
      return;
    }
    if (container.take(raw, number)) {
      if (container.is_whole()) add_whole();
      return;
    }
    const RecognisedLine line = recognise_line(raw, context, batch.arena);
    batch.cleaned_lines += line.cleaned ? 1 : 0;
    if (scan.joins(raw, line)) {
      ++batch.joined_lines;
      return;
    }
    if (line.role == LineRole::kBlank) {
      ++batch.empty_lines;
      return;
    }
    flush();
    scan.begin(raw);
    first = line;
    first_number = first_record + number;
  });
  if (container.is_open()) add_whole();
  flush();
}

void decode_messages(std::string_view bytes, const DecoderOptions& options, Batch& batch) {
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

std::size_t find_record_cut(std::string_view bytes) {
  Arena arena;
  const auto role_at = [&](std::size_t begin, std::size_t end) {
    return recognise_line(bytes.substr(begin, end - begin), {}, arena).role;
  };
  std::size_t end = bytes.rfind('\n');  // of the line looked at
  if (end == std::string_view::npos) return 0;
  const auto begin_of = [&](std::size_t line_end) {
    if (line_end == 0) return std::size_t{0};
    const std::size_t newline = bytes.rfind('\n', line_end - 1);
    return newline == std::string_view::npos ? 0 : newline + 1;
  };
  std::size_t begin = begin_of(end);
  LineRole role = role_at(begin, end);
  while (begin > 0) {
    const std::size_t begin_before = begin_of(begin - 1);
    const LineRole before = role_at(begin_before, begin - 1);
    const bool is_rest = is_container_part(bytes.substr(begin_before, begin - 1 - begin_before));
    if (!is_rest && surely_begins_record(role, before)) return begin;
    role = before;
    begin = begin_before;
  }
  return 0;
}

std::size_t find_closed_end(std::string_view bytes) {
  if (bytes.empty()) return 0;
  Arena arena;
  const auto line_before = [&](std::size_t end) {  // of a line end
    const std::size_t newline = end == 0 ? std::string_view::npos : bytes.rfind('\n', end - 1);
    const std::size_t begin = newline == std::string_view::npos ? 0 : newline + 1;
    return bytes.substr(begin, end - begin);
  };
  const std::string_view last = line_before(bytes.size() - 1);
  const RecognisedLine line = recognise_line(last, {}, arena);
  LineRole before = LineRole::kPlain;
  if (last.data() > bytes.data()) {
    const auto begin = static_cast<std::size_t>(last.data() - bytes.data());
    before = recognise_line(line_before(begin - 1), {}, arena).role;
  }
  // The console of .NET writes the message behind a line of its own.
  const bool opens = line.layout == LineLayout::kText && line.fields.message.ends_with(']');
  const bool alarming = line.layout == LineLayout::kText && line.fields.level >= Level::kWarn;
  const bool may_go_on = is_container_part(last) || alarming || opens ||
                         line.role == LineRole::kException || line.role == LineRole::kPanic ||
                         begins_go_trace(line.text) || !surely_begins_record(line.role, before);
  return may_go_on ? find_record_cut(bytes) : bytes.size();
}

std::string_view find_text_record(std::string_view bytes, std::uint32_t line) {
  Arena arena;
  RecordScan scan(UINT32_MAX);
  std::string_view found;
  std::optional<ContainerLine> part;  // the line before, if it was one
  for_each_line(bytes, [&](std::string_view raw, std::uint32_t number) {
    if (number == 0) raw = without_mark(raw);
    const std::optional<ContainerLine> now = read_container_line(raw);
    const bool goes_on = now && part && now->is_error_stream == part->is_error_stream;
    const bool in_found = goes_on && !found.empty() && part->text.data() >= found.data() &&
                          part->text.data() <= found.data() + found.size();
    part = now && now->is_part ? now : std::nullopt;
    if (in_found) {
      found = {found.data(), static_cast<std::size_t>(raw.data() + raw.size() - found.data())};
    }
    if (goes_on) return;
    const RecognisedLine recognised = recognise_line(raw, {}, arena);
    const bool joined = scan.joins(raw, recognised);
    if (joined && number > line && found.data() == scan.lines().data()) found = scan.lines();
    if (joined || recognised.role == LineRole::kBlank) return;
    scan.begin(raw);
    if (number == line) found = raw;
  });
  return found;
}

}  // namespace inkling::ingest
