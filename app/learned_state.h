#pragma once

#include <string>

#include "core/result.h"
#include "detect/series_memory.h"

namespace inkling::app {

// What is in a state file. kNotFound if there is none.
Result<detect::SeriesMemory> load_state(const std::string& path);
Result<void> save_state(const std::string& path, const detect::SeriesMemory& memory);

}  // namespace inkling::app
