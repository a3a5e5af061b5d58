#include "app/learned_state.h"

#include <fmt/format.h>

#include "core/state_file.h"

namespace inkling::app {

Result<detect::SeriesMemory> load_state(const std::string& path) {
  INKLING_TRY_ASSIGN(const std::string state, read_state_file(path));
  return detect::SeriesMemory::load(state, fmt::format("state file {}", path));
}

Result<void> save_state(const std::string& path, const detect::SeriesMemory& memory) {
  return write_state_file(path, memory.save());
}

}  // namespace inkling::app
