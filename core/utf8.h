#pragma once

#include <cstddef>
#include <string_view>

namespace inkling {

struct CodePoint {
  char32_t value = 0xFFFD;
  std::size_t length = 0;  // bytes, 1..4; 0 if the text does not begin with valid UTF-8
};

// The code point at the front of `text`. Nothing (length 0) for an empty text, a stray or missing
// continuation byte, an overlong form, a surrogate, or what lies beyond U+10FFFF. Source: RFC 3629,
// sections 3 and 4.
CodePoint front_code_point(std::string_view text);

}  // namespace inkling
