#include "sinks/escape.h"

#include <algorithm>

#include "core/utf8.h"

namespace inkling::sinks {
namespace {

bool is_space(char32_t c) {
  return c == ' ' || (c >= 0x09 && c <= 0x0D) || c == 0x85 || c == 0xA0 || c == 0x2028 ||
         c == 0x2029;
}

// Characters that change how others look, or cannot be seen at all.
bool is_hidden(char32_t c) {
  return c < 0x20 || (c >= 0x7F && c <= 0x9F) ||         // C0, DEL, C1
         c == 0xAD || c == 0x61C || c == 0x180E ||       // soft hyphen, Arabic letter mark
         (c >= 0x200B && c <= 0x200F && c != 0x200D) ||  // zero width, direction marks
         (c >= 0x202A && c <= 0x202E) ||                 // bidi embeddings and overrides
         (c >= 0x2060 && c <= 0x206F) ||                 // word joiner, bidi isolates
         c == 0xFEFF || (c >= 0xFFF9 && c <= 0xFFFB) ||  // byte order mark, annotations
         (c >= 0xE0000 && c <= 0xE0FFF) || (c & 0xFFFEu) == 0xFFFE;  // tags, non-characters
}

// Length of the terminal control sequence at the front of `text`, 0 if there is none.
std::size_t terminal_sequence(std::string_view text) {
  if (text.size() < 2 || text[0] != '\x1B' || text[1] != '[') return 0;
  for (std::size_t i = 2; i < text.size() && i < 32; ++i) {
    const auto c = static_cast<unsigned char>(text[i]);
    if (c >= 0x40 && c <= 0x7E) return i + 1;
    if (c < 0x20 || c > 0x3F) break;
  }
  return 2;
}

bool is_word(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
         static_cast<unsigned char>(c) >= 0x80;
}

}  // namespace

std::string clean_text(std::string_view text, std::size_t max_code_points) {
  std::string out;
  std::size_t written = 0;      // code points
  std::size_t before_last = 0;  // bytes of `out` without its last code point
  bool space_waits = false;
  const auto put = [&](std::string_view bytes) {
    if (written >= max_code_points) return false;
    before_last = out.size();
    out += bytes;
    ++written;
    return true;
  };
  while (!text.empty()) {
    if (const std::size_t length = terminal_sequence(text); length > 0) {
      text.remove_prefix(length);
      continue;
    }
    const CodePoint c = front_code_point(text);
    const bool valid = c.length > 0;
    const std::string_view bytes = valid ? text.substr(0, c.length) : "\xEF\xBF\xBD";
    text.remove_prefix(valid ? c.length : 1);
    if (is_space(c.value)) {
      space_waits = !out.empty();
      continue;
    }
    if (is_hidden(c.value)) continue;
    if ((space_waits && !put(" ")) || !put(bytes)) {
      out.resize(before_last);
      out += "\xE2\x80\xA6";
      return out;
    }
    space_waits = false;
  }
  return out;
}

std::string html_escape(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (const char c : text) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      case '\'':
        out += "&#39;";
        break;
      default:
        out += c;
    }
  }
  return out;
}

std::string markdown_escape(std::string_view text) {
  static constexpr std::string_view kWordJoiner = "\xE2\x81\xA0";
  std::string out;
  out.reserve(text.size() + 16);
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    const bool word_before = i > 0 && is_word(text[i - 1]);
    const bool word_after = i + 1 < text.size() && is_word(text[i + 1]);
    switch (c) {
      case '\\':
      case '`':
      case '*':
      case '[':
      case ']':
      case '<':
      case '>':
      case '|':
      case '~':
      case '$':
      case '&':
      case '!':
        out += '\\';
        out += c;
        break;
      case '_':  // no emphasis inside a word
        if (!word_before || !word_after) out += '\\';
        out += c;
        break;
      case '#':  // heading, or a reference to an issue
      case '@':  // mention
        out += '\\';
        out += c;
        if (word_after) out += kWordJoiner;
        break;
      case ':':  // the colon of a URL, which would become a link
        if (text.substr(i).starts_with("://")) out += '\\';
        out += c;
        break;
      case '.':
        if (i >= 3 && (text.substr(i - 3, 3) == "www" || text.substr(i - 3, 3) == "WWW")) {
          out += '\\';
        } else if (i > 0 && text.find_first_not_of("0123456789") == i &&
                   (i + 1 == text.size() || text[i + 1] == ' ')) {
          out += '\\';  // "1. " would start a list
        }
        out += c;
        break;
      case '-':
      case '+':
      case '=':
        if (i == 0) out += '\\';  // a list, or the underline of a heading
        out += c;
        break;
      default:
        out += c;
    }
  }
  return out;
}

std::string markdown_code(std::string_view text) {
  if (text.empty()) return "";
  std::size_t longest = 0;
  std::size_t run = 0;
  for (const char c : text) {
    run = c == '`' ? run + 1 : 0;
    longest = std::max(longest, run);
  }
  const std::string fence(longest + 1, '`');
  const bool pad = text.front() == '`' || text.back() == '`';
  std::string out = fence;
  if (pad) out += ' ';
  for (const char c : text) {
    // A bar ends a table cell even inside a code span, and outside tables its escape would be
    // shown: the look-alike U+2223 is the same in both.
    if (c == '|') {
      out += "\xE2\x88\xA3";
    } else {
      out += c;
    }
  }
  if (pad) out += ' ';
  return out + fence;
}

}  // namespace inkling::sinks
