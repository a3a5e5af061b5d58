#include "app/command_line.h"

#include <CLI/CLI.hpp>
#include <map>
#include <memory>

#include "app/command_line_journal.h"
#include "app/commands/alarms.h"
#include "app/commands/explain.h"
#include "app/commands/gen.h"
#include "app/commands/incident.h"
#include "app/commands/prompt.h"
#include "app/commands/replay.h"
#include "app/commands/replay_compare.h"
#include "app/commands/run.h"
#include "app/commands/state_files.h"
#include "app/commands/state_seed.h"
#include "app/commands/templates.h"
#include "app/commands/validate.h"
#include "app/commands/validate_history.h"
#include "app/exit_code.h"
#include "app/version.h"
#include "core/json_writer.h"

namespace inkling::app {
namespace {

using Action = std::function<int()>;

const std::map<std::string, EmitKind> kEmitKinds = {
    {"templates", EmitKind::kTemplates}, {"verdicts", EmitKind::kVerdicts},
    {"anomalies", EmitKind::kAnomalies}, {"incidents", EmitKind::kIncidents},
    {"suspects", EmitKind::kSuspects},   {"impacts", EmitKind::kImpacts},
    {"report", EmitKind::kReport}};

const std::map<std::string, Format> kFormats = {
    {"auto", Format::kAuto},      {"ndjson", Format::kNdjson},   {"json", Format::kJsonDocument},
    {"csv", Format::kCsvMetrics}, {"message", Format::kMessage}, {"text", Format::kText}};

// --output text|json for commands that read.
void add_output(CLI::App& command, bool& json) {
  command
      .add_option_function<std::string>(
          "--output", [&json](const std::string& form) { json = form == "json"; },
          "What stdout holds: text or json")
      ->check(CLI::IsMember({"text", "json"}));
}

void add_replay(CLI::App& app, Action& action) {
  auto args = std::make_shared<ReplayArgs>();
  CLI::App* command = app.add_subcommand(
      "replay", "Run files or a journal through the whole program and print what was found");
  command->add_option("paths", args->paths,
                      "Files and directories: logs, metrics, changes, alarms");
  command->add_option("--journal", args->journal, "A journal directory instead of files");
  command->add_option("--config", args->config, "Configuration file")->check(CLI::ExistingFile);
  command->add_option("--report-dir", args->report_directory,
                      "Write each incident's report there (Markdown, JSON, HTML)");
  command->add_option("--store", args->store, "Keep incidents in this SQLite file");
  command->add_option("--dead-letters", args->dead_letters,
                      "Write where broken lines are, and why, to this file");
  command->add_option("--ledger", args->ledger,
                      "Write what became of every line to this file (JSON)");
  command->add_option("--emit", args->emit, "Print rows for machines (NDJSON) instead of reports")
      ->transform(
          CLI::CheckedTransformer(kEmitKinds, CLI::ignore_case)
              .description("templates|verdicts|anomalies|incidents|suspects|impacts|report"));
  command->add_option("--format", args->format, "What the files are (default: told by content)")
      ->transform(CLI::CheckedTransformer(kFormats, CLI::ignore_case)
                      .description("auto|ndjson|json|csv|message"));
  command->add_option("--state", args->state, "Learned state to start from (inkling state seed)");
  command->add_flag("--open-end", args->open_end,
                    "Tell what a live run has told by then: windows still open stay open");
  command->add_option("--from", args->from, "Pass by frames of the journal that arrived earlier");
  command->add_option("--until", args->until, "The state as of this time; later data is not told");
  command->add_flag("--compare", args->compare,
                    "Print incidents that appear, vanish or move against --baseline; exit code 3 "
                    "if they differ");
  command
      ->add_option("--baseline", args->baseline,
                   "Configuration file to compare with (default: no file)")
      ->check(CLI::ExistingFile);
  command->add_option("--threads", args->threads, "Threads (default: one per core)")
      ->check(CLI::Range(1u, 256u));
  command->add_option("--batch-bytes", args->batch_bytes, "Size of a batch (changes no result)");
  command->add_flag("--quiet", args->quiet, "No progress and no summary on stderr");
  add_output(*command, args->json);
  command->callback([args, &action] {
    action = [args] { return args->compare ? run_replay_compare(*args) : run_replay(*args); };
  });
}

void add_run(CLI::App& app, Action& action) {
  auto args = std::make_shared<RunArgs>();
  CLI::App* command =
      app.add_subcommand("run", "Listen, follow, detect and write incidents until told to stop");
  command->add_option("--config", args->config, "Configuration file")->check(CLI::ExistingFile);
  command->add_option("--state-dir", args->state_directory,
                      "Where journal, incidents and reports are kept");
  command->add_option("--listen", args->listen,
                      "address:port to listen on (default 127.0.0.1:4319)");
  command->add_option("--follow", args->follow, "Follow these files (patterns allowed)");
  command->add_option("--state", args->state,
                      "Learned state: read at the start if there, written at the end");
  command->add_flag("--stdin", args->read_stdin, "Read lines from standard input as well");
  command->add_option("--threads", args->threads, "Threads (default: one per core)")
      ->check(CLI::Range(1u, 256u));
  command->add_option("--shutdown-timeout", args->shutdown_timeout,
                      "Longest time from being told to stop to the end (default 25s)");
  command->callback([args, &action] { action = [args] { return run_run(*args); }; });
}

void add_gen(CLI::App& app, Action& action) {
  auto args = std::make_shared<GenArgs>();
  CLI::App* command =
      app.add_subcommand("gen", "Make up data of a small shop, with the truth about it");
  command->add_option("--scenario", args->scenario, "What happens (see --list)");
  command->add_option("--out", args->directory, "Directory to write to (a file with --corpus)");
  command->add_option("--seed", args->seed, "The same seed gives the same bytes");
  command->add_option("--start", args->start, "Time of the first event");
  command->add_option("--length", args->length, "How long, e.g. 2h");
  command->add_option("--rate", args->requests_per_second, "Requests a second at the daily peak");
  command->add_option("--noise", args->noise, "Factor on what has nothing to do with requests");
  command->add_flag("--unlabelled-versions", args->unlabelled_versions,
                    "Log lines do not name their version");
  command->add_flag("--innocent-deploy", args->innocent_deploy,
                    "One more deploy, just before the onset");
  command->add_flag("--rollback", args->rollback, "The culprit is rolled back");
  command->add_flag("--split-logs", args->split_logs, "One log file per service");
  command->add_option("--corpus", args->corpus_bytes,
                      "Write one log file of this size for measuring speed");
  command->add_flag("--list", args->list, "List the scenarios");
  add_output(*command, args->json);
  command->callback([args, &action] { action = [args] { return run_gen(*args); }; });
}

void add_store(CLI::App& command, IncidentArgs& args) {
  command.add_option("--store", args.store, "SQLite file with incidents");
  command.add_option("--state-dir", args.state_directory, "State directory of a running Inkling");
}

void add_incident(CLI::App& app, Action& action) {
  CLI::App* command = app.add_subcommand("incident", "Look at incidents");
  command->require_subcommand(1);
  auto ls_args = std::make_shared<IncidentArgs>();
  CLI::App* ls = command->add_subcommand("ls", "List incidents, latest first");
  add_store(*ls, *ls_args);
  add_output(*ls, ls_args->json);
  ls->callback([ls_args, &action] { action = [ls_args] { return run_incident_ls(*ls_args); }; });
  auto show_args = std::make_shared<IncidentArgs>();
  CLI::App* show = command->add_subcommand("show", "Show one incident");
  show->add_option("id", show_args->id, "Incident id, or the begin of one")->required();
  add_store(*show, *show_args);
  add_output(*show, show_args->json);
  show->callback(
      [show_args, &action] { action = [show_args] { return run_incident_show(*show_args); }; });

  auto report_args = std::make_shared<IncidentArgs>();
  CLI::App* report = app.add_subcommand("report", "Print the report of an incident");
  report->add_option("id", report_args->id, "Incident id, or the begin of one")->required();
  report->add_option("--form", report_args->form, "markdown, json or html")
      ->check(CLI::IsMember({"markdown", "json", "html"}));
  add_store(*report, *report_args);
  add_output(*report, report_args->json);
  report->callback(
      [report_args, &action] { action = [report_args] { return run_report(*report_args); }; });
}

void add_prompt(CLI::App& app, Action& action) {
  CLI::App* command = app.add_subcommand("prompt", "Look at what a language model is sent");
  command->require_subcommand(1);
  auto args = std::make_shared<PromptArgs>();
  CLI::App* show = command->add_subcommand(
      "show", "Print the request about an incident, what redaction changed, what was left out");
  show->add_option("id", args->id, "Incident id, or the begin of one")->required();
  show->add_option("--store", args->store, "SQLite file with incidents");
  show->add_option("--state-dir", args->state_directory, "State directory of a running Inkling");
  show->add_option("--config", args->config, "Configuration file")->check(CLI::ExistingFile);
  show->add_flag("--body", args->body, "Only the bytes of the request");
  add_output(*show, args->json);
  show->callback([args, &action] { action = [args] { return run_prompt_show(*args); }; });
}

void add_alarms(CLI::App& app, Action& action) {
  CLI::App* command = app.add_subcommand("alarms", "Take over alarms of other programs");
  command->require_subcommand(1);
  CLI::App* import = command->add_subcommand(
      "import", "Print alarms of another program as part of a configuration");
  import->require_subcommand(1);
  const auto add = [&](const char* name, const char* what, AlarmSource source) {
    auto args = std::make_shared<AlarmsArgs>();
    args->source = source;
    CLI::App* from = import->add_subcommand(name, what);
    from->add_option("file", args->path, "The file; - for standard input")->required();
    add_output(*from, args->json);
    from->callback([args, &action] { action = [args] { return run_alarms_import(*args); }; });
  };
  add("cloudwatch", "What aws cloudwatch describe-alarms prints", AlarmSource::kCloudWatch);
  add("prometheus", "A file of Prometheus alerting rules", AlarmSource::kPrometheus);
}

// What is read, for commands that look at series.
void add_input(CLI::App& command, ReplayArgs& args) {
  command.add_option("--journal", args.journal, "A journal directory instead of files");
  command.add_option("--config", args.config, "Configuration file")->check(CLI::ExistingFile);
  command.add_option("--format", args.format, "What the files are (default: told by content)")
      ->transform(CLI::CheckedTransformer(kFormats, CLI::ignore_case)
                      .description("auto|ndjson|json|csv|message"));
  command.add_option("--threads", args.threads, "Threads (default: one per core)")
      ->check(CLI::Range(1u, 256u));
  command.add_flag("--quiet", args.quiet, "No progress on stderr");
  add_output(command, args.json);
}

// A command that reads an input for its templates.
CLI::App* add_template_command(CLI::App& parent, const char* name, const char* what,
                               int (*run)(const TemplatesArgs&), bool wants_id, Action& action,
                               std::shared_ptr<TemplatesArgs> args = {}) {
  if (!args) args = std::make_shared<TemplatesArgs>();
  CLI::App* command = parent.add_subcommand(name, what);
  if (wants_id) {
    command->add_option("id", args->id, "Its id, the begin of it, or a part of its text")
        ->required();
  }
  command->add_option("paths", args->input.paths, "Files and directories to read");
  command->add_option("--service", args->service, "Records of this service only");
  add_input(*command, args->input);
  command->callback([args, run, &action] { action = [args, run] { return run(*args); }; });
  return command;
}

void add_templates(CLI::App& app, Action& action) {
  CLI::App* command = app.add_subcommand("templates", "Look at the templates of log messages");
  command->require_subcommand(1);
  auto ls = std::make_shared<TemplatesArgs>();
  add_template_command(*command, "ls", "List them, most frequent first", run_templates_ls, false,
                       action, ls)
      ->add_option("--rows", ls->rows, "How many (default 50)");
  auto show = std::make_shared<TemplatesArgs>();
  add_template_command(*command, "show", "Show one with examples", run_templates_show, true, action,
                       show)
      ->add_option("--context", show->context, "Lines around each example")
      ->check(CLI::Range(0u, 1000u));
  auto diff = std::make_shared<TemplatesArgs>();
  CLI::App* two = command->add_subcommand(
      "diff", "Compare two versions or periods: what is new, gone, more, less");
  two->add_option("a", diff->a, "A version, or FROM..TO (times like 2026-03-03T12:00:00Z)")
      ->required();
  two->add_option("b", diff->b, "The same")->required();
  two->add_option("paths", diff->input.paths, "Files and directories to read");
  two->add_option("--service", diff->service, "Records of this service only");
  add_input(*two, diff->input);
  two->callback([diff, &action] { action = [diff] { return run_templates_diff(*diff); }; });
}

void add_explain(CLI::App& app, Action& action) {
  CLI::App* command = app.add_subcommand("explain", "Say why something was said, or not");
  command->require_subcommand(1);
  auto args = std::make_shared<ExplainArgs>();
  CLI::App* series = command->add_subcommand("series", "What the detectors made of a series");
  series->add_option("series", args->series, "Its name as shown, its id, or a glob")->required();
  series->add_option("paths", args->input.paths, "Files and directories to read");
  series->add_option("--at", args->at, "The time, e.g. 2026-03-03T12:00:00Z")->required();
  add_input(*series, args->input);
  series->callback([args, &action] { action = [args] { return run_explain_series(*args); }; });
  add_template_command(*command, "template", "Why lines are one template", run_explain_template,
                       true, action);

  auto plot_args = std::make_shared<PlotArgs>();
  CLI::App* plot = app.add_subcommand("plot", "Draw a series with its band and score (SVG)");
  plot->add_option("series", plot_args->series, "Its name as shown, its id, or a glob")->required();
  plot->add_option("paths", plot_args->input.paths, "Files and directories to read");
  plot->add_option("--out", plot_args->out, "File to write, *.svg (rsvg-convert makes a PNG of it)")
      ->required();
  plot->add_option("--from", plot_args->from, "First time shown");
  plot->add_option("--to", plot_args->to, "Last time shown");
  add_input(*plot, plot_args->input);
  plot->callback([plot_args, &action] { action = [plot_args] { return run_plot(*plot_args); }; });
}

void add_state(CLI::App& app, Action& action) {
  CLI::App* command = app.add_subcommand("state", "Look after learned state");
  command->require_subcommand(1);
  auto args = std::make_shared<SeedArgs>();
  CLI::App* seed =
      command->add_subcommand("seed", "Learn from a history, for run and replay --state");
  seed->add_option("--from", args->input.paths, "Files and directories to learn from");
  seed->add_option("--out", args->out, "File to write")->required();
  add_input(*seed, args->input);
  const auto add_files = [&](const char* name, const char* what,
                             int (*run)(const StateFilesArgs&)) {
    auto files = std::make_shared<StateFilesArgs>();
    CLI::App* verb = command->add_subcommand(name, what);
    verb->add_option("file", files->file, "State file")->required();
    verb->add_option("--state-dir", files->state_directory, "State directory of an Inkling");
    add_output(*verb, files->json);
    verb->callback([files, run, &action] { action = [files, run] { return run(*files); }; });
  };
  add_files("export", "Write what the latest checkpoint of a state directory holds to a file",
            run_state_export);
  add_files("import", "Begin an empty state directory with such a file", run_state_import);
  seed->callback([args, &action] { action = [args] { return run_state_seed(*args); }; });
}

void add_validate(CLI::App& app, Action& action) {
  auto args = std::make_shared<ValidateArgs>();
  auto history = std::make_shared<HistoryArgs>();
  CLI::App* validate = app.add_subcommand(
      "validate", "Check a configuration file; with a history, count what it would have said");
  validate->add_option("--config,config", args->config, "Configuration file")
      ->check(CLI::ExistingFile);
  validate->add_option("--history", history->input.paths,
                       "Files and directories: print the anomalies per week and series that each "
                       "sensitivity would have given");
  validate->add_option("--journal", history->input.journal, "The same of a journal directory");
  validate->add_option("--rows", history->rows, "Series listed (default 20)");
  validate->add_option("--threads", history->input.threads, "Threads (default: one per core)")
      ->check(CLI::Range(1u, 256u));
  validate->add_flag("--quiet", history->input.quiet, "No progress on stderr");
  add_output(*validate, args->json);
  validate->callback([args, history, &action] {
    const bool counts = !history->input.paths.empty() || !history->input.journal.empty();
    if (!counts && args->config.empty()) throw CLI::RequiredError("config");
    action = [args, history, counts] {
      if (!counts) return run_validate(*args);
      history->input.config = args->config;
      history->input.json = args->json;
      return run_validate_history(*history);
    };
  });
}

void add_small(CLI::App& app, Action& action) {
  add_validate(app, action);

  CLI::App* schema = app.add_subcommand("schema", "Print the JSON Schema of the configuration");
  schema->callback([&action] { action = run_schema; });

  auto json = std::make_shared<bool>(false);
  CLI::App* version = app.add_subcommand("version", "Print the version");
  add_output(*version, *json);
  version->callback([json, &action] {
    action = [json] {
      const std::string name(kVersion);
      std::puts(*json ? ("{\"version\":" + json_quote(name) + "}").c_str()
                      : ("inkling " + name).c_str());
      return static_cast<int>(kExitOk);
    };
  });
}

}  // namespace

void add_commands(CLI::App& app, Action& action) {
  add_run(app, action);
  add_replay(app, action);
  add_incident(app, action);
  add_journal_commands(app, action);
  add_prompt(app, action);
  add_explain(app, action);
  add_templates(app, action);
  add_state(app, action);
  add_alarms(app, action);
  add_small(app, action);
  add_gen(app, action);
}

}  // namespace inkling::app
