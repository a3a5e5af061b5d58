#pragma once

#include <array>
#include <string>
#include <string_view>

namespace inkling::detect {

// A pattern of the default redaction. Its last capture group (or the whole match without one) is
// what is masked.
struct RedactionPattern {
  std::string_view name;
  std::string_view pattern;  // RE2
  bool luhn = false;         // mask only digits that pass the Luhn check
};

// Keys, tokens, passwords, e-mail addresses, card numbers.
extern const std::array<RedactionPattern, 7> kDefaultRedactions;

// True if the text may match a default redaction; false is certain. Two passes at most; most
// messages need the first alone, which looks at 16 bytes at a time.
bool may_need_redaction(std::string_view text);

// Whether the digits in `text` (others are skipped) are 13 to 19 and pass the check of Luhn
// (ISO/IEC 7812).
bool passes_luhn(std::string_view text);

}  // namespace inkling::detect
