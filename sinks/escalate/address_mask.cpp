#include <arpa/inet.h>
#include <fmt/format.h>

#include <algorithm>

#include "sinks/escalate/evidence_pack.h"

namespace inkling::sinks {
namespace {

bool belongs_to_address(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F') || c == ':' ||
         c == '.';
}

bool is_word(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

bool is_address(const std::string& text) {
  constexpr std::size_t kShortest = 7;  // 1.2.3.4
  constexpr std::size_t kLongest = 45;  // of IPv6 with a dotted end
  if (text.size() < kShortest || text.size() > kLongest) return false;
  unsigned char bytes[16];
  if (inet_pton(AF_INET, text.c_str(), bytes) == 1) return true;
  // With fewer colons it is rather a name with a scope than an address.
  return std::count(text.begin(), text.end(), ':') >= 3 &&
         inet_pton(AF_INET6, text.c_str(), bytes) == 1;
}

}  // namespace

std::string AddressMask::mask(std::string_view text) {
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    if (!belongs_to_address(text[at])) {
      // The rest of a word that has begun cannot be an address.
      do out.push_back(text[at++]);
      while (at < text.size() && is_word(out.back()) && is_word(text[at]));
      continue;
    }
    std::size_t end = at;
    while (end < text.size() && belongs_to_address(text[end])) ++end;
    std::string run(text.substr(at, end - at));
    at = end;
    std::string tail;
    while (!run.empty() && (run.back() == '.' || run.back() == ':')) {
      tail.insert(tail.begin(), run.back());
      run.pop_back();
    }
    // 10.0.0.1:8080
    const std::size_t colon = run.find(':');
    if (colon != std::string::npos && run.find('.') < colon) {
      tail.insert(0, run.substr(colon));
      run.resize(colon);
    }
    if ((at < text.size() && tail.empty() && is_word(text[at])) || !is_address(run)) {
      out += run + tail;
      continue;
    }
    auto known = std::find(seen_.begin(), seen_.end(), run);
    if (known == seen_.end()) known = seen_.insert(seen_.end(), run);
    out += fmt::format("<ip-{}>{}", known - seen_.begin() + 1, tail);
  }
  return out;
}

}  // namespace inkling::sinks
