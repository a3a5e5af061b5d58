#include "app/commands/replay.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <map>
#include <memory>
#include <optional>
#include <tuple>
#include <utility>

#include "app/broken_lines.h"
#include "app/commands/emission.h"
#include "app/exit_code.h"
#include "app/learned_state.h"
#include "app/pipeline.h"
#include "app/progress.h"
#include "app/replay_input.h"
#include "app/version.h"
#include "config/loader.h"
#include "core/json_writer.h"
#include "core/metrics.h"
#include "core/units.h"
#include "sinks/incident_store.h"
#include "sinks/report.h"

namespace inkling::app {
namespace {

int report_error(const Error& error) {
  std::fputs(fmt::format("inkling replay: {}\n", error.message).c_str(), stderr);
  return exit_code(error);
}

Result<config::Config> load_config(const ReplayArgs& args) {
  config::Config config;
  if (!args.config.empty()) {
    INKLING_TRY_ASSIGN(config, config::load_file(args.config, config::system_environment()));
  }
  if (!args.batch_bytes.empty()) {
    const auto size = parse_size(args.batch_bytes);
    if (!size || *size < 1 || *size > (64u << 20)) {
      return fail(
          ErrorCode::kInvalidArgument,
          fmt::format("--batch-bytes must be a size from 1B to 64MiB: {}", args.batch_bytes));
    }
    config.replay.batch_bytes = static_cast<std::uint32_t>(*size);
  }
  return config;
}

Result<PipelineSettings> pipeline_settings(const ReplayArgs& args) {
  PipelineSettings settings;
  settings.threads = args.threads;
  settings.merge.keep_lines = args.emit == EmitKind::kTemplates;
  settings.merge.keep_verdicts = args.emit == EmitKind::kVerdicts;
  if (!args.until.empty()) {
    const auto until = parse_timestamp(args.until);
    if (!until) {
      return fail(ErrorCode::kInvalidArgument,
                  fmt::format("--until must be a time like 2026-03-03T12:00:00Z: {}", args.until));
    }
    settings.merge.until = *until;
  }
  return settings;
}

// Null if no dead letters are wanted.
Result<std::unique_ptr<BrokenLines>> open_dead_letters(const ReplayArgs& args,
                                                       const config::Config& config,
                                                       const ReplayInput& input,
                                                       MetricsRegistry& metrics) {
  std::unique_ptr<BrokenLines> letters;
  ingest::DeadLetterOptions options = config.dead_letters;
  if (!args.dead_letters.empty()) options.path = args.dead_letters;
  if (options.path.empty()) return letters;
  INKLING_TRY_ASSIGN(auto file, ingest::DeadLetterFile::create(options, metrics));
  letters = std::make_unique<BrokenLines>(std::move(file), [&input](Position position) {
    const ReplayInput::Line line = input.line_of(position);
    return input.is_files() ? std::make_pair(line.source, line.number)
                            : std::make_pair(std::string_view(), std::uint64_t{0});
  });
  return letters;
}

// Sends all incidents to where the arguments say: files, store, stdout.
Result<void> deliver(const ReplayArgs& args, const std::vector<Incident>& incidents,
                     const sinks::ReportContext& context) {
  std::unique_ptr<sinks::IncidentStore> store;
  if (!args.store.empty()) {
    sinks::StoreOptions options;
    options.path = args.store;
    INKLING_TRY_ASSIGN(store, sinks::IncidentStore::open(options));
  }
  for (const Incident& incident : incidents) {
    if (store) INKLING_TRY(store->put(incident, sinks::report_json(incident, context)));
    std::optional<sinks::WrittenReport> written;
    if (!args.report_directory.empty()) {
      INKLING_TRY_ASSIGN(written, sinks::write_report(incident, context, args.report_directory));
    }
    if (args.emit != EmitKind::kNone) continue;
    if (args.json) {
      print(sinks::report_json(incident, context));
    } else {
      print(sinks::report_markdown(incident, context) + "\n");
      if (written) print(fmt::format("HTML report: {}\n", written->html_path));
    }
  }
  if (incidents.empty() && args.emit == EmitKind::kNone && !args.json) {
    print(fmt::format("No incident in {}.\n", context.input));
  }
  return {};
}

// Writes the books as one JSON object.
Result<void> write_ledger(const std::string& path, const Ledger& ledger) {
  JsonWriter writer;
  ledger.write_json(writer);
  std::ofstream file(path, std::ios::trunc);
  file << writer.take() << '\n';
  file.close();
  if (!file) return fail(ErrorCode::kIo, fmt::format("cannot write the ledger: {}", path));
  return {};
}

// How often each rule of the screen matched, a line each.
std::string rule_summary(const std::vector<std::uint64_t>& matches,
                         const detect::ScreenOptions& options) {
  std::string text;
  for (std::size_t rule = 0; rule < std::min(matches.size(), options.rules.size()); ++rule) {
    text += fmt::format("inkling replay: rule {}: {} matches\n", options.rules[rule].name,
                        matches[rule]);
  }
  return text;
}

std::string summary(const Ledger& ledger, std::size_t incidents) {
  return fmt::format(
      "inkling replay: {} lines in {} frames: {} log records, {} metric points, {} events, {} "
      "screened, "
      "{} late, {} broken, {} other; {} incident{}; books {}\n",
      ledger.lines, ledger.frames, ledger.counted, ledger.points, ledger.events, ledger.screened,
      ledger.late, ledger.broken_total(), ledger.other, incidents, incidents == 1 ? "" : "s",
      ledger.balances() ? "balance" : "DO NOT BALANCE");
}

// By onset.
std::vector<Incident> in_order(std::map<std::string, Incident> latest) {
  std::vector<Incident> incidents;
  for (auto& [id, incident] : latest) incidents.push_back(std::move(incident));
  std::stable_sort(incidents.begin(), incidents.end(), [](const Incident& a, const Incident& b) {
    return std::tie(a.onset, a.id) < std::tie(b.onset, b.id);
  });
  return incidents;
}

}  // namespace

Result<std::vector<Incident>> find_incidents(const ReplayArgs& args) {
  INKLING_TRY_ASSIGN(const auto config, load_config(args));
  INKLING_TRY_ASSIGN(const auto settings, pipeline_settings(args));
  INKLING_TRY_ASSIGN(const auto input, ReplayInput::open(args, config));
  std::map<std::string, Incident> latest;
  PipelineTaps taps;
  taps.on_incident = [&](const Incident& incident) { latest[incident.id] = incident; };
  INKLING_TRY_ASSIGN(const auto pipeline,
                     Pipeline::create(config, settings, input->store(), std::move(taps)));
  std::optional<Progress> progress;
  if (!args.quiet) {
    progress.emplace("replay", input->total_bytes(), [&] { return input->bytes_read(); });
  }
  INKLING_TRY(pipeline->run(input->source()));
  return in_order(std::move(latest));
}

int run_replay(const ReplayArgs& given) {
  auto config = load_config(given);
  if (!config) return report_error(config.error());
  ReplayArgs args = given;  // the command line wins over the configuration
  if (args.report_directory.empty()) args.report_directory = config->report.directory;
  if (args.store.empty()) args.store = config->store.path;
  auto settings = pipeline_settings(args);
  if (!settings) return report_error(settings.error());
  auto input = ReplayInput::open(args, *config);
  if (!input) return report_error(input.error());

  MetricsRegistry metrics;
  auto letters = open_dead_letters(args, *config, **input, metrics);
  if (!letters) return report_error(letters.error());
  Emission emission(args.emit, **input);
  std::map<std::string, Incident> latest;  // those that were resolved long ago are told only once
  PipelineTaps taps;
  if (*letters) taps.on_batch = [&](const Batch& batch) { (*letters)->take(batch); };
  taps.on_epoch = [&](const EpochResult& epoch) { emission.take(epoch); };
  taps.on_incident = [&](const Incident& incident) { latest[incident.id] = incident; };
  std::optional<detect::SeriesMemory> memory;
  if (!args.state.empty()) {
    auto loaded = load_state(args.state);
    if (!loaded) return report_error(loaded.error());
    memory.emplace(std::move(*loaded));
    settings->merge.memory = &*memory;
  }
  auto pipeline = Pipeline::create(*config, *settings, (*input)->store(), std::move(taps));
  if (!pipeline) return report_error(pipeline.error());
  const auto ending = [&args] {
    return args.open_end ? Pipeline::Ending::kToBeContinued : Pipeline::Ending::kFinal;
  };
  {
    std::optional<Progress> progress;
    if (!args.quiet) {
      progress.emplace("replay", (*input)->total_bytes(), [&] { return (*input)->bytes_read(); });
    }
    if (const auto done = (*pipeline)->run((*input)->source(), ending); !done) {
      return report_error(done.error());
    }
  }
  const std::vector<Incident> incidents = in_order(std::move(latest));
  const sinks::ReportContext context{(*input)->describe(), (*pipeline)->ledger(),
                                     std::string(kVersion)};
  emission.finish(**pipeline, incidents, context);
  if (const auto delivered = deliver(args, incidents, context); !delivered) {
    return report_error(delivered.error());
  }
  if (!args.ledger.empty()) {
    if (const auto kept = write_ledger(args.ledger, (*pipeline)->ledger()); !kept) {
      return report_error(kept.error());
    }
  }
  if (!args.quiet) {
    std::fputs(summary((*pipeline)->ledger(), incidents.size()).c_str(), stderr);
    std::fputs(rule_summary((*pipeline)->merge().rule_matches(), config->screen).c_str(), stderr);
  }
  return (*pipeline)->ledger().balances() ? kExitOk : kExitRuntime;
}

}  // namespace inkling::app
