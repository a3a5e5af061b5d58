#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace inkling::config {

// The known word a person most likely meant, or "" if none is near: at most a third of the letters
// are wrong, swapped neighbours counting once. For configuration keys and for the command line.
std::string_view suggest(std::string_view word, const std::vector<std::string_view>& known);

// `, did you mean "threshold"?`, or "" if there is nothing to suggest.
std::string did_you_mean(std::string_view word, const std::vector<std::string_view>& known);

}  // namespace inkling::config
