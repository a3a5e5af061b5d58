#include "correlate/added_code.h"

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

bool is_counted_loop(std::string_view text) {
  if (text.starts_with("for ") || text.starts_with("for(") || text.starts_with("foreach")) {
    return text != "for {" && text.find("tick") == std::string_view::npos;
  }
  return text.starts_with("while ") || text.find(".forEach(") != std::string_view::npos ||
         text.find(".map(async") != std::string_view::npos;
}

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

}  // namespace

std::vector<DiffFinding> find_calls_in_loops(const std::vector<DiffLine>& lines) {
  std::vector<DiffFinding> found;
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
    return found;
  }
  return found;
}

std::vector<DiffFinding> find_unbounded_growth(const std::vector<DiffLine>& lines) {
  std::vector<DiffFinding> found;
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
  if (bounded) return found;
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
      return found;
    }
  }
  return found;
}

std::vector<DiffFinding> find_added_waits(const std::vector<DiffLine>& lines) {
  std::vector<DiffFinding> found;
  static constexpr std::array<std::string_view, 6> kWaits = {"sleep", "lock",  "synchronized",
                                                             "wait",  "block", "blocking"};
  int balance = 0;
  std::string example;
  for (const DiffLine& line : lines) {
    if (!counts(line) || calls_of(line.text).empty() || !mentions(line.text, kWaits)) continue;
    balance += line.added ? 1 : -1;
    if (line.added) example = line.text;
  }
  if (balance <= 0) return found;
  found.push_back({Mechanism::kAddedWait,
                   0.7,
                   fmt::format("waits more: \"{}\"", excerpt(example)),
                   {"latency", "duration", "timeout", "deadlock", "queue", "lag", "p99", "blocked"},
                   split_words(example)});
  return found;
}

std::vector<DiffFinding> find_schema_changes(const std::vector<DiffLine>& lines, PathClass path) {
  std::vector<DiffFinding> found;
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
    return found;
  }
  return found;
}

}  // namespace inkling::correlate
