#include "correlate/removed_code.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>
#include <string>

#include "correlate/diff_words.h"
#include "correlate/line_pairs.h"
#include "correlate/text_tokens.h"

namespace inkling::correlate {
namespace {

using Words = std::set<std::string, std::less<>>;

Words words_of(const std::vector<DiffLine>& lines, bool added) {
  Words words;
  for (const DiffLine& line : lines) {
    if (!counts(line) || line.added != added) continue;
    for (std::string& word : split_words(line.text)) words.insert(std::move(word));
  }
  return words;
}

bool is_call_statement(std::string_view text) {
  if (text.starts_with("defer ")) text.remove_prefix(6);
  if (text.starts_with("await ")) text.remove_prefix(6);
  const std::size_t open = text.find('(');
  if (open == std::string_view::npos || open == 0) return false;
  if (text.substr(0, open).find_first_of(" =<>:{") != std::string_view::npos) return false;
  return text.ends_with(")") || text.ends_with(");");
}

bool is_check(std::string_view text) {
  static constexpr std::array<std::string_view, 9> kChecks = {
      "if ", "if(", "} else if", "elif ", "assert", "guard ", "require(", "unless ", "catch"};
  return std::any_of(kChecks.begin(), kChecks.end(),
                     [&](std::string_view check) { return text.starts_with(check); }) ||
         text.starts_with("} catch") || text.starts_with("except");
}

}  // namespace

std::vector<DiffFinding> find_removed_lock(const std::vector<DiffLine>& lines) {
  std::vector<DiffFinding> found;
  static constexpr std::array<std::string_view, 10> kLocks = {
      "lock",  "unlock",  "mutex",     "synchronized", "atomic",
      "rlock", "runlock", "semaphore", "volatile",     "critical"};
  int balance = 0;
  std::string example;
  for (const DiffLine& line : lines) {
    if (!counts(line) || !mentions(line.text, kLocks)) continue;
    balance += line.added ? 1 : -1;
    if (!line.added) example = line.text;
  }
  if (balance >= 0) return found;
  found.push_back(
      {Mechanism::kRemovedLock,
       1.0,
       fmt::format("{} lines of locking removed (\"{}\")", -balance, excerpt(example)),
       {"concurrent", "race", "deadlock", "corrupt", "panic", "inconsistent", "duplicate"},
       split_words(example)});
  return found;
}

std::vector<DiffFinding> find_removed_calls(const std::vector<DiffLine>& lines) {
  std::vector<DiffFinding> found;
  static constexpr std::array<std::string_view, 7> kCleanup = {
      "close", "release", "free", "dispose", "cancel", "cleanup", "stop"};
  static constexpr std::array<std::string_view, 5> kLocks = {"lock", "unlock", "rlock", "runlock",
                                                             "wait"};
  std::vector<const DiffLine*> removed;
  int added = 0;
  Words added_names;
  for (const DiffLine& line : lines) {
    if (!counts(line)) continue;
    if (line.added) {
      added += is_call_statement(line.text) ? 1 : 0;
      for (std::string& name : calls_of(line.text)) added_names.insert(std::move(name));
    } else if (is_call_statement(line.text)) {
      removed.push_back(&line);
    }
  }
  std::erase_if(removed, [&](const DiffLine* line) {
    const std::vector<std::string> names = calls_of(line->text);
    return names.empty() || added_names.contains(names.front()) || mentions(line->text, kLocks);
  });
  // As many other calls in their place: reworded rather than removed.
  if (static_cast<int>(removed.size()) <= added) return found;
  for (const DiffLine* line : removed) {
    const bool cleanup = mentions(line->text, kCleanup);
    DiffFinding finding;
    finding.mechanism = cleanup ? Mechanism::kRemovedCleanup : Mechanism::kRemovedCall;
    finding.strength = 0.9;
    finding.detail = fmt::format("\"{}\" is no longer called", excerpt(line->text));
    finding.shows = cleanup
                        ? std::vector<std::string>{"leak",      "descriptor", "connection", "open",
                                                   "exhausted", "memory",     "pool"}
                        : std::vector<std::string>{"missing",   "found",   "uninitialized",
                                                   "undefined", "unknown", "empty"};
    finding.names = split_words(line->text);
    found.push_back(std::move(finding));
  }
  return found;
}

std::vector<DiffFinding> find_removed_checks(const std::vector<DiffLine>& lines) {
  std::vector<DiffFinding> found;
  const Words added_words = words_of(lines, true);
  int balance = 0;
  std::vector<const DiffLine*> vanished;
  for (const DiffLine& line : lines) {
    if (!counts(line) || !is_check(line.text)) continue;
    balance += line.added ? 1 : -1;
    if (line.added) continue;
    const std::vector<std::string> words = split_words(line.text);
    const bool gone = std::any_of(words.begin(), words.end(), [&](const std::string& word) {
      return is_telling(word) && !added_words.contains(word);
    });
    if (gone) vanished.push_back(&line);
  }
  if (balance >= 0 || vanished.empty()) return found;
  found.push_back({Mechanism::kRemovedCheck,
                   0.8,
                   fmt::format("check removed: \"{}\"", excerpt(vanished.front()->text)),
                   {"nil", "null", "pointer", "panic", "exception", "index", "bound", "invalid",
                    "undefined", "overflow", "dereference", "type"},
                   split_words(vanished.front()->text)});
  return found;
}

std::vector<DiffFinding> find_unbatched(const std::vector<DiffLine>& lines) {
  std::vector<DiffFinding> found;
  static constexpr std::array<std::string_view, 6> kBatching = {"batch", "bulk",     "chunk",
                                                                "multi", "pipeline", "coalesce"};
  int balance = 0;
  std::string example;
  for (const DiffLine& line : lines) {
    if (!counts(line) || !mentions(line.text, kBatching)) continue;
    balance += line.added ? 1 : -1;
    if (!line.added && example.empty()) example = line.text;
  }
  if (balance >= 0) return found;
  found.push_back({Mechanism::kUnbatched,
                   0.9,
                   fmt::format("batching removed: \"{}\"", excerpt(example)),
                   {"throttle", "capacity", "write", "throughput", "latency", "throttling", "batch",
                    "batching", "query", "provisioned"},
                   split_words(example)});
  return found;
}

}  // namespace inkling::correlate
