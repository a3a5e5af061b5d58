#include "app/commands/alarms.h"

#include <fmt/format.h>

#include <cstdio>
#include <fstream>
#include <iostream>
#include <iterator>

#include "app/commands/emission.h"
#include "app/exit_code.h"
#include "config/alarm_import.h"
#include "config/schema.h"
#include "core/json_writer.h"

namespace inkling::app {
namespace {

int report_error(const Error& error) {
  std::fputs(fmt::format("inkling alarms import: {}\n", error.message).c_str(), stderr);
  return exit_code(error);
}

// All of a stream, but not more than a little beyond what the importers take.
std::string read_stream(std::istream& stream) {
  std::string text;
  char buffer[65'536];
  while (text.size() <= config::kMaxAlarmBytes &&
         (stream.read(buffer, sizeof buffer), stream.gcount() > 0)) {
    text.append(buffer, static_cast<std::size_t>(stream.gcount()));
  }
  return text;
}

Result<std::string> read_input(const std::string& path) {
  if (path == "-") return read_stream(std::cin);
  std::ifstream file(path, std::ios::binary);
  if (!file) return fail(ErrorCode::kIo, fmt::format("{}: cannot be read", path));
  return read_stream(file);
}

std::string as_json(const config::ImportedAlarms& alarms) {
  JsonWriter writer;
  writer.begin_object().member("yaml", config::thresholds_yaml(alarms.rules));
  writer.key("imported").begin_array();
  for (const detect::ThresholdRule& rule : alarms.rules) writer.value(rule.name);
  writer.end_array().key("refused").begin_array();
  for (const auto& refusal : alarms.refused) {
    writer.begin_object().member("name", refusal.name).member("reason", refusal.reason);
    writer.end_object();
  }
  writer.end_array().end_object();
  return writer.take() + "\n";
}

}  // namespace

int run_alarms_import(const AlarmsArgs& args) {
  const auto text = read_input(args.path);
  if (!text) return report_error(text.error());
  auto alarms = args.source == AlarmSource::kCloudWatch ? config::import_cloudwatch(*text)
                                                        : config::import_prometheus(*text);
  if (!alarms) {
    alarms.error().message = fmt::format("{}: {}", args.path, alarms.error().message);
    return report_error(alarms.error());
  }
  print(args.json ? as_json(*alarms) : config::thresholds_yaml(alarms->rules));
  for (const auto& refusal : alarms->refused) {
    std::fputs(
        fmt::format("inkling alarms import: {}: not taken: {}\n", refusal.name, refusal.reason)
            .c_str(),
        stderr);
  }
  return alarms->refused.empty() ? kExitOk : kExitGate;
}

}  // namespace inkling::app
