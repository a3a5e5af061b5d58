#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "detect/char_class.h"
#include "detect/skeleton.h"
#include "detect/word_rules.h"

namespace inkling::detect {

// The limits of a skeleton that are part of its definition, whatever the options say.
inline constexpr std::size_t kMaxWordBytes = 128;  // a longer word is a variable
inline constexpr std::size_t kMaxSkeletonTokens = 512;
inline constexpr std::string_view kVariableToken = "<*>";
inline constexpr std::string_view kMaskedCard = "[card]";  // detect/redaction.h

// Walks once over a message and tells `Sink` the masked tokens (docs/components/templates.md has
// the rules). A Sink has
//   void word(const char* begin, std::size_t length);   a constant, a view into the message
//   void delimiter(const char* at);                      one byte of the message
//   void variable(const char* at);                       where in the message it begins
//   void drop_delimiters(std::size_t count);             takes the last delimiters back
// A template so that hashing and listing share the rules and hashing pays for nothing else.
// Not thread-safe: one scanner per message.
template <class Sink>
class TokenScanner {
 public:
  TokenScanner(std::string_view message, const SkeletonOptions& options, Sink& sink)
      : sink_(sink),
        max_tokens_(options.max_tokens < kMaxSkeletonTokens ? options.max_tokens
                                                            : kMaxSkeletonTokens),
        begin_(message.data()),
        end_(message.data() + (message.size() < options.max_message_bytes
                                   ? message.size()
                                   : options.max_message_bytes)) {}

  void run() {
    const char* p = begin_;
    while (p != end_) {
      if (tokens_ >= max_tokens_) {  // the rest is one variable
        emit_variable(p);
        return;
      }
      const unsigned c = char_class(*p);
      if ((c & kCharBreak) == 0) {
        p = scan_word(p);
      } else if ((c & kCharSpace) != 0) {
        p = skip_space(p);
      } else {
        p = scan_delimiter(p);
      }
    }
  }

 private:
  // What was emitted last: decides what a variable joins and how a word is read.
  enum class Last : std::uint8_t {
    kNothing,
    kVariable,
    kVariableSeparator,  // a variable and then `,` or `:`
    kEquals,
    kOther,
  };

  std::string_view rest(const char* p) const { return {p, static_cast<std::size_t>(end_ - p)}; }
  bool is_at(const char* p, char c) const { return p != end_ && *p == c; }

  // White space, control characters and terminal colours (ESC [ ... letter).
  const char* skip_space(const char* p) const {
    if (*p == 0x1B && is_at(p + 1, '[')) {
      p += 2;
      while (p != end_ && (*p < 0x40 || *p > 0x7E)) ++p;
      return p == end_ ? p : p + 1;
    }
    return p + 1;
  }

  void emit_word(const char* begin, const char* end) {
    sink_.word(begin, static_cast<std::size_t>(end - begin));
    ++tokens_;
    last_ = Last::kOther;
    number_ = false;
  }

  // Lists of variables of any length are one variable.
  void emit_variable(const char* at) {
    if (last_ == Last::kVariableSeparator) {
      sink_.drop_delimiters(separators_);
      tokens_ -= separators_;
    } else if (last_ != Last::kVariable) {
      sink_.variable(at);
      ++tokens_;
    }
    last_ = Last::kVariable;
    number_ = false;
  }

  void emit_delimiter(const char* at) {
    sink_.delimiter(at);
    ++tokens_;
    number_ = false;
    if (*at == ':' || *at == ',') {
      if (last_ == Last::kVariable) {
        last_ = Last::kVariableSeparator;
        separators_ = 1;
        return;
      }
      if (last_ == Last::kVariableSeparator && *at == ':' && at[-1] == ':') {
        ++separators_;
        return;
      }
    }
    // After `==`, which compares, a word is no value.
    const bool assigns = *at == '=' && (at == begin_ || at[-1] != '=');
    last_ = assigns ? Last::kEquals : Last::kOther;
  }

