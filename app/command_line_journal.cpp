#include "app/command_line_journal.h"

#include <CLI/CLI.hpp>
#include <memory>

#include "app/commands/dlq.h"
#include "app/commands/doctor.h"
#include "app/commands/evidence.h"
#include "app/commands/journal_cat.h"
#include "app/commands/journal_check.h"
#include "app/commands/journal_list.h"

namespace inkling::app {
namespace {

using Action = std::function<int()>;

void add_json(CLI::App& command, bool& json) {
  command.add_flag("--json", json, "The same as --output json");
  command
      .add_option_function<std::string>(
          "--output", [&json](const std::string& form) { json = form == "json"; },
          "What stdout holds: text or json")
      ->check(CLI::IsMember({"text", "json"}));
}

template <class Args>
void add_config(CLI::App& command, Args& args) {
  command.add_option("--config", args.config, "Configuration file")->check(CLI::ExistingFile);
}

void add_place(CLI::App& command, JournalArgs& args) {
  command.add_option("directory", args.journal, "Journal directory");
  command.add_option("--state-dir", args.state_directory, "State directory of an Inkling");
  add_json(command, args.json);
}

CLI::App* add_journal_verb(CLI::App& parent, Action& action, const char* name, const char* what,
                           int (*run)(const JournalArgs&), std::shared_ptr<JournalArgs> args) {
  CLI::App* command = parent.add_subcommand(name, what);
  add_place(*command, *args);
  command->callback([args, run, &action] { action = [args, run] { return run(*args); }; });
  return command;
}

void add_journal(CLI::App& app, Action& action) {
  CLI::App* command =
      app.add_subcommand("journal", "Look at, check and look after what was received");
  command->require_subcommand(1);
  auto args = std::make_shared<JournalCatArgs>();
  CLI::App* cat = command->add_subcommand(
      "cat", "Print every record as it is understood, one JSON object a line");
  cat->add_option("directory", args->journal, "Journal directory");
  cat->add_option("--state-dir", args->state_directory, "State directory of a running Inkling");
  add_config(*cat, *args);
  cat->add_flag("--raw", args->raw, "Texts as received, not redacted");
  cat->callback([args, &action] { action = [args] { return run_journal_cat(*args); }; });

  const auto make = [] { return std::make_shared<JournalArgs>(); };
  add_journal_verb(*command, action, "ls", "A line per segment", run_journal_ls, make());
  auto inspect_args = make();
  CLI::App* inspect =
      add_journal_verb(*command, action, "inspect", "A line per frame, without its body",
                       run_journal_inspect, inspect_args);
  inspect->add_option("--segment", inspect_args->segment, "Only this one");
  add_journal_verb(*command, action, "verify",
                   "Read everything; exit code 3 if something is damaged or missing",
                   run_journal_verify, make());
  add_journal_verb(*command, action, "repair",
                   "Copy damage to the quarantine and cut a torn tail (not while it runs)",
                   run_journal_repair, make());
  auto prune_args = std::make_shared<JournalPruneArgs>();
  CLI::App* prune = command->add_subcommand(
      "prune", "Remove the oldest segments that no checkpoint needs (not while it runs)");
  add_place(*prune, prune_args->journal);
  prune->add_option("--max-bytes", prune_args->max_bytes, "Until no more than this is left");
  prune->add_option("--max-age", prune_args->max_age,
                    "Older than this, seen from the latest frame");
  prune->add_flag("--force", prune_args->force, "Also where no checkpoint has said what it needs");
  prune->add_flag("--dry-run", prune_args->dry_run, "Only say what would go");
  prune->callback(
      [prune_args, &action] { action = [prune_args] { return run_journal_prune(*prune_args); }; });
}

CLI::App* add_dlq_verb(CLI::App& parent, Action& action, const char* name, const char* what,
                       int (*run)(const DlqArgs&), std::shared_ptr<DlqArgs> args) {
  CLI::App* command = parent.add_subcommand(name, what);
  command->add_option("--file", args->path, "File of dead letters");
  command->add_option("--journal", args->journal, "Journal directory they point into");
  command->add_option("--state-dir", args->state_directory, "State directory of an Inkling");
  add_json(*command, args->json);
  command->callback([args, run, &action] { action = [args, run] { return run(*args); }; });
  return command;
}

void add_dlq(CLI::App& app, Action& action) {
  CLI::App* command = app.add_subcommand("dlq", "Lines that were not understood");
  command->require_subcommand(1);
  auto ls_args = std::make_shared<DlqArgs>();
  add_dlq_verb(*command, action, "ls", "List them, numbered", run_dlq_ls, ls_args)
      ->add_option("--reason", ls_args->reason, "Only of this reason, e.g. bad_json");
  auto show_args = std::make_shared<DlqArgs>();
  CLI::App* show =
      add_dlq_verb(*command, action, "show", "Show one with its line", run_dlq_show, show_args);
  show->add_option("number", show_args->number, "Its number in inkling dlq ls")->required();
  add_config(*show, *show_args);
  show->add_flag("--raw", show_args->raw, "As received, not redacted");
  auto replay_args = std::make_shared<DlqArgs>();
  CLI::App* replay = add_dlq_verb(
      *command, action, "replay",
      "Put their lines into the journal again, each once, for the next start (not while it runs)",
      run_dlq_replay, replay_args);
  replay->add_option("--reason", replay_args->reason, "Only of this reason");
  add_config(*replay, *replay_args);
}

void add_evidence(CLI::App& app, Action& action) {
  CLI::App* command = app.add_subcommand("evidence", "What an incident rests on");
  command->require_subcommand(1);
  const auto add = [&](const char* name, const char* what, int (*run)(const EvidenceArgs&)) {
    auto args = std::make_shared<EvidenceArgs>();
    CLI::App* verb = command->add_subcommand(name, what);
    verb->add_option("handle", args->handle, "<incident>/ev:<number>, or an incident for all of it")
        ->required();
    verb->add_option("--store", args->store, "SQLite file with incidents");
    verb->add_option("--journal", args->journal, "Journal directory");
    verb->add_option("--state-dir", args->state_directory, "State directory of an Inkling");
    add_config(*verb, *args);
    verb->add_flag("--raw", args->raw, "Records as received, not redacted");
    add_json(*verb, args->json);
    verb->callback([args, run, &action] { action = [args, run] { return run(*args); }; });
  };
  add("show", "The facts, with the records they lead to", run_evidence_show);
  add("verify", "Read the records again; exit code 3 if one is not found", run_evidence_verify);
}

void add_doctor(CLI::App& app, Action& action) {
  auto args = std::make_shared<DoctorArgs>();
  CLI::App* command = app.add_subcommand(
      "doctor",
      "Check configuration, disk, clock, limits, journal and books; list addresses outside");
  add_config(*command, *args);
  command->add_option("--state-dir", args->state_directory, "State directory of an Inkling");
  command->add_option("--url", args->url, "Of a running one (default: where it listens)");
  add_json(*command, args->json);
  command->callback([args, &action] { action = [args] { return run_doctor(*args); }; });
}

}  // namespace

void add_journal_commands(CLI::App& app, Action& action) {
  add_journal(app, action);
  add_dlq(app, action);
  add_evidence(app, action);
  add_doctor(app, action);
}

}  // namespace inkling::app
