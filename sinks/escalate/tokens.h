#pragma once

#include <cstddef>
#include <string_view>

namespace inkling::sinks {

// About how many tokens a language model makes of a text: an upper estimate that needs no
// vocabulary. Words count one for each 5 letters begun, numbers one for each 3 digits begun, every
// other character but a space one, UTF-8 beyond ASCII one a byte. The same on every machine.
// Cost: one pass.
std::size_t estimate_tokens(std::string_view text);

}  // namespace inkling::sinks
