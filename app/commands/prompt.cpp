#include "app/commands/prompt.h"

#include <fmt/format.h>

#include <cstdio>
#include <utility>

#include "app/exit_code.h"
#include "app/live_escalation.h"
#include "app/state_directory.h"
#include "config/loader.h"
#include "core/json_writer.h"
#include "sinks/escalate/evidence_pack.h"
#include "sinks/escalate/prompt.h"
#include "sinks/incident_json.h"
#include "sinks/incident_store.h"

namespace inkling::app {
namespace {

struct Shown {
  sinks::EvidencePack pack;
  sinks::Prompt prompt;
  std::string body;
};

Result<Shown> make_shown(const PromptArgs& args) {
  config::Config config;
  if (!args.config.empty()) {
    INKLING_TRY_ASSIGN(config, config::load_file(args.config, config::system_environment()));
  }
  sinks::StoreOptions options;
  options.path = args.store.empty() ? state_paths(args.state_directory).incidents : args.store;
  options.read_only = true;
  INKLING_TRY_ASSIGN(const auto store, sinks::IncidentStore::open(options));
  INKLING_TRY_ASSIGN(const auto report, store->report(args.id));
  if (!report) {
    return fail(ErrorCode::kNotFound,
                fmt::format("no incident begins with \"{}\"; see inkling incident ls", args.id));
  }
  INKLING_TRY_ASSIGN(const Incident incident, sinks::incident_from_json(*report));
  INKLING_TRY_ASSIGN(const sinks::Redact redact, make_redact(config.screen));
  Shown shown;
  shown.pack = sinks::make_evidence_pack(incident, config.escalate.pack, redact);
  shown.prompt = sinks::make_prompt(shown.pack);
  shown.body = sinks::converse_body(shown.prompt, config.escalate.bedrock);
  return shown;
}

std::string as_json(const Shown& shown) {
  JsonWriter w;
  w.begin_object().member("incident", shown.pack.incident);
  w.member("fingerprint", shown.prompt.fingerprint);
  w.member("estimated_tokens", static_cast<std::uint64_t>(shown.prompt.tokens));
  w.member("body", shown.body);
  w.key("redactions").begin_array();
  for (const sinks::RedactionChange& change : shown.pack.redactions) {
    w.begin_object().member("handle", change.handle).member("before", change.before);
    w.member("after", change.after).end_object();
  }
  w.end_array().key("left_out").begin_array();
  for (const sinks::Fact& fact : shown.pack.left_out) {
    w.begin_object().member("handle", fact.handle).member("text", fact.text);
    w.member("tokens", static_cast<std::uint64_t>(fact.tokens)).member("value", fact.value);
    w.end_object();
  }
  return w.end_array().end_object().take();
}

std::string as_text(const Shown& shown) {
  std::string out =
      fmt::format("# Body of the request: {} bytes, about {} tokens, fingerprint {}\n{}\n",
                  shown.body.size(), shown.prompt.tokens, shown.prompt.fingerprint, shown.body);
  out += fmt::format("\n# The facts in it\n{}", shown.prompt.user);
  out += fmt::format("\n# Changed by redaction: {}\n", shown.pack.redactions.size());
  for (const sinks::RedactionChange& change : shown.pack.redactions) {
    out += fmt::format("[{}]\n- {}\n+ {}\n", change.handle, change.before, change.after);
  }
  out += fmt::format("\n# Left out: {}\n", shown.pack.left_out.size());
  for (const sinks::Fact& fact : shown.pack.left_out) {
    out += fmt::format("[{}] value {:.0f}, {} tokens: {}\n", fact.handle, fact.value, fact.tokens,
                       fact.text);
  }
  return out;
}

}  // namespace

int run_prompt_show(const PromptArgs& args) {
  const auto shown = make_shown(args);
  if (!shown) {
    std::fputs(fmt::format("inkling prompt show: {}\n", shown.error().message).c_str(), stderr);
    return exit_code(shown.error());
  }
  const std::string text = args.body   ? shown->body
                           : args.json ? as_json(*shown) + "\n"
                                       : as_text(*shown);
  std::fwrite(text.data(), 1, text.size(), stdout);
  return kExitOk;
}

}  // namespace inkling::app
