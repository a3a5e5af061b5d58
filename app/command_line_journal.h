#pragma once

#include <functional>

namespace CLI {
class App;
}

namespace inkling::app {

// Part of add_commands(): what looks at a journal and what points into it (journal, dlq, evidence,
// doctor).
void add_journal_commands(CLI::App& app, std::function<int()>& action);

}  // namespace inkling::app
