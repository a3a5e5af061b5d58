#include "detect/redaction.h"

#include <cstdint>
#include <cstring>

namespace inkling::detect {

const std::array<RedactionPattern, 7> kDefaultRedactions = {{
    {"secret",
     R"((?i)(?:password|passwd|pwd|passphrase|secret|token|api[_-]?key|access[_-]?key|private[_-]?key|client[_-]?secret|authorization|credential)s?["']?\s*[:=]\s*["']?((?:(?:bearer|basic)\s+)?[^\s"',;&)}\]]+))",
     false},
    {"token", R"((?i)\b(?:bearer|basic)\s+([A-Za-z0-9._~+/=-]{12,}))", false},
    {"key", R"(\b((?:AKIA|ASIA)[A-Z0-9]{16})\b)", false},
    {"token", R"(\b((?:gh[pousr]_|github_pat_|xox[abprs]-|sk_live_|sk-)[A-Za-z0-9_-]{16,}))",
     false},
    {"jwt", R"(\b(eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]*))", false},
    {"email", R"(([A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,}))", false},
    // A number of its own, not a part of an identifier.
    {"card", R"((?:^|[\s"'=:,;(\[])(\d(?:[ -]?\d){12,18})(?:$|[\s"',;.)\]]))", true},
}};

bool passes_luhn(std::string_view text) {
  int digits = 0;
  int sum = 0;
  for (auto c = text.rbegin(); c != text.rend(); ++c) {
    if (*c < '0' || *c > '9') continue;
    int digit = *c - '0';
    if (digits % 2 == 1) {
      digit *= 2;
      if (digit > 9) digit -= 9;
    }
    sum += digit;
    ++digits;
  }
  return digits >= 13 && digits <= 19 && sum % 10 == 0;
}

namespace {

// What a byte can be for has_trigger().
enum : std::uint8_t { kDigit = 1, kSeparator = 2, kAt = 4 };

constexpr std::array<std::uint8_t, 256> make_classes() {
  std::array<std::uint8_t, 256> classes{};
  for (int c = '0'; c <= '9'; ++c) classes[static_cast<std::size_t>(c)] = kDigit;
  classes[' '] = classes['-'] = kSeparator;
  classes['@'] = kAt;
  return classes;
}
constexpr auto kClasses = make_classes();

// Lower-cases the letters of eight bytes at once; other bytes with bit 6 set change too, harmlessly
// for a gate that may say "maybe".
std::uint64_t load_folded(const char* p) {
  std::uint64_t word;
  std::memcpy(&word, p, sizeof word);
  return word | 0x2020202020202020ULL;
}

constexpr std::uint32_t folded4(const char (&text)[5]) {
  std::uint32_t word = 0;
  for (int i = 3; i >= 0; --i) {
    word = (word << 8) | (static_cast<std::uint32_t>(static_cast<unsigned char>(text[i])) | 0x20U);
  }
  return word;
}

// Four letters that begin each word the default patterns need, folded.
bool is_trigger(std::uint32_t word) {
  switch (word) {
    case folded4("pass"):
    case folded4("secr"):
    case folded4("toke"):
    case folded4("auth"):
    case folded4("cred"):
    case folded4("bear"):
    case folded4("basi"):
    case folded4("akia"):
    case folded4("asia"):
    case folded4("gith"):
    case folded4("sk_l"):
      return true;
    default:
      break;
  }
  switch (word & 0xFFFFFFU) {
    case folded4("pwd ") & 0xFFFFFFU:
    case folded4("api ") & 0xFFFFFFU:  // api_key, api-key, apikey
    case folded4("key ") & 0xFFFFFFU:
    case folded4("xox ") & 0xFFFFFFU:
    case folded4("eyj ") & 0xFFFFFFU:
    case folded4("sk- ") & 0xFFFFFFU:
    case folded4("ghp ") & 0xFFFFFFU:
    case folded4("gho ") & 0xFFFFFFU:
    case folded4("ghu ") & 0xFFFFFFU:
    case folded4("ghs ") & 0xFFFFFFU:
    case folded4("ghr ") & 0xFFFFFFU:
      return true;
    default:
      return false;
  }
}

// First letters of all triggers.
constexpr std::array<bool, 256> make_trigger_starts() {
  std::array<bool, 256> starts{};
  for (const char c : {'p', 's', 't', 'a', 'c', 'b', 'g', 'k', 'x', 'e'}) {
    starts[static_cast<std::size_t>(c)] = true;
    starts[static_cast<std::size_t>(c - 32)] = true;
  }
  return starts;
}
constexpr auto kTriggerStarts = make_trigger_starts();

// Sixteen bytes of text at a time, with the language extension that g++ and clang share.
using Bytes = std::uint8_t __attribute__((vector_size(16)));
using Lanes = std::int8_t __attribute__((vector_size(16)));  // -1 where true
constexpr std::size_t kBlock = sizeof(Bytes);
constexpr std::size_t kAhead = 2;  // bytes read behind a block

Bytes load_bytes(const char* p) {
  Bytes bytes;
  std::memcpy(&bytes, p, sizeof bytes);
  return bytes;
}

bool any_lane(Lanes lanes) {
  std::uint64_t halves[2];
  std::memcpy(halves, &lanes, sizeof halves);
  return (halves[0] | halves[1]) != 0;
}

// What all default patterns need, looked for without a branch per byte.
struct Signs {
  Lanes certain{};    // an at sign; the rare letters of a key, a token or a bearer
  Lanes separator{};  // what stands between the name of a secret and the secret

