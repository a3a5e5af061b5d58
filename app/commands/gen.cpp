#include "app/commands/gen.h"

#include <fmt/format.h>

#include <cstdio>

#include "app/exit_code.h"
#include "app/gen/corpus.h"
#include "app/gen/generator.h"
#include "core/json_writer.h"
#include "core/units.h"

namespace inkling::app {
namespace {

int fail_with(const Error& error) {
  std::fputs(fmt::format("inkling gen: {}\n", error.message).c_str(), stderr);
  return exit_code(error);
}

int fail_usage(const std::string& message) {
  return fail_with(Error{ErrorCode::kInvalidArgument, message});
}

void list_all(bool json) {
  for (const gen::ScenarioInfo& scenario : gen::list_scenarios()) {
    if (json) {
      JsonWriter writer;
      writer.begin_object().member("name", scenario.name);
      writer.member("description", scenario.description).end_object();
      std::puts(writer.text().c_str());
    } else {
      std::puts(fmt::format("{:<30} {}", scenario.name, scenario.description).c_str());
    }
  }
}

int write_corpus(const GenArgs& args) {
  const auto bytes = parse_size(args.corpus_bytes);
  if (!bytes) {
    return fail_usage(fmt::format("--corpus must be a size like 1GiB: {}", args.corpus_bytes));
  }
  const auto written = gen::generate_corpus(*bytes, args.seed, args.directory);
  if (!written) return fail_with(written.error());
  std::fputs(fmt::format("{}: {} lines, {} bytes\n", args.directory, written->lines, written->bytes)
                 .c_str(),
             stderr);
  return kExitOk;
}

}  // namespace

int run_gen(const GenArgs& args) {
  if (args.list) {
    list_all(args.json);
    return kExitOk;
  }
  if (args.directory.empty()) return fail_usage("--out is needed: where to write the data");
  if (!args.corpus_bytes.empty()) return write_corpus(args);
  gen::GenOptions options;
  options.scenario = args.scenario;
  options.seed = args.seed;
  options.requests_per_second = args.requests_per_second;
  options.noise = args.noise;
  options.labelled_versions = !args.unlabelled_versions;
  options.innocent_deploy = args.innocent_deploy;
  options.rollback = args.rollback;
  options.split_logs = args.split_logs;
  if (!args.start.empty()) {
    const auto start = parse_timestamp(args.start);
    if (!start) {
      return fail_usage(
          fmt::format("--start must be a time like 2026-03-03T12:00:00Z: {}", args.start));
    }
    options.start = *start;
  }
  if (!args.length.empty()) {
    const auto length = parse_duration(args.length);
    if (!length)
      return fail_usage(fmt::format("--length must be a duration like 2h: {}", args.length));
    options.length = *length;
  }
  const auto truth = gen::generate(options, args.directory);
  if (!truth) return fail_with(truth.error());
  if (args.json) {
    std::fputs(gen::format_ground_truth(*truth).c_str(), stdout);
  } else {
    std::fputs(fmt::format("{}: {}, {} log lines, {} metric points, {} to {}\n", args.directory,
                           truth->scenario, truth->log_lines, truth->metric_points,
                           format_timestamp(truth->range.begin), format_timestamp(truth->range.end))
                   .c_str(),
               stderr);
  }
  return kExitOk;
}

}  // namespace inkling::app
