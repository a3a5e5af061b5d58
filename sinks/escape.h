#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace inkling::sinks {

// How much of an untrusted text a page shows, in code points.
inline constexpr std::size_t kMaxTitle = 160;
inline constexpr std::size_t kMaxText = 400;
inline constexpr std::size_t kMaxExemplar = 800;

// Untrusted text made fit to be shown on one line: terminal sequences, control characters, bidi
// overrides, invisible characters and tags are removed, white space of any kind becomes one space,
// invalid UTF-8 becomes U+FFFD, and what is longer than `max_code_points` ends in an ellipsis.
std::string clean_text(std::string_view text, std::size_t max_code_points = kMaxText);

// For HTML text and quoted attributes.
std::string html_escape(std::string_view text);

// For running Markdown text, also inside table cells: everything that could start markup, a link,
// a mention or an issue reference on GitHub is disarmed.
std::string markdown_escape(std::string_view text);

// A Markdown code span that shows `text` literally, also inside table cells.
std::string markdown_code(std::string_view text);

}  // namespace inkling::sinks
