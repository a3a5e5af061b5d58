#include "correlate/diff_findings.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <set>

#include "correlate/line_pairs.h"
#include "correlate/setting_change.h"
#include "correlate/text_tokens.h"

namespace inkling::correlate {
namespace {

using Words = std::set<std::string, std::less<>>;

bool counts(const DiffLine& line) {
  return line.kind == LineKind::kCode || line.kind == LineKind::kConfig;
}

Words words_of(const std::vector<DiffLine>& lines, bool added) {
  Words words;
  for (const DiffLine& line : lines) {
    if (!counts(line) || line.added != added) continue;
    for (std::string& word : split_words(line.text)) words.insert(std::move(word));
  }
  return words;
}

template <std::size_t N>
bool mentions(std::string_view text, const std::array<std::string_view, N>& list) {
  for (const std::string& word : split_words(text)) {
    if (std::find(list.begin(), list.end(), word) != list.end()) return true;
  }
  return false;
}

std::string excerpt(std::string_view text) {
  constexpr std::size_t kLongest = 80;
  return text.size() <= kLongest ? std::string(text) : std::string(text.substr(0, kLongest)) + "…";
}

// A line that is nothing but a call.
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

bool is_counted_loop(std::string_view text) {
  if (text.starts_with("for ") || text.starts_with("for(") || text.starts_with("foreach")) {
    return text != "for {" && text.find("tick") == std::string_view::npos;
  }
  return text.starts_with("while ") || text.find(".forEach(") != std::string_view::npos ||
         text.find(".map(async") != std::string_view::npos;
}

// A call that leaves the process: by verb, and by whom it is asked of or what it is given.
bool is_remote_call(std::string_view text) {
  static constexpr std::array<std::string_view, 22> kVerbs = {
      "get",    "query",    "fetch",  "put",    "post",    "find",    "select", "exec",
      "send",   "load",     "lookup", "insert", "save",    "request", "invoke", "publish",
      "delete", "retrieve", "list",   "update", "execute", "search"};
  static constexpr std::array<std::string_view, 22> kRemotes = {
      "db",      "client", "repo",  "repository", "store",   "http",   "rpc", "grpc",
      "conn",    "redis",  "sql",   "catalog",    "api",     "dynamo", "s3",  "queue",
      "session", "stub",   "await", "ctx",        "context", "dao"};
  return !calls_of(text).empty() && mentions(text, kVerbs) && mentions(text, kRemotes);
}

void find_removed_lock(const std::vector<DiffLine>& lines, std::vector<DiffFinding>& found) {
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
  if (balance >= 0) return;
  found.push_back(
      {Mechanism::kRemovedLock,
       1.0,
       fmt::format("{} lines of locking removed (\"{}\")", -balance, excerpt(example)),
       {"concurrent", "race", "deadlock", "corrupt", "panic", "inconsistent", "duplicate"},
       split_words(example)});
}

void find_removed_calls(const std::vector<DiffLine>& lines, std::vector<DiffFinding>& found) {
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
  if (static_cast<int>(removed.size()) <= added) return;
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
}

void find_removed_checks(const std::vector<DiffLine>& lines, std::vector<DiffFinding>& found) {
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
  if (balance >= 0 || vanished.empty()) return;
  found.push_back({Mechanism::kRemovedCheck,
                   0.8,
                   fmt::format("check removed: \"{}\"", excerpt(vanished.front()->text)),
                   {"nil", "null", "pointer", "panic", "exception", "index", "bound", "invalid",
                    "undefined", "overflow", "dereference", "type"},
                   split_words(vanished.front()->text)});
}

void find_calls_in_loops(const std::vector<DiffLine>& lines, std::vector<DiffFinding>& found) {
  Words removed_names;
  for (const DiffLine& line : lines) {
    if (line.added || !counts(line)) continue;
    for (std::string& name : calls_of(line.text)) removed_names.insert(std::move(name));
  }
  constexpr int kBody = 12;  // lines looked at behind the head of a loop
  int left = 0;
  for (const DiffLine& line : lines) {
    if (!line.added || !counts(line)) continue;
    if (is_counted_loop(line.text)) {
      left = kBody;
      continue;
    }
    if (left-- <= 0 || !is_remote_call(line.text)) continue;
    const std::vector<std::string> names = calls_of(line.text);
    if (std::all_of(names.begin(), names.end(),
                    [&](const std::string& name) { return removed_names.contains(name); })) {
      continue;
    }
    found.push_back({Mechanism::kCallInLoop,
                     1.0,
                     fmt::format("a call for each element: \"{}\"", excerpt(line.text)),
                     {"latency", "duration", "query", "db", "p99", "throttle", "capacity",
                      "throughput", "throttling", "connection", "pool", "select", "timeout"},
                     split_words(line.text)});
    return;
  }
}

void find_unbatched(const std::vector<DiffLine>& lines, std::vector<DiffFinding>& found) {
  static constexpr std::array<std::string_view, 6> kBatching = {"batch", "bulk",     "chunk",
                                                                "multi", "pipeline", "coalesce"};
  int balance = 0;
  std::string example;
  for (const DiffLine& line : lines) {
    if (!counts(line) || !mentions(line.text, kBatching)) continue;
    balance += line.added ? 1 : -1;
    if (!line.added && example.empty()) example = line.text;
  }
  if (balance >= 0) return;
  found.push_back({Mechanism::kUnbatched,
                   0.9,
                   fmt::format("batching removed: \"{}\"", excerpt(example)),
                   {"throttle", "capacity", "write", "throughput", "latency", "throttling", "batch",
                    "batching", "query", "provisioned"},
                   split_words(example)});
}

void find_unbounded_growth(const std::vector<DiffLine>& lines, std::vector<DiffFinding>& found) {
  static constexpr std::array<std::string_view, 11> kBounds = {
      "max",    "limit", "evict",   "lru",      "cap",  "ttl",
      "expire", "trim",  "bounded", "truncate", "clear"};
  std::vector<std::string> containers;  // declared for the life of the program
  bool bounded = false;
  for (const DiffLine& line : lines) {
    if (!line.added || !counts(line)) continue;
    bounded = bounded || mentions(line.text, kBounds);
    const std::string& text = line.text;
    const bool lasting =
        !line.indented || text.starts_with("static ") || text.starts_with("private ");
    const bool container = text.find("[]") != std::string::npos || text.find("map[") != text.npos ||
                           text.find("{}") != std::string::npos || text.find("List") != text.npos ||
                           text.find("Map") != std::string::npos || text.find("Set") != text.npos ||
                           text.find("vector<") != std::string::npos;
    if (!lasting || !container || text.starts_with("func") || text.starts_with("def ") ||
        text.starts_with("type ")) {
      continue;
    }
    for (const std::string_view part : {"var ", "const ", "let ", "static ", "private ", ""}) {
      if (!text.starts_with(part)) continue;
      const std::size_t end = text.find_first_of(" =:;", part.size());
      if (end != std::string::npos && end > part.size()) {
        containers.push_back(text.substr(part.size(), end - part.size()));
      }
      break;
    }
  }
  if (bounded) return;
  for (const DiffLine& line : lines) {
    if (!line.added || !counts(line)) continue;
    for (const std::string& name : containers) {
      const bool grows = line.text.find("append(" + name) != std::string::npos ||
                         line.text.find(name + ".push") != std::string::npos ||
                         line.text.find(name + ".append") != std::string::npos ||
                         line.text.find(name + ".add") != std::string::npos ||
                         line.text.find(name + ".put") != std::string::npos ||
                         line.text.find(name + ".set") != std::string::npos ||
                         (line.indented && line.text.starts_with(name + "["));
      if (!grows) continue;
      found.push_back(
          {Mechanism::kUnboundedGrowth,
           1.0,
           fmt::format("{} lives as long as the process and only grows", name),
           {"memory", "rss", "heap", "oom", "oomkilled", "gc", "leak", "killed", "limit"},
           split_words(name)});
      return;
    }
  }
}

void find_added_waits(const std::vector<DiffLine>& lines, std::vector<DiffFinding>& found) {
  static constexpr std::array<std::string_view, 6> kWaits = {"sleep", "lock",  "synchronized",
                                                             "wait",  "block", "blocking"};
  int balance = 0;
  std::string example;
  for (const DiffLine& line : lines) {
    if (!counts(line) || calls_of(line.text).empty() || !mentions(line.text, kWaits)) continue;
    balance += line.added ? 1 : -1;
    if (line.added) example = line.text;
  }
  if (balance <= 0) return;
  found.push_back({Mechanism::kAddedWait,
                   0.7,
                   fmt::format("waits more: \"{}\"", excerpt(example)),
                   {"latency", "duration", "timeout", "deadlock", "queue", "lag", "p99", "blocked"},
                   split_words(example)});
}

void find_schema_changes(const std::vector<DiffLine>& lines, PathClass path,
                         std::vector<DiffFinding>& found) {
  static constexpr std::array<std::string_view, 5> kStatements = {"drop", "alter", "truncate",
                                                                  "rename", "reindex"};
  for (const DiffLine& line : lines) {
    if (!line.added || !counts(line)) continue;
    static constexpr std::array<std::string_view, 4> kThings = {"table", "column", "index",
                                                                "constraint"};
    if (!mentions(line.text, kThings)) continue;
    if (path != PathClass::kMigration && !mentions(line.text, kStatements)) continue;
    found.push_back({Mechanism::kSchema,
                     0.8,
                     fmt::format("changes the schema: \"{}\"", excerpt(line.text)),
                     {"column", "table", "lock", "query", "relation", "deadlock", "sql", "schema"},
                     split_words(line.text)});
    return;
  }
}

}  // namespace

std::string_view mechanism_name(Mechanism mechanism) {
  switch (mechanism) {
    case Mechanism::kSetting:
      return "changed setting";
    case Mechanism::kRenamedLiteral:
      return "renamed literal";
    case Mechanism::kRemovedLock:
      return "removed lock";
    case Mechanism::kRemovedCall:
      return "removed call";
    case Mechanism::kRemovedCheck:
      return "removed check";
    case Mechanism::kRemovedCleanup:
      return "removed clean-up";
    case Mechanism::kCallInLoop:
      return "call in a loop";
    case Mechanism::kUnbatched:
      return "removed batching";
    case Mechanism::kUnboundedGrowth:
      return "unbounded growth";
    case Mechanism::kAddedWait:
      return "added wait";
    case Mechanism::kDependency:
      return "dependency";
    case Mechanism::kAccess:
      return "address or access";
    case Mechanism::kSchema:
      return "schema";
  }
  return "change";
}

std::vector<DiffFinding> find_mechanisms(const std::vector<DiffLine>& lines, PathClass path) {
  std::vector<DiffFinding> found = find_changed_settings(lines);
  find_removed_lock(lines, found);
  find_removed_calls(lines, found);
  find_removed_checks(lines, found);
  find_calls_in_loops(lines, found);
  find_unbatched(lines, found);
  find_unbounded_growth(lines, found);
  find_added_waits(lines, found);
  find_schema_changes(lines, path, found);
  std::stable_sort(found.begin(), found.end(), [](const DiffFinding& a, const DiffFinding& b) {
    return a.strength > b.strength;
  });
  return found;
}

}  // namespace inkling::correlate
