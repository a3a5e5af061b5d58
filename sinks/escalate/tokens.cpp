#include "sinks/escalate/tokens.h"

namespace inkling::sinks {

std::size_t estimate_tokens(std::string_view text) {
  constexpr std::size_t kLettersPerToken = 5;
  constexpr std::size_t kDigitsPerToken = 3;
  std::size_t tokens = 0;
  std::size_t letters = 0;
  std::size_t digits = 0;
  const auto end_run = [&] {
    tokens += (letters + kLettersPerToken - 1) / kLettersPerToken;
    tokens += (digits + kDigitsPerToken - 1) / kDigitsPerToken;
    letters = digits = 0;
  };
  for (const char c : text) {
    const bool is_letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    const bool is_digit = c >= '0' && c <= '9';
    if ((is_letter && digits > 0) || (is_digit && letters > 0)) end_run();
    if (is_letter) {
      ++letters;
    } else if (is_digit) {
      ++digits;
    } else {
      end_run();
      if (c != ' ') ++tokens;
    }
  }
  end_run();
  return tokens;
}

}  // namespace inkling::sinks
