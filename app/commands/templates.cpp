#include "app/commands/templates.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cstdio>
#include <vector>

#include "app/commands/emission.h"
#include "app/exit_code.h"
#include "app/series_scan.h"
#include "app/template_diff.h"
#include "app/template_scan.h"
#include "core/json_writer.h"
#include "detect/skeleton.h"

namespace inkling::app {
namespace {

int finish(std::string_view command, const Result<std::string>& text) {
  if (!text) {
    std::fputs(fmt::format("inkling {}: {}\n", command, text.error().message).c_str(), stderr);
    return exit_code(text.error());
  }
  print(*text);
  return kExitOk;
}

TemplateSide all_of(const std::string& service) {
  return [service](const LogRecord& record) -> std::optional<std::size_t> {
    if (!service.empty() && record.service != service) return std::nullopt;
    return 0;
  };
}

std::string said_text(const TemplateUse& use) {
  std::string text;
  if (use.pinned) text += "pinned";
  if (use.muted_until.is_set()) {
    if (!text.empty()) text += ", ";
    text += fmt::format("muted until {} by {}: {}", format_timestamp(use.muted_until), use.owner,
                        use.reason);
  }
  return text;
}

void write_strings(JsonWriter& w, std::string_view name, const std::vector<std::string>& values) {
  w.key(name).begin_array();
  for (const std::string& value : values) w.value(value);
  w.end_array();
}

void write_example(JsonWriter& w, const TemplateExample& example) {
  w.begin_object().member("message", example.message);
  w.member("time", format_timestamp(example.time)).member("service", example.service);
  w.member("source", example.source).end_object();
}

void write_summary(JsonWriter& w, const TemplateUse& use) {
  w.member("id", to_string(use.id)).member("text", use.text);
  w.member("count", use.counts[0] + use.counts[1]).member("level", level_name(use.level));
  write_strings(w, "services", use.services);
  write_strings(w, "versions", use.versions);
  w.member("first", format_timestamp(use.first_time));
  w.member("last", format_timestamp(use.last_time));
  w.member("skeletons", std::uint64_t{use.members.size()}).member("pinned", use.pinned);
  w.member("muted_until", format_timestamp(use.muted_until));
  w.member("owner", use.owner).member("reason", use.reason);
}

// By id, the begin of one, an id of a member, or a part of the text.
Result<const TemplateUse*> find_one(const TemplateScan& scan, const std::string& wanted) {
  std::vector<const TemplateUse*> found;
  for (const TemplateUse& use : scan.templates) {
    const bool is_member =
        std::any_of(use.members.begin(), use.members.end(),
                    [&](std::uint64_t member) { return to_string(TemplateId{member}) == wanted; });
    const bool begins = wanted.size() >= 4 && to_string(use.id).starts_with(wanted);
    if (to_string(use.id) == wanted || is_member) return &use;
    if (begins || use.text.find(wanted) != std::string::npos) found.push_back(&use);
  }
  if (found.size() == 1) return found.front();
  if (found.empty()) {
    return fail(ErrorCode::kNotFound,
                fmt::format("no template \"{}\" among {} in {}; see inkling templates ls", wanted,
                            scan.templates.size(), scan.input));
  }
  constexpr std::size_t kShown = 10;
  std::vector<std::string> names;
  for (std::size_t i = 0; i < std::min(kShown, found.size()); ++i) {
    names.push_back(fmt::format("{} {}", to_string(found[i]->id), found[i]->text));
  }
  return fail(ErrorCode::kInvalidArgument,
              fmt::format("\"{}\" is {} templates, name one of them:\n  {}", wanted, found.size(),
                          fmt::join(names, "\n  ")));
}

Result<std::string> list(const TemplatesArgs& args) {
  INKLING_TRY_ASSIGN(const config::Config config, load_scan_config(args.input.config));
  INKLING_TRY_ASSIGN(const TemplateScan scan,
                     scan_templates(args.input, config, all_of(args.service)));
  const std::size_t rows = std::min<std::size_t>(args.rows, scan.templates.size());
  if (args.input.json) {
    JsonWriter w(6);
    w.begin_object().member("input", scan.input).member("records", scan.records[0]);
    w.member("templates_found", std::uint64_t{scan.templates.size()});
    w.key("templates").begin_array();
    for (std::size_t i = 0; i < rows; ++i) {
      w.begin_object();
      write_summary(w, scan.templates[i]);
      w.end_object();
    }
    return w.end_array().end_object().take() + "\n";
  }
  std::string text =
      fmt::format("{:<16}  {:>10}  {:<7}  {}\n", "id", "records", "level", "template");
  for (std::size_t i = 0; i < rows; ++i) {
    const TemplateUse& use = scan.templates[i];
    const std::string said = said_text(use);
    text += fmt::format("{}  {:>10}  {:<7}  {}{}\n", to_string(use.id), use.counts[0],
                        level_name(use.level), use.text, said.empty() ? "" : "  [" + said + "]");
  }
  text += fmt::format("{} of {} templates, {} records, {}\n", rows, scan.templates.size(),
                      scan.records[0], scan.input);
  return text;
}

struct Shown {
  std::string_view title;
  const TemplateExample* example;
};

// Each record once.
std::vector<Shown> examples_of(const TemplateUse& use) {
  std::vector<Shown> all = {{"first", &use.first}, {"last", &use.last}, {"rarest", &use.rarest}};
  for (const TemplateExample& example : use.different) all.push_back({"different", &example});
  std::vector<Shown> shown;
  for (const Shown& one : all) {
    const bool known = std::any_of(shown.begin(), shown.end(), [&](const Shown& other) {
      return other.example->position == one.example->position;
    });
    if (!known) shown.push_back(one);
  }
  return shown;
}

Result<std::string> show(const TemplatesArgs& args) {
  INKLING_TRY_ASSIGN(const config::Config config, load_scan_config(args.input.config));
  INKLING_TRY_ASSIGN(const TemplateScan scan,
                     scan_templates(args.input, config, all_of(args.service)));
  INKLING_TRY_ASSIGN(const TemplateUse* use, find_one(scan, args.id));
  JsonWriter w(6);
  w.begin_object();
  write_summary(w, *use);
  w.key("examples").begin_array();
  std::string text = fmt::format("{}  {}\n", to_string(use->id), use->text);
  const auto row = [&](std::string_view name, const std::string& value) {
    if (!value.empty()) text += fmt::format("  {:<10}{}\n", name, value);
  };
  row("records",
      fmt::format("{} at level {} or lower, {} to {}", use->counts[0], level_name(use->level),
                  format_timestamp(use->first_time), format_timestamp(use->last_time)));
  row("services", fmt::format("{}", fmt::join(use->services, ", ")));
  row("versions", fmt::format("{}", fmt::join(use->versions, ", ")));
  row("skeletons", std::to_string(use->members.size()));
  row("rules", said_text(*use));
  for (const Shown& one : examples_of(*use)) {
    text += fmt::format("{} ({}, {})\n", one.title, format_timestamp(one.example->time),
                        one.example->source);
    w.begin_object().member("kind", one.title).key("record");
    write_example(w, *one.example);
    w.key("context").begin_array();
    std::vector<ContextLine> context = {{one.example->message, true}};
    if (args.context > 0) {
      INKLING_TRY_ASSIGN(context,
                         read_context(args.input, config, one.example->position, args.context));
    }
    for (const ContextLine& line : context) {
      text += fmt::format("  {} {}\n", line.is_it && args.context > 0 ? ">" : " ", line.message);
      w.value(line.message);
    }
    w.end_array().end_object();
  }
  w.end_array().end_object();
  return args.input.json ? w.take() + "\n" : text;
}

// Why lines are this template.
Result<std::string> explain(const TemplatesArgs& args) {
  INKLING_TRY_ASSIGN(const config::Config config, load_scan_config(args.input.config));
  INKLING_TRY_ASSIGN(const TemplateScan scan,
                     scan_templates(args.input, config, all_of(args.service)));
  INKLING_TRY_ASSIGN(const TemplateUse* use, find_one(scan, args.id));
  std::vector<std::string_view> tokens;
  detect::skeleton_tokens(use->first.message,
                          {.max_message_bytes = config.detect.templates.max_message_bytes,
                           .max_tokens = config.detect.templates.max_tokens},
                          tokens);
  const std::string scanned = fmt::format("{}", fmt::join(tokens, " "));
  const std::string why =
      use->members.size() == 1
          ? std::string("one skeleton: every variable was masked by the scan alone")
          : fmt::format(
                "{} skeletons were merged: words in the same place differ too often to be "
                "constants; the id is that of the first one",
                use->members.size());
  if (args.input.json) {
    JsonWriter w(6);
    w.begin_object();
    write_summary(w, *use);
    w.member("why", why).member("first_message", use->first.message);
    w.member("first_skeleton", scanned).key("members").begin_array();
    for (const std::uint64_t member : use->members) w.value(to_string(TemplateId{member}));
    return w.end_array().end_object().take() + "\n";
  }
  std::string text = fmt::format("{}  {}\n", to_string(use->id), use->text);
  text += fmt::format("  why       {}\n", why);
  text += fmt::format("  first     {} ({})\n", use->first.message, use->first.source);
  text += fmt::format("  skeleton  {}\n", scanned);
  for (const TemplateExample& example : use->different) {
    text += fmt::format("  also      {} ({})\n", example.message, example.source);
  }
  if (const std::string said = said_text(*use); !said.empty()) {
    text += fmt::format("  rules     {}\n", said);
  }
  text += fmt::format(
      "  to split  detect.templates.rules: [{{match: \"{}\"}}] with <keep> in the place whose "
      "words "
      "are to stay\n",
      use->text);
  return text;
}

Result<std::string> diff(const TemplatesArgs& args) {
  INKLING_TRY_ASSIGN(const config::Config config, load_scan_config(args.input.config));
  INKLING_TRY_ASSIGN(const TemplateSide side, parse_sides(args.a, args.b, args.service));
  INKLING_TRY_ASSIGN(const TemplateScan scan, scan_templates(args.input, config, side));
  for (std::size_t i = 0; i < 2; ++i) {
    if (scan.records[i] > 0) continue;
    return fail(ErrorCode::kNotFound,
                fmt::format("no records of \"{}\" in {}", i == 0 ? args.a : args.b, scan.input));
  }
  const std::vector<TemplateDifference> differences = compare_sides(scan);
  if (args.input.json) {
    JsonWriter w(6);
    w.begin_object().member("a", args.a).member("b", args.b);
    w.member("records_a", scan.records[0]).member("records_b", scan.records[1]);
    w.key("differences").begin_array();
    for (const TemplateDifference& one : differences) {
      w.begin_object().member("kind", one.kind).member("id", to_string(one.use->id));
      w.member("text", one.use->text).member("level", level_name(one.use->level));
      w.member("count_a", one.use->counts[0]).member("count_b", one.use->counts[1]);
      w.member("surprise", one.surprise).end_object();
    }
    return w.end_array().end_object().take() + "\n";
  }
  std::string text =
      fmt::format("{:<5} {:>10} {:>10}  {:<16}  {}\n", "", "a", "b", "id", "template");
  for (const TemplateDifference& one : differences) {
    text += fmt::format("{:<5} {:>10} {:>10}  {}  {}\n", one.kind, one.use->counts[0],
                        one.use->counts[1], to_string(one.use->id), one.use->text);
  }
  text += fmt::format("{} of {} templates differ; {} records in a, {} in b\n", differences.size(),
                      scan.templates.size(), scan.records[0], scan.records[1]);
  return text;
}

}  // namespace

int run_templates_ls(const TemplatesArgs& args) { return finish("templates ls", list(args)); }
int run_templates_show(const TemplatesArgs& args) { return finish("templates show", show(args)); }
int run_templates_diff(const TemplatesArgs& args) { return finish("templates diff", diff(args)); }
int run_explain_template(const TemplatesArgs& args) {
  return finish("explain template", explain(args));
}

}  // namespace inkling::app
