#pragma once

#include <string_view>

namespace inkling::sinks {

// The style sheet of the HTML report and of its plots: light and dark by the reader's preference,
// one column below 720 px, nothing fetched.
std::string_view report_style();

}  // namespace inkling::sinks
