#pragma once

#include <functional>

namespace CLI {
class App;
}

namespace inkling::app {

// Builds all commands into `app`; the chosen one stores what is to be run in `action`, which
// outlives the parse. Together with main.cpp the home of CLI11: commands take plain structs
// (app/commands/).
void add_commands(CLI::App& app, std::function<int()>& action);

}  // namespace inkling::app
