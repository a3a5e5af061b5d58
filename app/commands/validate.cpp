#include "app/commands/validate.h"

#include <fmt/format.h>

#include <cstdio>

#include "app/exit_code.h"
#include "app/worker.h"
#include "config/loader.h"
#include "config/schema.h"
#include "core/json_writer.h"

namespace inkling::app {
namespace {

int tell(const ValidateArgs& args, const std::string& problems) {
  if (args.json) {
    JsonWriter writer;
    writer.begin_object().member("file", args.config).member("valid", problems.empty());
    writer.member("problems", problems).end_object();
    std::puts(writer.text().c_str());
  } else if (problems.empty()) {
    std::puts(fmt::format("{}: valid", args.config).c_str());
  } else {
    std::fputs((problems + "\n").c_str(), stderr);
  }
  return problems.empty() ? kExitOk : kExitConfig;
}

}  // namespace

int run_validate(const ValidateArgs& args) {
  const auto config = config::load_file(args.config, config::system_environment());
  if (!config) return tell(args, config.error().message);
  // Patterns are compiled by who uses them.
  const auto worker = Worker::create(*config, false);
  if (!worker) return tell(args, args.config + ": " + worker.error().message);
  return tell(args, "");
}

int run_schema() {
  std::puts(config::schema_json().c_str());
  return kExitOk;
}

}  // namespace inkling::app
