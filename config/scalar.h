#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "config/option.h"

namespace inkling::config {

// Puts the value written as `text` into the field of an option that is one scalar. Nothing if it
// fits; else what was expected, and the field is as it was.
std::optional<std::string> assign(const Option& option, std::string_view text);

}  // namespace inkling::config
