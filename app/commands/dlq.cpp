#include "app/commands/dlq.h"

#include <fmt/format.h>

#include <cstdio>
#include <fstream>
#include <future>
#include <map>
#include <optional>
#include <set>
#include <vector>

#include "app/exit_code.h"
#include "app/state_directory.h"
#include "config/loader.h"
#include "core/clock.h"
#include "core/json.h"
#include "core/json_writer.h"
#include "core/metrics.h"
#include "detect/screen.h"
#include "ingest/journal.h"
#include "ingest/kept_frames.h"
#include "ingest/record_text.h"

namespace inkling::app {
namespace {

int fail_with(const char* command, const Error& error) {
  std::fputs(fmt::format("inkling dlq {}: {}\n", command, error.message).c_str(), stderr);
  return exit_code(error);
}

struct Letter {
  std::uint64_t number = 0;  // from 1
  std::string json;          // as it stands in the file
  std::string time;
  std::string origin;
  std::string reason;
  std::uint64_t length = 0;
  std::string path;  // of a replayed file, "" = in the journal
  Position position;
};

struct Paths {
  std::string letters;
  std::string journal;
  std::string evidence;
  std::string replayed() const { return letters + ".replayed"; }
};

Paths paths_of(const DlqArgs& args) {
  const StatePaths state = state_paths(args.state_directory);
  return {.letters = args.path.empty() ? state.dead_letters : args.path,
          .journal = args.journal.empty() ? state.journal : args.journal,
          .evidence = state.evidence};
}

// The letters wanted. A line that is no letter (a torn end) is passed by, and keeps its number.
Result<std::vector<Letter>> read_letters(const DlqArgs& args) {
  const std::string path = paths_of(args).letters;
  std::ifstream file(path);
  if (!file) {
    return fail(ErrorCode::kNotFound, fmt::format("no file of dead letters: {}", path));
  }
  std::vector<Letter> letters;
  std::uint64_t number = 0;
  for (std::string line; std::getline(file, line);) {
    ++number;
    const auto row = parse_json(line);
    if (!row || row->find("reason") == nullptr) continue;
    Letter letter;
    letter.number = number;
    letter.json = line;
    letter.time = row->text_of({"time"});
    letter.origin = row->text_of({"origin"});
    letter.reason = row->text_of({"reason"});
    letter.path = row->text_of({"path"});
    const auto whole = [&](const char* name) {
      const JsonValue* value = row->find(name);
      return value == nullptr ? std::uint64_t{0} : static_cast<std::uint64_t>(value->integer());
    };
    letter.length = whole("length");
    letter.position = {static_cast<std::uint32_t>(whole("segment")),
                       static_cast<std::uint32_t>(whole("record")), whole("offset")};
    if (args.reason.empty() || args.reason == letter.reason) letters.push_back(std::move(letter));
  }
  return letters;
}

struct Line {
  Format format = Format::kNdjson;
  std::string attributes;
  std::string text;
};

Result<Line> read_line(const Paths& paths, const Letter& letter) {
  if (!letter.path.empty()) {
    return fail(ErrorCode::kInvalidArgument,
                fmt::format("letter {} is of a replayed file: {}", letter.number, letter.path));
  }
  const ingest::KeptFrames kept(paths.evidence, 0);
  INKLING_TRY_ASSIGN(FrameChunk chunk,
                     ingest::read_kept_frame(paths.journal, kept, letter.position));
  Line line{.format = chunk.header.format,
            .attributes = chunk.attributes ? *chunk.attributes : std::string(),
            .text = {}};
  INKLING_TRY_ASSIGN(line.text, ingest::read_record_text(std::move(chunk), letter.position.record));
  return line;
}

// How a line can be sent without its neighbours; nothing if it cannot.
std::optional<Format> alone(Format format) {
  switch (format) {
    case Format::kNdjson:
    case Format::kText:
    case Format::kMessage:
    case Format::kSyslog:
    case Format::kStatsd:
      return format;
    case Format::kJsonDocument:
    case Format::kJsonStream:
      return Format::kJsonStream;
    default:
      return std::nullopt;
  }
}

std::string key_of(const Letter& letter) {
  return fmt::format("dlq:{}:{}:{}", letter.position.segment, letter.position.offset,
                     letter.position.record);
}

// Letters that were sent again: keys, a line each.
std::set<std::string> read_replayed(const std::string& path) {
  std::set<std::string> keys;
  std::ifstream file(path);
  for (std::string line; std::getline(file, line);) keys.insert(line);
  return keys;
}

struct Outcome {
  std::uint64_t sent = 0;
  std::uint64_t before = 0;  // sent by an earlier call
  std::uint64_t not_alone = 0;
  std::uint64_t gone = 0;
};

Result<void> send(ingest::Journal& journal, const Letter& letter, Line line, Format format,
                  const Clock& clock) {
  ingest::IncomingFrame frame;
  frame.format = format;
  frame.arrival = clock.now();
  frame.origin_name = letter.origin.empty() ? "dlq" : "dlq " + letter.origin;
  frame.client_key = key_of(letter);
  frame.attributes = std::move(line.attributes);
  frame.bytes = PaddedBuffer::copy_of(line.text + "\n");
  std::promise<Result<Position>> promise;
  auto committed = promise.get_future();
  INKLING_TRY(journal.append(std::move(frame), [&promise](const Result<Position>& position) {
    promise.set_value(position);
  }));
  const Result<Position> position = committed.get();
  if (!position) return fail(position.error());
  return {};
}

Result<Outcome> replay(const DlqArgs& args) {
  const Paths paths = paths_of(args);
  INKLING_TRY_ASSIGN(const auto letters, read_letters(args));
  std::set<std::string> replayed = read_replayed(paths.replayed());
  config::Config config;
  if (!args.config.empty()) {
    INKLING_TRY_ASSIGN(config, config::load_file(args.config, config::system_environment()));
  }
  config.journal.directory = paths.journal;
  config.journal.commit_interval = std::chrono::milliseconds(1);
  // The journal keeps what it holds: only who runs it knows what may go.
  config.journal.max_bytes = 0;
  config.journal.max_age = Duration(0);
  MetricsRegistry metrics;
  INKLING_TRY_ASSIGN(const auto journal, ingest::Journal::open_local(config.journal, metrics));
  std::ofstream marks(paths.replayed(), std::ios::app);
  if (!marks) return fail(ErrorCode::kIo, fmt::format("cannot write: {}", paths.replayed()));
  const SystemClock clock;
  Outcome outcome;
  for (const Letter& letter : letters) {
    if (replayed.contains(key_of(letter))) {
      ++outcome.before;
      continue;
    }
    auto line = read_line(paths, letter);
    if (!line) {
      ++outcome.gone;
      continue;
    }
    const auto format = alone(line->format);
    if (!format) {
      ++outcome.not_alone;
      continue;
    }
    INKLING_TRY(send(*journal, letter, std::move(*line), *format, clock));
    replayed.insert(key_of(letter));
    marks << key_of(letter) << '\n' << std::flush;
    ++outcome.sent;
  }
  return outcome;
}

}  // namespace

int run_dlq_ls(const DlqArgs& args) {
  const auto letters = read_letters(args);
  if (!letters) return fail_with("ls", letters.error());
  std::map<std::string, std::uint64_t> reasons;
  for (const Letter& letter : *letters) {
    ++reasons[letter.reason];
    if (args.json) {
      std::puts(fmt::format("{{\"number\":{},{}", letter.number, letter.json.substr(1)).c_str());
      continue;
    }
    const std::string place = letter.path.empty()
                                  ? fmt::format("{}/{}/{}", letter.position.segment,
                                                letter.position.offset, letter.position.record)
                                  : letter.path;
    std::puts(fmt::format("{:>6}  {:<20}  {:<14}  {:>7} bytes  {}  {}", letter.number,
                          letter.time.empty() ? "-" : letter.time, letter.reason, letter.length,
                          place, letter.origin)
                  .c_str());
  }
  if (args.json) return kExitOk;
  std::string summary = fmt::format("{} dead letters", letters->size());
  for (const auto& [reason, count] : reasons) summary += fmt::format(", {} {}", count, reason);
  std::puts(summary.c_str());
  return kExitOk;
}

int run_dlq_show(const DlqArgs& args) {
  const auto letters = read_letters(args);
  if (!letters) return fail_with("show", letters.error());
  for (const Letter& letter : *letters) {
    if (letter.number != args.number) continue;
    const auto line = read_line(paths_of(args), letter);
    if (!line) return fail_with("show", line.error());
    config::Config config;
    if (!args.config.empty()) {
      auto loaded = config::load_file(args.config, config::system_environment());
      if (!loaded) return fail_with("show", loaded.error());
      config = std::move(*loaded);
    }
    auto screen = detect::Screen::create(config.screen);
    if (!screen) return fail_with("show", screen.error());
    const std::string text = args.raw ? line->text : screen->redact(line->text);
    if (args.json) {
      std::string row = letter.json;
      row.pop_back();
      std::puts(fmt::format("{},\"text\":{}}}", row, json_quote(text)).c_str());
    } else {
      std::puts(fmt::format("{}\n{}", letter.json, text).c_str());
    }
    return kExitOk;
  }
  return fail_with("show",
                   Error{ErrorCode::kNotFound,
                         fmt::format("no dead letter {}; see inkling dlq ls", args.number)});
}

int run_dlq_replay(const DlqArgs& args) {
  const auto outcome = replay(args);
  if (!outcome) return fail_with("replay", outcome.error());
  if (args.json) {
    JsonWriter writer;
    writer.begin_object().member("sent", outcome->sent).member("sent_before", outcome->before);
    writer.member("not_alone", outcome->not_alone).member("gone", outcome->gone);
    std::puts(writer.end_object().take().c_str());
  } else {
    std::puts(fmt::format("{} sent again, {} were sent before, {} cannot be sent without their "
                          "neighbours, {} are gone",
                          outcome->sent, outcome->before, outcome->not_alone, outcome->gone)
                  .c_str());
  }
  return kExitOk;
}

}  // namespace inkling::app