  // Looks at a block and at what lies behind it. Something always stands before a separator and
  // behind it, so that these are looked for from the second byte to the last but one.
  void take(const char* p) {
    const Bytes a = load_bytes(p);
    const Bytes b = load_bytes(p + 1);
    const Bytes c = load_bytes(p + 2);
    const Bytes fold = Bytes{} + 0x20;
    const Bytes a_low = a | fold;
    const Bytes b_low = b | fold;
    const Bytes c_low = c | fold;
    certain |= b == '@';
    certain |= (a_low == 'b') & (((b_low == 'e') & (c_low == 'a')) |  // bearer
                                 ((b_low == 'a') & (c_low == 's')));  // basic
    certain |= (b == 'I') & (c == 'A');                               // AKIA, ASIA
    certain |= (a == 'h') & (c == '_');                               // ghp_ and its like
    certain |= (a == 'b') & (b == '_') & (c == 'p');                  // github_pat_
    certain |= (a == 'x') & (b == 'o') & (c == 'x');                  // xoxb- and its like
    certain |= (a == 's') & (b == 'k') & ((c == '_') | (c == '-'));   // sk_live_, sk-
    certain |= (b == 'y') & (c == 'J');                               // eyJ
    separator |= (b == ':') | (b == '=');
  }
};

constexpr std::size_t kLeastCardDigits = 13;

// Whether so many bytes in a row are digits, blanks and dashes. A look at every 13th byte finds
// each such run.
bool has_long_number(std::string_view text) {
  const auto fits = [&](std::size_t i) {
    return kClasses[static_cast<unsigned char>(text[i])] & (kDigit | kSeparator);
  };
  for (std::size_t i = kLeastCardDigits - 1; i < text.size(); i += kLeastCardDigits) {
    if (!fits(i)) continue;
    std::size_t begin = i;
    std::size_t end = i + 1;
    while (begin > 0 && fits(begin - 1)) --begin;
    while (end < text.size() && fits(end)) ++end;
    if (end - begin >= kLeastCardDigits) return true;
  }
  return false;
}

// False if the text cannot match. In most log messages this is all there is to do.
bool has_signs(std::string_view text) {
  constexpr std::size_t kSpan = kBlock + kAhead;
  constexpr std::size_t kWord = 8;
  const std::size_t size = text.size();
  if (size < kWord) return true;
  Signs signs;
  if (size < kSpan) {
    char padded[kSpan] = {};
    std::memcpy(padded, text.data(), kWord);
    if (size >= 2 * kWord) std::memcpy(padded + kWord, text.data() + kWord, kWord);
    std::memcpy(padded + size - kWord, text.data() + size - kWord, kWord);
    signs.take(padded);
  } else {
    const char* const last = text.data() + size - kSpan;
    for (const char* p = text.data(); p < last; p += kBlock) signs.take(p);
    signs.take(last);  // overlaps the block before
  }
  return any_lane(signs.certain | signs.separator) || has_long_number(text);
}

// The same question byte by byte, asked more narrowly.
bool has_trigger(std::string_view text) {
  std::size_t digits = 0;
  const char* const end = text.data() + text.size();
  for (const char* p = text.data(); p != end; ++p) {
    const auto byte = static_cast<unsigned char>(*p);
    if (kTriggerStarts[byte]) {
      char padded[8] = {};
      const std::size_t left = static_cast<std::size_t>(end - p);
      std::uint32_t word;
      if (left >= 4) {
        std::memcpy(&word, p, 4);
        word |= 0x20202020U;
      } else {
        std::memcpy(padded, p, left);
        word = static_cast<std::uint32_t>(load_folded(padded));
      }
      if (is_trigger(word)) return true;
      digits = 0;
      continue;
    }
    const std::uint8_t kind = kClasses[byte];
    if (kind == kDigit) {
      if (++digits >= kLeastCardDigits) return true;
    } else if (kind == kAt) {
      return true;
    } else if (kind != kSeparator) {
      digits = 0;
    }
  }
  return false;
}

}  // namespace

bool may_need_redaction(std::string_view text) { return has_signs(text) && has_trigger(text); }

}  // namespace inkling::detect
