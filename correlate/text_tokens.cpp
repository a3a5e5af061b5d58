#include "correlate/text_tokens.h"

#include <algorithm>
#include <array>

namespace inkling::correlate {
namespace {

bool is_lower(char c) { return c >= 'a' && c <= 'z'; }
bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }
char to_lower(char c) { return is_upper(c) ? static_cast<char>(c - 'A' + 'a') : c; }

// "queries" -> query, "restarts" -> restart, "status" and "class" stay.
std::string without_plural(std::string word) {
  const std::size_t n = word.size();
  if (n > 4 && word.ends_with("ies")) return word.replace(n - 3, 3, "y");
  if (n > 3 && word.back() == 's' && word[n - 2] != 's' && word[n - 2] != 'u' &&
      word[n - 2] != 'i' && !is_digit(word[n - 2])) {
    word.pop_back();
  }
  return word;
}

}  // namespace

std::vector<std::string> split_words(std::string_view text) {
  std::vector<std::string> words;
  std::string word;
  const auto flush = [&] {
    if (!word.empty()) words.push_back(without_plural(std::move(word)));
    word.clear();
  };
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (!is_lower(c) && !is_upper(c) && !is_digit(c)) {
      flush();
      continue;
    }
    if (is_upper(c) && i > 0) {
      const bool after_lower = is_lower(text[i - 1]) || is_digit(text[i - 1]);
      const bool before_lower =
          is_upper(text[i - 1]) && i + 1 < text.size() && is_lower(text[i + 1]);
      if (after_lower || before_lower) flush();
    }
    word.push_back(to_lower(c));
  }
  flush();
  return words;
}

bool is_telling(std::string_view word) {
  // Sorted. Words of languages, of every service, and of every alarm.
  static constexpr std::array<std::string_view, 163> kCommon = {
      "00",       "10",         "above",    "after",    "alert",    "all",    "and",
      "any",      "api",        "app",      "are",      "arg",      "async",  "avg",
      "await",    "background", "bad",      "before",   "below",    "body",   "bool",
      "break",    "but",        "byte",     "call",     "case",     "catch",  "change",
      "class",    "client",     "cmd",      "code",     "com",      "const",  "context",
      "continue", "count",      "critical", "ctx",      "current",  "data",   "debug",
      "def",      "default",    "defer",    "done",     "double",   "else",   "end",
      "err",      "error",      "exceeded", "export",   "fail",     "failed", "failing",
      "failure",  "false",      "fatal",    "final",    "fix",      "float",  "fmt",
      "for",      "from",       "func",     "function", "get",      "github", "handle",
      "handler",  "has",        "helper",   "high",     "http",     "id",     "import",
      "in",       "info",       "int",      "internal", "into",     "is",     "it",
      "item",     "json",       "key",      "len",      "let",      "line",   "list",
      "log",      "logger",     "low",      "main",     "make",     "map",    "max",
      "message",  "method",     "min",      "ms",       "msg",      "name",   "new",
      "nil",      "no",         "none",     "not",      "null",     "object", "of",
      "off",      "ok",         "on",       "one",      "or",       "order",  "org",
      "out",      "over",       "package",  "param",    "path",     "per",    "percent",
      "pkg",      "print",      "private",  "public",   "rate",     "ratio",  "refactor",
      "req",      "request",    "res",      "resp",     "response", "result", "return",
      "returned", "returning",  "route",    "sec",      "second",   "self",   "server",
      "service",  "set",        "slow",     "src",      "start",    "static", "status",
      "string",   "struct",     "svc",      "switch",   "test",     "that",   "the",
      "this",     "tidy"};
  static constexpr std::array<std::string_view, 22> kMoreCommon = {
      "time",     "to",   "total", "true",   "try",   "type", "unit", "update",
      "upstream", "use",  "user",  "util",   "value", "var",  "void", "warn",
      "was",      "when", "while", "window", "with",  "x"};
  if (word.size() < 2) return false;
  if (std::all_of(word.begin(), word.end(), is_digit)) return false;
  return !std::binary_search(kCommon.begin(), kCommon.end(), word) &&
         !std::binary_search(kMoreCommon.begin(), kMoreCommon.end(), word);
}

WeightedWords with_words(WeightedWords words, std::string_view text, double weight) {
  for (std::string& word : split_words(text)) {
    if (!is_telling(word)) continue;
    double& held = words[std::move(word)];
    held = std::max(held, weight);
  }
  return words;
}

}  // namespace inkling::correlate
