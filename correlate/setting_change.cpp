#include "correlate/setting_change.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>
#include <optional>
#include <span>
#include <string>

#include "correlate/line_pairs.h"
#include "correlate/text_tokens.h"

namespace inkling::correlate {
namespace {

using Names = std::span<const std::string_view>;

bool mentions(const std::vector<std::string>& words, Names list) {
  return std::any_of(words.begin(), words.end(), [&](const std::string& word) {
    return std::find(list.begin(), list.end(), word) != list.end();
  });
}

// What a setting governs, by the words around it, and how its fault would show.
struct Domain {
  bool is_limit = false;  // less of it is the risk
  std::vector<std::string> shows;
};

Domain domain_of(const std::vector<std::string>& words) {
  static constexpr std::array<std::string_view, 3> kTimeout = {"timeout", "deadline", "budget"};
  static constexpr std::array<std::string_view, 4> kRetry = {"retry", "attempt", "backoff",
                                                             "retries"};
  static constexpr std::array<std::string_view, 12> kPool = {
      "pool", "connection", "worker", "thread",   "concurrency", "replica",
      "max",  "limit",      "quota",  "capacity", "buffer",      "parallelism"};
  static constexpr std::array<std::string_view, 5> kCache = {"cache", "ttl", "expiry", "entry",
                                                             "evict"};
  static constexpr std::array<std::string_view, 6> kLogging = {"log",     "level",   "sample",
                                                               "verbose", "logging", "sampling"};
  static constexpr std::array<std::string_view, 5> kMemory = {"memory", "heap", "mem", "xmx",
                                                              "cpu"};
  if (mentions(words, kTimeout)) {
    return {true, {"timeout", "deadline", "cancelled", "canceled", "aborted", "latency"}};
  }
  if (mentions(words, kRetry)) {
    return {true, {"retry", "exhausted", "attempt", "budget", "conflict", "transient"}};
  }
  if (mentions(words, kCache)) return {false, {"cache", "miss", "stale", "hit", "memory"}};
  if (mentions(words, kLogging)) {
    return {false, {"disk", "space", "log", "volume", "throughput", "debug", "inode"}};
  }
  if (mentions(words, kMemory)) {
    return {true, {"memory", "oom", "oomkilled", "heap", "rss", "throttled", "cpu", "gc"}};
  }
  if (mentions(words, kPool)) {
    return {true,
            {"pool", "exhausted", "connection", "queue", "saturated", "rejected", "limit",
             "capacity", "throttle", "throttled", "wait"}};
  }
  return {};
}

constexpr double kFullRatio = 4.0;     // a factor of four is as strong as any
constexpr double kRaisedLimit = 0.35;  // raising a limit seldom breaks

std::vector<DiffFinding> number_changes(const LinePair& pair) {
  std::vector<DiffFinding> found;
  const std::vector<Quantity> before = quantities_of(pair.before->text);
  const std::vector<Quantity> after = quantities_of(pair.after->text);
  for (std::size_t i = 0; i < before.size(); ++i) {
    const Quantity& was = before[i];
    auto is = std::find_if(after.begin(), after.end(), [&](const Quantity& quantity) {
      return !was.key.empty() && quantity.key == was.key;
    });
    if (is == after.end() && before.size() == after.size()) {
      is = after.begin() + static_cast<std::ptrdiff_t>(i);
    }
    if (is == after.end() || is->value == was.value) continue;
    const bool signs_differ = was.value * is->value <= 0;
    const double ratio = signs_differ ? kFullRatio : is->value / was.value;
    const std::vector<std::string> words = split_words(pair.before->text);
    const Domain domain = domain_of(words);
    double strength = std::min(1.0, std::abs(std::log(ratio)) / std::log(kFullRatio));
    if (domain.is_limit && !signs_differ && ratio > 1) strength *= kRaisedLimit;
    const std::string key = was.key.empty() ? "a value" : was.key;
    found.push_back({Mechanism::kSetting, strength,
                     fmt::format("{}: {} -> {}", key, was.text, is->text), domain.shows, words});
  }
  return found;
}

std::string value_of(const DiffLine& line) {
  const std::size_t mark = line.text.find_first_of(":=");
  std::string value = line.text.substr(mark + 1);
  std::erase_if(value, [](char c) { return c == ' ' || c == '"' || c == '\'' || c == ','; });
  return value;
}

bool is_word(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '-' || c == '.' ||
           c == '/' || c == ':' || (c >= '0' && c <= '9');
  });
}

