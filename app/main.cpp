#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "app/command_line.h"
#include "app/exit_code.h"
#include "config/suggest.h"

namespace {

// What to say of a first word that is no command: ", did you mean ...?", or "" if it is one.
std::string unknown_command(const CLI::App& app, int argc, char** argv) {
  if (argc < 2 || argv[1][0] == '-') return {};
  const std::string_view word = argv[1];
  std::vector<std::string> names;
  for (const CLI::App* command : app.get_subcommands({})) names.push_back(command->get_name());
  const std::vector<std::string_view> known(names.begin(), names.end());
  if (std::find(known.begin(), known.end(), word) != known.end()) return {};
  return "inkling: no command \"" + std::string(word) + "\"" +
         inkling::config::did_you_mean(word, known) + "; see inkling --help\n";
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app(
      "Watches logs and metrics, notices what is not normal and says which deployment is to blame",
      "inkling");
  app.require_subcommand(1);
  std::function<int()> action;
  inkling::app::add_commands(app, action);
  try {
    app.parse(argc, argv);
  } catch (const CLI::CallForHelp& help) {
    return app.exit(help);
  } catch (const CLI::ParseError& error) {
    const std::string hint = unknown_command(app, argc, argv);
    if (hint.empty()) {
      app.exit(error);
    } else {
      std::fputs(hint.c_str(), stderr);
    }
    return inkling::app::kExitUsage;
  }
  const int code = action();
  // What is buffered may be more than the device takes.
  const bool written = std::fflush(stdout) == 0 && std::ferror(stdout) == 0;
  if (!written && code == inkling::app::kExitOk) {
    std::fputs("inkling: stdout cannot be written\n", stderr);
    return inkling::app::kExitIo;
  }
  return code;
}