  const char* scan_delimiter(const char* p) {
    switch (*p) {
      case '=':
        emit_delimiter(p);
        if (is_empty_value(p)) emit_variable(p + 1);
        return p + 1;
      case '[':  // what redaction leaves of a number that could be a card's: others stay numbers
        if (rest(p).starts_with(kMaskedCard)) return variable(p, p + kMaskedCard.size());
        break;
      case ')':
      case ']':
      case '}':
      case '>':
        if (p != begin_ && p[-1] == opening(*p)) emit_variable(p);
        break;
      case '"':
        if (in_quotes_ && p[-1] == '"') emit_variable(p);
        in_quotes_ = !in_quotes_;
        break;
      case ':':
        if (is_at(p + 1, ':') && (p == begin_ || (char_class(p[-1]) & kCharBreak) != 0)) {
          const auto length = match_colon_address(rest(p));  // "::1"
          if (length != 0) return variable(p, p + length);
        }
        break;
      case '\'':
        if (is_empty_quote(p)) emit_variable(p);
        break;
      case '<':  // "<1 sec" is a quantity
        if (match_quantity(rest(p + 1)) != 0) return p + 1;
        break;
      case '(':  // "1048576 bytes (1.0 MB)" is one quantity said twice
        if (last_ == Last::kVariable && quantity_) {
          const auto length = match_quantity(rest(p + 1));
          if (length != 0 && is_at(p + 1 + length, ')')) return p + length + 2;
        }
        break;
      default:
        break;
    }
    emit_delimiter(p);
    return p + 1;
  }

  static char opening(char closing) {
    switch (closing) {
      case ')':
        return '(';
      case ']':
        return '[';
      case '}':
        return '{';
      default:
        return '<';
    }
  }

  // Whether the apostrophe at `p` closes '' and is none of a word's.
  bool is_empty_quote(const char* p) const {
    if (p == begin_ || p[-1] != '\'') return false;
    return p - 1 == begin_ || ((char_class(p[-2]) & kCharBreak) != 0 && p[-2] != '\'');
  }

  // Whether a key's `=` at `p` has nothing behind it: the end, a closing delimiter or the next key.
  bool is_empty_value(const char* p) const {
    if (p == begin_ || (char_class(p[-1]) & kCharBreak) != 0) return false;
    const char* next = p + 1;
    while (next != end_ && (char_class(*next) & kCharSpace) != 0) ++next;
    if (next == end_) return true;
    if ((char_class(*next) & kCharDelimiter) != 0) {
      return *next == ',' || *next == ';' || *next == ')' || *next == ']' || *next == '}';
    }
    if (next == p + 1) return false;
    const char* limit = rest(next).size() > kMaxWordBytes ? next + kMaxWordBytes : end_;
    while (next != limit && (char_class(*next) & kCharBreak) == 0) ++next;
    return is_at(next, '=');
  }

  const char* scan_word(const char* begin) {
    const char* p = begin;
    unsigned flags = 0;
    unsigned c = char_class(*p);
    do {
      flags |= c;
      if (++p == end_) break;
      c = char_class(*p);
    } while ((c & kCharBreak) == 0);

    const auto length = static_cast<std::size_t>(p - begin);
    const bool plain = (flags & kCharSuspicious) == 0 && (flags & kCharOtherLetter) != 0 &&
                       length <= kMaxWordBytes;
    if (plain && !is_at(p, ':') && !number_ && (*begin < 'A' || *begin > 'Z')) {
      emit_word(begin, p);
      return p;
    }
    return judge_word(begin, p, flags);
  }

  const char* judge_word(const char* begin, const char* end, unsigned flags) {
    const std::string_view word(begin, static_cast<std::size_t>(end - begin));
    if (number_ && begin[-1] == ' ' && !is_at(end, '=') && is_unit(word)) {
      quantity_ = true;  // the unit belongs to the number before it
      number_ = false;
      return end;
    }
    if (word.size() > kMaxWordBytes) return variable(begin, end);
    if (is_at(end, ':')) {
      if (rest(end).starts_with("://")) return variable(begin, begin + match_target(rest(begin)));
      if ((flags & ~(kCharDigit | kCharHexLetter)) == 0 && word.size() <= 4) {
        const auto length = match_colon_address(rest(begin));
        if (length != 0) return variable(begin, begin + length);
      }
    }
    if ((flags & kCharSlash) != 0 && starts_path(word)) {
      return variable(begin, begin + match_target(rest(begin)));
    }
    if (is_at(end, '=')) {
      const auto padding = base64_padding(word, flags, end);
      return padding == 0 ? constant(begin, end) : variable(begin, end + padding);
    }
    if ((flags & kCharDigit) != 0) return judge_digits(begin, end, flags);
    if ((flags & kCharSuspicious) != 0 && is_variable_shape(word, flags)) {
      return variable(begin, end);
    }
    if ((flags & kCharDot) != 0) {
      // "db.prod:5432", and "com.shop.Cart.add:71" of a call chain, but not "state.clipTop:5".
      const bool located = is_lower_name(word) || word.find('.') + 1 < word.rfind('.');
      const auto port = located ? match_port(rest(end)) : 0;
      if (port != 0) return variable(begin, end + port);
      if (is_dotted_name(word)) return variable(begin, end);
    }
    if ((flags & ~unsigned{kCharHexLetter}) == 0 && word.size() >= 8) return variable(begin, end);
    if (last_ == Last::kEquals && (flags & kCharSuspicious) != 0) return variable(begin, end);
    if (*begin >= 'A' && *begin <= 'Z' && word.size() >= 3 && is_date_name(word, end)) {
      return variable(begin, end);
    }
    return constant(begin, end);
  }