std::optional<DiffFinding> word_change(const LinePair& pair) {
  if (pair.before->kind != LineKind::kConfig || pair.after->kind != LineKind::kConfig) {
    return std::nullopt;
  }
  const std::string was = value_of(*pair.before);
  const std::string is = value_of(*pair.after);
  if (was == is || !is_word(was) || !is_word(is)) return std::nullopt;
  if (was.find_first_not_of("0123456789.") == std::string::npos) return std::nullopt;
  const std::vector<std::string> words = split_words(pair.before->text + " " + is);
  static constexpr std::array<std::string_view, 12> kAccess = {
      "host", "url",  "endpoint", "address", "secret",   "token",
      "role", "cert", "port",     "dns",     "password", "policy"};
  const bool access = mentions(words, kAccess) || is.find("://") != std::string::npos;
  DiffFinding finding;
  finding.mechanism = access ? Mechanism::kAccess : Mechanism::kSetting;
  finding.strength = 0.8;
  finding.detail = fmt::format("\"{}\" -> \"{}\"", pair.before->text, pair.after->text);
  finding.shows =
      access ? std::vector<std::string>{"refused", "dns",         "host",    "unauthorized",
                                        "denied",  "certificate", "tls",     "forbidden",
                                        "401",     "403",         "resolve", "connect"}
             : domain_of(words).shows;
  finding.names = words;
  return finding;
}

std::optional<DiffFinding> literal_change(const LinePair& pair) {
  const std::vector<std::string> before = literals_of(pair.before->text);
  const std::vector<std::string> after = literals_of(pair.after->text);
  std::vector<std::string> gone;
  for (const std::string& literal : before) {
    if (std::find(after.begin(), after.end(), literal) == after.end()) gone.push_back(literal);
  }
  if (gone.empty() || before.size() != after.size()) return std::nullopt;
  DiffFinding finding;
  finding.mechanism = Mechanism::kRenamedLiteral;
  finding.strength = 0.7;
  finding.detail = fmt::format("\"{}\" is no longer in its place", gone.front());
  finding.shows = {"unknown", "mapping", "field", "schema", "undefined", "unrecognized"};
  for (const std::string& literal : gone) {
    for (std::string& word : split_words(literal)) finding.names.push_back(std::move(word));
  }
  return finding;
}

struct Version {
  std::array<long, 3> parts{};
  std::string text;
};

// The first "1.2.3", "v1.2" or ":1.2" of a line.
std::optional<Version> version_of(std::string_view line) {
  for (std::size_t i = 0; i < line.size(); ++i) {
    const bool digit = line[i] >= '0' && line[i] <= '9';
    const bool starts = i == 0 || line[i - 1] == ' ' || line[i - 1] == 'v' || line[i - 1] == '"' ||
                        line[i - 1] == '^' || line[i - 1] == '~' || line[i - 1] == '=' ||
                        line[i - 1] == ':';
    if (!digit || !starts) continue;
    Version version;
    std::size_t at = i;
    std::size_t part = 0;
    while (part < 3 && at < line.size() && line[at] >= '0' && line[at] <= '9') {
      std::size_t end = at;
      while (end < line.size() && line[end] >= '0' && line[end] <= '9') ++end;
      version.parts[part++] =
          std::strtol(std::string(line.substr(at, end - at)).c_str(), nullptr, 10);
      at = end;
      if (at >= line.size() || line[at] != '.') break;
      ++at;
    }
    // "1.5" alone is a number; "v1.5" and the tag in "image:1.5" are versions.
    const bool tagged = i > 0 && (line[i - 1] == 'v' || line[i - 1] == ':');
    if (part < (tagged ? 2U : 3U)) continue;
    version.text = std::string(line.substr(i, at - i));
    return version;
  }
  return std::nullopt;
}

std::optional<DiffFinding> version_change(const LinePair& pair) {
  const std::optional<Version> was = version_of(pair.before->text);
  const std::optional<Version> is = version_of(pair.after->text);
  if (!was || !is || was->parts == is->parts) return std::nullopt;
  const bool major = was->parts[0] != is->parts[0] || was->parts[0] == 0;
  const bool minor = was->parts[1] != is->parts[1];
  DiffFinding finding;
  finding.mechanism = Mechanism::kDependency;
  finding.strength = major && minor ? 0.7 : minor ? 0.45 : major && was->parts[0] != 0 ? 0.7 : 0.1;
  finding.detail = fmt::format("{} ({} -> {})", pair.after->text, was->text, is->text);
  finding.shows = {"incompatible", "version", "registration", "runtime",
                   "import",       "symbol",  "linkage",      "module"};
  for (std::string& word : split_words(pair.after->text)) {
    if (is_telling(word) && word != "golang" && word != "google") {
      finding.names.push_back(std::move(word));
    }
  }
  return finding;
}

}  // namespace

std::vector<DiffFinding> find_changed_settings(const std::vector<DiffLine>& lines) {
  std::vector<DiffFinding> found;
  for (const LinePair& pair : pair_lines(lines)) {
    if (std::optional<DiffFinding> version = version_change(pair)) {
      found.push_back(std::move(*version));
      continue;
    }
    for (DiffFinding& finding : number_changes(pair)) found.push_back(std::move(finding));
    if (std::optional<DiffFinding> word = word_change(pair)) found.push_back(std::move(*word));
    if (std::optional<DiffFinding> literal = literal_change(pair)) {
      found.push_back(std::move(*literal));
    }
  }
  return found;
}

}  // namespace inkling::correlate
