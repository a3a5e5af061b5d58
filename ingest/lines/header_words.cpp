#include "ingest/lines/header_words.h"

namespace inkling::ingest {
namespace {

constexpr std::size_t kMostBlockBytes = 240;  // of one thread name, say

// Letters of class, module and file names, and of what stands for a program.
constexpr bool is_name_letter(char c) {
  return is_letter(c) || is_digit(c) || c == '_' || c == '.' || c == '$' || c == '-' || c == '/' ||
         c == '@' || c == '#' || c == '<' || c == '>' || c == '~' || c == '+';
}

}  // namespace

HeaderWord header_word_at(std::string_view text) {
  HeaderWord word;
  std::size_t at = 0;
  while (at < text.size() && at < kMostHeaderWordBytes) {
    const char c = text[at];
    if (c == ' ' || c == '\t' || c == '|' || c == ']' || c == '[') break;
    if (c == ':') {
      const char after = at + 1 < text.size() ? text[at + 1] : ' ';
      if (after == ' ' || after == '\t') break;
    } else if (!is_name_letter(c)) {
      word.names_only = false;
    }
    word.has_digit |= is_digit(c);
    word.has_dot |= c == '.' || c == '$' || c == ':' || c == '/' || c == '_';
    word.has_lower |= c >= 'a' && c <= 'z';
    word.all_digits &= is_digit(c);
    ++at;
  }
  word.text = text.substr(0, at);
  word.all_digits &= at > 0;
  word.size = at;
  if (at < text.size() && text[at] == ':') {
    word.colon = true;
    ++word.size;
  }
  word.next = word.size < text.size() ? text[word.size] : '\0';
  return word;
}

std::size_t header_block_size(std::string_view text) {
  const char opening = text[0];
  const char closing = opening == '[' ? ']' : opening == '(' ? ')' : '}';
  int depth = 0;
  for (std::size_t at = 0; at < text.size() && at < kMostBlockBytes; ++at) {
    if (text[at] == opening) ++depth;
    if (text[at] == closing && --depth == 0) return at + 1;
  }
  return 0;
}

}  // namespace inkling::ingest
