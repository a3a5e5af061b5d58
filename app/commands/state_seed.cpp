#include "app/commands/state_seed.h"

#include <fmt/format.h>

#include <cstdio>

#include "app/commands/emission.h"
#include "app/exit_code.h"
#include "app/learned_state.h"
#include "app/series_scan.h"
#include "core/json_writer.h"

namespace inkling::app {
namespace {

Result<std::string> seed(const SeedArgs& args) {
  INKLING_TRY_ASSIGN(const config::Config config, load_scan_config(args.input.config));
  detect::SeriesMemory memory;
  detect::MergeSettings merge;
  merge.memory = &memory;
  INKLING_TRY_ASSIGN(const std::string input, scan_series(args.input, config, merge, {}));
  INKLING_TRY(save_state(args.out, memory));
  if (!args.input.json) {
    return fmt::format("{}: {} series, {} points, from {}\n", args.out, memory.series(),
                       memory.points(), input);
  }
  JsonWriter w;
  w.begin_object().member("file", args.out).member("input", input);
  w.member("series", std::uint64_t{memory.series()});
  w.member("points", std::uint64_t{memory.points()});
  return w.end_object().take() + "\n";
}

}  // namespace

int run_state_seed(const SeedArgs& args) {
  const auto done = seed(args);
  if (!done) {
    std::fputs(fmt::format("inkling state seed: {}\n", done.error().message).c_str(), stderr);
    return exit_code(done.error());
  }
  print(*done);
  return kExitOk;
}

}  // namespace inkling::app
