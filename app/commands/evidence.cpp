#include "app/commands/evidence.h"

#include <fmt/format.h>

#include <charconv>
#include <cstdio>
#include <memory>
#include <utility>
#include <vector>

#include "app/exit_code.h"
#include "app/state_directory.h"
#include "config/loader.h"
#include "core/json_writer.h"
#include "detect/screen.h"
#include "ingest/kept_frames.h"
#include "ingest/record_text.h"
#include "sinks/incident_json.h"
#include "sinks/incident_store.h"

namespace inkling::app {
namespace {

int fail_with(const char* command, const Error& error) {
  std::fputs(fmt::format("inkling evidence {}: {}\n", command, error.message).c_str(), stderr);
  return exit_code(error);
}

struct Asked {
  Incident incident;
  std::vector<Evidence> facts;
};

Result<Asked> find(const EvidenceArgs& args) {
  const std::size_t slash = args.handle.find('/');
  const std::string id = args.handle.substr(0, slash);
  std::uint32_t number = 0;
  if (slash != std::string::npos) {
    std::string_view text = std::string_view(args.handle).substr(slash + 1);
    if (text.starts_with("ev:")) text.remove_prefix(3);
    const auto read = std::from_chars(text.data(), text.data() + text.size(), number);
    if (read.ec != std::errc() || read.ptr != text.data() + text.size() || number == 0) {
      return fail(ErrorCode::kInvalidArgument,
                  fmt::format("a handle is <incident>/ev:<number>: {}", args.handle));
    }
  }
  sinks::StoreOptions options;
  options.path = args.store.empty() ? state_paths(args.state_directory).incidents : args.store;
  options.read_only = true;
  INKLING_TRY_ASSIGN(const auto store, sinks::IncidentStore::open(options));
  INKLING_TRY_ASSIGN(const auto report, store->report(id));
  if (!report) {
    return fail(ErrorCode::kNotFound,
                fmt::format("no incident begins with \"{}\"; see inkling incident ls", id));
  }
  Asked asked;
  INKLING_TRY_ASSIGN(asked.incident, sinks::incident_from_json(*report));
  for (const Evidence& fact : asked.incident.evidence) {
    if (number == 0 || fact.number == number) asked.facts.push_back(fact);
  }
  if (number > 0 && asked.facts.empty()) {
    return fail(ErrorCode::kNotFound,
                fmt::format("incident {} has no evidence ev:{}", asked.incident.id, number));
  }
  return asked;
}

class Reader {
 public:
  static Result<Reader> create(const EvidenceArgs& args) {
    const StatePaths paths = state_paths(args.state_directory);
    config::Config config;
    if (!args.config.empty()) {
      INKLING_TRY_ASSIGN(config, config::load_file(args.config, config::system_environment()));
    }
    INKLING_TRY_ASSIGN(detect::Screen screen, detect::Screen::create(config.screen));
    return Reader(args.journal.empty() ? paths.journal : args.journal, paths.evidence,
                  std::move(screen), args.raw);
  }

  // The record, redacted unless asked for as it is.
  Result<std::string> read(Position position) {
    INKLING_TRY_ASSIGN(FrameChunk chunk, ingest::read_kept_frame(journal_, kept_, position));
    INKLING_TRY_ASSIGN(const std::string text,
                       ingest::read_record_text(std::move(chunk), position.record));
    return raw_ ? text : screen_.redact(text);
  }

 private:
  Reader(std::string journal, const std::string& evidence, detect::Screen screen, bool raw)
      : journal_(std::move(journal)), kept_(evidence, 0), screen_(std::move(screen)), raw_(raw) {}

  std::string journal_;
  ingest::KeptFrames kept_;
  detect::Screen screen_;
  bool raw_;
};

std::string row(const Asked& asked, const Evidence& fact, std::string_view name,
                std::string_view value) {
  JsonWriter writer;
  writer.begin_object().member("incident", asked.incident.id);
  writer.member("handle", fmt::format("ev:{}", fact.number));
  writer.member("kind", evidence_kind_name(fact.kind)).member("fact", fact.text);
  if (fact.position) {
    writer.member("segment", fact.position->segment).member("offset", fact.position->offset);
    writer.member("record", fact.position->record);
  }
  return writer.member(name, value).end_object().take();
}

}  // namespace

int run_evidence_show(const EvidenceArgs& args) {
  const auto asked = find(args);
  if (!asked) return fail_with("show", asked.error());
  auto reader = Reader::create(args);
  if (!reader) return fail_with("show", reader.error());
  for (const Evidence& fact : asked->facts) {
    std::string text;
    if (fact.position) {
      const auto record = reader->read(*fact.position);
      text = record ? *record : fmt::format("({})", record.error().message);
    }
    if (args.json) {
      std::puts(row(*asked, fact, "text", text).c_str());
      continue;
    }
    std::puts(fmt::format("{}/ev:{}  {}  {}", asked->incident.id, fact.number,
                          evidence_kind_name(fact.kind), fact.text)
                  .c_str());
    if (!text.empty()) std::puts(fmt::format("    {}", text).c_str());
  }
  return kExitOk;
}

int run_evidence_verify(const EvidenceArgs& args) {
  const auto asked = find(args);
  if (!asked) return fail_with("verify", asked.error());
  auto reader = Reader::create(args);
  if (!reader) return fail_with("verify", reader.error());
  std::size_t sound = 0;
  std::size_t recorded = 0;
  std::size_t lost = 0;
  for (const Evidence& fact : asked->facts) {
    std::string verdict = "recorded, not recomputed";
    if (fact.position) {
      const auto record = reader->read(*fact.position);
      verdict = record ? "verified" : record.error().message;
      ++(record ? sound : lost);
    } else {
      ++recorded;
    }
    std::puts(args.json
                  ? row(*asked, fact, "verdict", verdict).c_str()
                  : fmt::format("{}/ev:{}  {}", asked->incident.id, fact.number, verdict).c_str());
  }
  if (!args.json) {
    std::puts(fmt::format("{} verified, {} recorded, {} not found", sound, recorded, lost).c_str());
  }
  return lost == 0 ? kExitOk : kExitGate;
}

}  // namespace inkling::app
