#pragma once

#include <array>
#include <cstdint>

namespace inkling::detect {

// What a byte of a message is; a word's flags are the OR over its bytes. Bytes of 0x80 and above
// (UTF-8 or not) count as letters, control characters as white space.
enum CharClass : std::uint16_t {
  kCharDigit = 1u << 0,
  kCharHexLetter = 1u << 1,    // a-f A-F
  kCharOtherLetter = 1u << 2,  // every other letter
  kCharJoin = 1u << 3,         // - _
  kCharDot = 1u << 4,
  kCharSlash = 1u << 5,
  kCharBackslash = 1u << 6,
  kCharAt = 1u << 7,
  kCharSign = 1u << 8,   // + % : may belong to a number
  kCharOther = 1u << 9,  // the remaining printable characters
  kCharSpace = 1u << 10,
  kCharDelimiter = 1u << 11,
};

inline constexpr unsigned kCharLetter = kCharHexLetter | kCharOtherLetter;
inline constexpr unsigned kCharBreak = kCharSpace | kCharDelimiter;
// A word with one of these needs a closer look; one without is a constant nearly always.
inline constexpr unsigned kCharSuspicious =
    kCharDigit | kCharDot | kCharSlash | kCharBackslash | kCharAt | kCharSign | kCharOther;

constexpr std::array<std::uint16_t, 256> make_char_classes() {
  std::array<std::uint16_t, 256> classes{};
  for (unsigned c = 0; c < 256; ++c) {
    std::uint16_t value = kCharOther;
    if (c <= 0x20 || c == 0x7F) value = kCharSpace;
    if (c >= 0x80) value = kCharOtherLetter;
    if (c >= '0' && c <= '9') value = kCharDigit;
    if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')) value = kCharOtherLetter;
    if ((c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F')) value = kCharHexLetter;
    classes[c] = value;
  }
  for (const char c :
       {'=', ':', ',', ';', '(', ')', '[', ']', '{', '}', '<', '>', '"', '\'', '|'}) {
    classes[static_cast<unsigned char>(c)] = kCharDelimiter;
  }
  classes['-'] = kCharJoin;
  classes['_'] = kCharJoin;
  classes['.'] = kCharDot;
  classes['/'] = kCharSlash;
  classes['\\'] = kCharBackslash;
  classes['@'] = kCharAt;
  classes['+'] = kCharSign;
  classes['%'] = kCharSign;
  return classes;
}

inline constexpr std::array<std::uint16_t, 256> kCharClasses = make_char_classes();

constexpr unsigned char_class(char c) { return kCharClasses[static_cast<unsigned char>(c)]; }

}  // namespace inkling::detect
