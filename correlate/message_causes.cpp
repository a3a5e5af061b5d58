#include "correlate/message_causes.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <set>
#include <string>

#include "correlate/text_tokens.h"

namespace inkling::correlate {
namespace {

using Words = std::vector<std::string>;

template <std::size_t N>
int count_of(const Words& words, const std::array<std::string_view, N>& list) {
  int count = 0;
  for (const std::string_view word : list) {
    count += std::find(words.begin(), words.end(), word) != words.end() ? 1 : 0;
  }
  return count;
}

const std::string& shown(const Signal& signal) {
  return signal.exemplar.empty() ? signal.text : signal.exemplar;
}

std::optional<Alternative> bad_data(const Signal& signal, const Words& words) {
  static constexpr std::array<std::string_view, 13> kRejects = {
      "validation", "invalid", "malformed", "corrupt", "poison",   "unparsable", "unparseable",
      "decode",     "range",   "truncated", "illegal", "rejected", "deserialize"};
  static constexpr std::array<std::string_view, 13> kData = {
      "record", "offset", "partition", "row",   "payload", "producer",    "message",
      "batch",  "file",   "feed",      "topic", "dlq",     "redelivering"};
  const int rejects = count_of(words, kRejects);
  const int data = count_of(words, kData);
  if (rejects == 0 || data < 2) return std::nullopt;
  return Alternative{"bad_data", std::min(3.0, 1.0 + 0.5 * (rejects + data - 2)),
                     fmt::format("{} rejects data for its content, {} times: {}", signal.service,
                                 signal.count, shown(signal))};
}

std::optional<Alternative> expired(const Signal& signal, const Words& words) {
  static constexpr std::array<std::string_view, 3> kOver = {"expired", "expiry", "expiration"};
  static constexpr std::array<std::string_view, 9> kThings = {
      "certificate", "cert", "x509", "token", "credential", "licence", "license", "key", "tls"};
  if (count_of(words, kOver) == 0 || count_of(words, kThings) == 0) return std::nullopt;
  return Alternative{"expired", 2.5,
                     fmt::format("{} says that something ran out, {} times: {}", signal.service,
                                 signal.count, shown(signal))};
}

// "db.example.com": at least two dots between names, letters at the end.
bool names_host(std::string_view text) {
  int dots = 0;
  bool letters = false;
  for (std::size_t i = 0; i <= text.size(); ++i) {
    const char c = i < text.size() ? text[i] : ' ';
    const bool lower = c >= 'a' && c <= 'z';
    if (lower || (c >= '0' && c <= '9') || c == '-') {
      letters = letters || lower;
      continue;
    }
    const bool inside = c == '.' && i > 0 && text[i - 1] != '.' && text[i - 1] != ' ';
    if (inside && i + 1 < text.size() && text[i + 1] >= 'a' && text[i + 1] <= 'z') {
      ++dots;
      continue;
    }
    if (dots >= 2 && letters) return true;
    dots = 0;
    letters = false;
  }
  return false;
}

std::optional<Alternative> dependency(const Signal& signal, const Words& words,
                                      std::size_t services) {
  static constexpr std::array<std::string_view, 15> kFails = {
      "timeout",  "unavailable", "refused", "unreachable", "503",
      "502",      "500",         "504",     "resolve",     "throttled",
      "slowdown", "reset",       "dns",     "outage",      "serviceunavailable"};
  if (!names_host(shown(signal)) || count_of(words, kFails) == 0) return std::nullopt;
  // Several services that suffer alike hardly got the same bad change at once.
  return Alternative{"dependency", services >= 2 ? 3.0 : 1.5,
                     fmt::format("{} cannot reach a host outside, {} times: {}", signal.service,
                                 signal.count, shown(signal))};
}

std::optional<Alternative> infrastructure(const Signal& signal, const Words& words) {
  static constexpr std::array<std::string_view, 12> kEvents = {
      "evicted",  "preempted", "preemption", "hardware",    "hypervisor", "notready",
      "failover", "reclaimed", "spot",       "maintenance", "ecc",        "drained"};
  if (count_of(words, kEvents) == 0) return std::nullopt;
  return Alternative{
      "infrastructure", 1.5,
      fmt::format("{} tells of the machines below: {}", signal.service, shown(signal))};
}

}  // namespace

std::vector<Alternative> causes_in_messages(const Findings& findings) {
  std::vector<Alternative> found;
  const auto keep = [&](std::optional<Alternative> cause) {
    if (!cause) return;
    for (Alternative& held : found) {
      if (held.name != cause->name) continue;
      if (cause->strength > held.strength) held = std::move(*cause);
      return;
    }
    found.push_back(std::move(*cause));
  };
  std::set<std::string> outside;  // services that miss a host outside
  for (const Signal& signal : findings.signals) {
    if (!signal.is_message()) continue;
    const Words words = split_words(signal.text + " " + signal.exemplar);
    if (dependency(signal, words, 1)) outside.insert(signal.service);
    if (is_error(signal.level)) {
      keep(bad_data(signal, words));
      keep(expired(signal, words));
      keep(dependency(signal, words, outside.size()));
    }
    keep(infrastructure(signal, words));
  }
  return found;
}

}  // namespace inkling::correlate
