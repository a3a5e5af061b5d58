#include "app/commands/run.h"

#include <fmt/format.h>

#include <charconv>
#include <cstdio>
#include <stop_token>
#include <utility>

#include "app/exit_code.h"
#include "app/live_run.h"
#include "app/shutdown.h"
#include "app/state_directory.h"
#include "config/loader.h"
#include "core/log.h"
#include "core/units.h"

namespace inkling::app {
namespace {

int report_error(const Error& error) {
  std::fputs(fmt::format("inkling run: {}\n", error.message).c_str(), stderr);
  return exit_code(error);
}

Result<void> set_listen(const std::string& listen, HttpServerOptions& server) {
  const std::size_t colon = listen.rfind(':');
  unsigned port = 0;
  const bool good =
      colon != std::string::npos &&
      std::from_chars(listen.data() + colon + 1, listen.data() + listen.size(), port).ptr ==
          listen.data() + listen.size() &&
      port <= 65'535 && colon + 1 < listen.size();
  if (!good) {
    return fail(ErrorCode::kInvalidArgument,
                fmt::format("--listen must be address:port, e.g. 127.0.0.1:4319: {}", listen));
  }
  server.address = listen.substr(0, colon);
  if (server.address.size() > 2 && server.address.front() == '[' && server.address.back() == ']') {
    server.address = server.address.substr(1, server.address.size() - 2);  // [::1]:4319
  }
  server.port = static_cast<std::uint16_t>(port);
  return {};
}

Result<config::Config> load_config(const RunArgs& args, const StatePaths& paths) {
  config::Config config;
  if (!args.config.empty()) {
    INKLING_TRY_ASSIGN(config, config::load_file(args.config, config::system_environment()));
  }
  if (!args.listen.empty()) INKLING_TRY(set_listen(args.listen, config.server));
  if (config.journal.directory.empty()) config.journal.directory = paths.journal;
  if (config.follow.checkpoint.empty()) {
    config.follow.checkpoint = paths.directory + "/follow.positions";
  }
  config.follow.paths.insert(config.follow.paths.end(), args.follow.begin(), args.follow.end());
  return config;
}

}  // namespace

int run_run(const RunArgs& args) {
  StatePaths paths = state_paths(args.state_directory);
  const auto config = load_config(args, paths);
  if (!config) return report_error(config.error());
  if (!config->store.path.empty()) paths.incidents = config->store.path;
  if (!config->report.directory.empty()) paths.reports = config->report.directory;

  const auto limit = parse_duration(args.shutdown_timeout);
  if (!limit || *limit <= Duration(0)) {
    return report_error(Error{
        ErrorCode::kInvalidArgument,
        fmt::format("--shutdown-timeout must be a duration like 25s: {}", args.shutdown_timeout)});
  }
  std::stop_source stop;
  Shutdown shutdown(stop, *limit);

  LiveRun live({.state = args.state,
                .threads = args.threads,
                .read_stdin = args.read_stdin,
                .shutdown_limit = *limit},
               paths, *config);
  if (const auto opened = live.open(); !opened) return report_error(opened.error());
  shutdown.set_reload([&live] { live.reload(); });
  const auto done = live.run(stop);
  shutdown.set_reload({});
  if (!done) return report_error(done.error());
  log_info("drained");
  return kExitOk;
}

}  // namespace inkling::app