  const char* judge_digits(const char* begin, const char* end, unsigned flags) {
    const std::string_view word(begin, static_cast<std::size_t>(end - begin));
    if ((flags & kCharLetter) != 0 && is_digit_term(word)) return constant(begin, end);
    const bool may_be_host = (flags & (kCharDot | kCharLetter)) != 0;  // not "09" of "09:15"
    const auto port = may_be_host ? match_port(rest(end)) : 0;
    emit_variable(begin);
    constexpr unsigned kNumber = kCharDigit | kCharDot | kCharSign | kCharJoin;
    number_ = port == 0 && (flags & ~kNumber) == 0;
    quantity_ = number_ || is_short_quantity(word);
    return end + port;
  }

  // "1.0KB"
  static bool is_short_quantity(std::string_view word) {
    return word.size() <= 12 && word.front() >= '0' && word.front() <= '9' &&
           match_quantity(word) == word.size();
  }

  const char* constant(const char* begin, const char* end) {
    emit_word(begin, end);
    return end;
  }
  const char* variable(const char* begin, const char* end) {
    emit_variable(begin);
    quantity_ = false;
    return end;
  }

  static bool starts_path(std::string_view word) {
    return word.size() > 1 && (word.front() == '/' || word.starts_with("./") ||
                               word.starts_with("../") || word.starts_with("~/"));
  }

  // What is followed by `=` is a key, unless it is base64 with its padding.
  std::size_t base64_padding(std::string_view word, unsigned flags, const char* end) const {
    const char* next = end;
    while (is_at(next, '=') && next - end < 2) ++next;
    const auto padding = static_cast<std::size_t>(next - end);
    const bool ends = next == end_ || (char_class(*next) & kCharBreak) != 0;
    const bool coded = (flags & (kCharDigit | kCharSign | kCharSlash)) != 0;
    return ends && coded && word.size() >= 16 && (word.size() + padding) % 4 == 0 ? padding : 0;
  }

  static bool is_variable_shape(std::string_view word, unsigned flags) {
    if ((flags & kCharSlash) != 0) {
      if ((flags & kCharDot) != 0) return true;
      if (word.find('/') != word.rfind('/')) return true;
    }
    if ((flags & kCharBackslash) != 0 && word.rfind('\\') != 0) return true;
    if ((flags & kCharAt) != 0) {
      const auto at = word.find('@', 1);
      if (at != std::string_view::npos && at + 1 != word.size()) return true;
    }
    return false;
  }

  // "Jun" before a number, "Sat" before that: parts of a date.
  bool is_date_name(std::string_view word, const char* end) const {
    const char* next = end;
    if (is_at(next, ',')) ++next;
    const char* after = next;
    while (is_at(after, ' ')) ++after;
    if (after == next || after == end_) return false;
    const bool digit = (char_class(*after) & kCharDigit) != 0;
    if (is_month(word)) return digit;
    if (!is_weekday(word)) return false;
    if (digit) return true;
    const char* p = after;
    while (p != end_ && (char_class(*p) & kCharBreak) == 0 && p - after <= 9) ++p;
    return is_month({after, static_cast<std::size_t>(p - after)});
  }

  Sink& sink_;
  const std::size_t max_tokens_;
  const char* const begin_;
  const char* const end_;
  std::size_t tokens_ = 0;
  std::size_t separators_ = 0;
  Last last_ = Last::kNothing;
  bool number_ = false;    // the last token is a number: a unit may follow
  bool quantity_ = false;  // the last variable is a number or a quantity
  bool in_quotes_ = false;
};

}  // namespace inkling::detect
