#include "sinks/escalate/name_mentions.h"

#include <algorithm>
#include <array>

namespace inkling::sinks {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }
bool is_lower(char c) { return c >= 'a' && c <= 'z'; }
bool is_word(char c) {
  return is_digit(c) || is_upper(c) || is_lower(c) || c == '_' || (c & 0x80) != 0;
}
// Joins the parts of an identifier.
bool joins(char c) { return c == '.' || c == '-' || c == '/' || c == ':' || c == '@' || c == '#'; }

template <std::size_t N>
bool is_one_of(const std::array<std::string_view, N>& list, std::string_view word) {
  return std::find(list.begin(), list.end(), word) != list.end();
}

// Products and mechanisms: what a model likes to add on its own.
constexpr std::array<std::string_view, 79> kWeighty = {
    "redis",   "kafka",     "postgres",    "postgresql",   "mysql",       "mariadb",   "mongodb",
    "mongo",   "dynamodb",  "cassandra",   "sqlite",       "oracle",      "rabbitmq",  "nginx",
    "envoy",   "istio",     "kubernetes",  "docker",       "memcached",   "consul",    "vault",
    "haproxy", "varnish",   "cloudflare",  "fastly",       "akamai",      "stripe",    "paypal",
    "lambda",  "aurora",    "zookeeper",   "etcd",         "terraform",   "jenkins",   "datadog",
    "splunk",  "snowflake", "spark",       "celery",       "tomcat",      "apache",    "dns",
    "tls",     "ssl",       "certificate", "certificates", "database",    "databases", "memory",
    "heap",    "disk",      "disks",       "cpu",          "network",     "deadlock",  "deadlocks",
    "oom",     "leak",      "leaks",       "ddos",         "attack",      "attacker",  "hacker",
    "breach",  "firewall",  "bandwidth",   "replica",      "replication", "failover",  "partition",
    "kernel",  "hardware",  "throttling",  "garbage",      "mutex",       "semaphore", "autoscaler",
    "cronjob", "subnet"};

// A name made of parts ends in one of these.
constexpr std::array<std::string_view, 26> kNameEndings = {
    "service", "svc",       "api",    "gateway", "worker",   "server",   "proxy",
    "cache",   "queue",     "db",     "store",   "job",      "cluster",  "app",
    "backend", "frontend",  "client", "broker",  "consumer", "producer", "node",
    "pod",     "scheduler", "daemon", "agent",   "bucket"};

// May stand before "service" without naming one.
constexpr std::array<std::string_view, 47> kPlainBeforeService = {
    "the",     "this",    "that",      "a",        "an",       "each",    "every",    "any",
    "no",      "one",     "two",       "three",    "other",    "another", "same",     "its",
    "their",   "failing", "first",     "affected", "core",     "victim",  "upstream", "downstream",
    "calling", "called",  "dependent", "which",    "whose",    "whole",   "of",       "in",
    "and",     "or",      "single",    "broken",   "second",   "further", "degraded", "listed",
    "suspect", "causing", "between",   "restore",  "degrades", "to",      "by"};

// Written with capitals and still no names.
constexpr std::array<std::string_view, 20> kPlainCapitals = {
    "i",  "http", "https", "api", "utc", "slo", "sre",  "ci",  "id",   "url",
    "ok", "p0",   "p1",    "p2",  "p3",  "no",  "none", "get", "post", "log"};

constexpr std::array<std::string_view, 7> kPlainJoined = {"e.g", "i.e", "and/or",   "24/7",
                                                          "vs.", "n/a", "either/or"};

constexpr std::array<std::string_view, 42> kForeign = {"http://",
                                                       "https://",
                                                       "www.",
                                                       "mailto:",
                                                       "javascript:",
                                                       "ftp://",
                                                       "```",
                                                       "{\"",
                                                       "\"}",
                                                       "tooluse",
                                                       "tool_use",
                                                       "function_call",
                                                       "tool_call",
                                                       "<tool",
                                                       "</",
                                                       "<function",
                                                       "<invoke",
                                                       "invoke(",
                                                       "curl ",
                                                       "wget ",
                                                       "rm -",
                                                       "sudo ",
                                                       "kubectl ",
                                                       "| sh",
                                                       "|sh",
                                                       "| bash",
                                                       "drop table",
                                                       "base64",
                                                       "eval(",
                                                       "chmod ",
                                                       "system prompt",
                                                       "ignore previous",
                                                       "ignore all",
                                                       "instructions",
                                                       "disregard",
                                                       "as an ai",
                                                       "language model",
                                                       "jailbreak",
                                                       "[inst",
                                                       "assistant:",
                                                       "<<",
                                                       ">>"};

struct Word {
  std::string_view text;
  std::size_t begin = 0;
  bool begins_sentence = false;
};

// Words with what joins them; signs at their ends are not part of them.
std::vector<Word> split_words(std::string_view sentence) {
  std::vector<Word> words;
  for (std::size_t at = 0; at < sentence.size();) {
    if (!is_word(sentence[at])) {
      ++at;
      continue;
    }
    std::size_t end = at;
    while (end < sentence.size() &&
           (is_word(sentence[end]) || (joins(sentence[end]) && end + 1 < sentence.size() &&
                                       (is_word(sentence[end + 1]) || sentence[end + 1] == ':')))) {
      ++end;
    }
    std::size_t begin = at;
    if (begin > 0 && sentence[begin - 1] == '/') --begin;  // a path
    words.push_back({sentence.substr(begin, end - begin), begin, words.empty()});
    at = end;
  }
  return words;
}

bool is_clock_or_number(std::string_view word) {
  return word.find_first_not_of("0123456789.,:-/") == std::string_view::npos &&
         std::count(word.begin(), word.end(), '.') < 2;
}

// A number with its unit: 28s, 1m30s, 250ms, 5k.
bool is_quantity(std::string_view word) {
  std::size_t letters = 0;
  for (std::size_t i = 0; i < word.size(); ++i) {
    if (is_digit(word[i]) || word[i] == '.') {
      letters = 0;
    } else if (is_lower(word[i]) || word[i] == 'M') {
      if (++letters > 2) return false;
    } else {
      return false;
    }
  }
  if (!is_digit(word.front())) return false;
  const char last = word.back();
  return last == 's' || last == 'm' || last == 'h' || last == 'd' || last == 'k' || last == 'M';
}

bool looks_like_identifier(std::string_view word) {
  bool digit = false;
  bool letter = false;
  bool joined = false;
  bool camel = false;
  for (std::size_t i = 0; i < word.size(); ++i) {
    digit = digit || is_digit(word[i]);
    letter = letter || is_upper(word[i]) || is_lower(word[i]);
    joined = joined || word[i] == '_' || word[i] == '/' || word[i] == ':' || word[i] == '@' ||
             (word[i] == '.' && i > 0);
    camel = camel || (i > 0 && is_upper(word[i]) && is_lower(word[i - 1]));
  }
  if (is_quantity(word)) return false;
  if (digit && letter) return true;
  if (camel) return true;
  if (joined && letter) return true;
  return std::count(word.begin(), word.end(), '.') >= 2;
}

// inventory-service, payment-gateway.
bool ends_like_a_name(std::string_view lower) {
  const std::size_t dash = lower.rfind('-');
  return dash != std::string_view::npos && is_one_of(kNameEndings, lower.substr(dash + 1));
}

}  // namespace

std::string to_lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (is_upper(c)) c = static_cast<char>(c - 'A' + 'a');
  }
  return out;
}

bool holds_word(std::string_view text, std::string_view name) {
  if (name.empty()) return false;
  for (std::size_t at = text.find(name); at != std::string_view::npos;
       at = text.find(name, at + 1)) {
    const bool begins = at == 0 || !is_word(text[at - 1]) || !is_word(name.front());
    const std::size_t end = at + name.size();
    // "2.4" is no part of "2.4.1".
    const bool goes_on = end < text.size() &&
                         (is_word(text[end]) || (text[end] == '.' && end + 1 < text.size() &&
                                                 is_digit(name.back()) && is_digit(text[end + 1])));
    if (begins && !goes_on) return true;
  }
  return false;
}

std::vector<NameMention> find_names(std::string_view sentence,
                                    const std::vector<std::string>& vocabulary) {
  std::vector<NameMention> names;
  const std::vector<Word> words = split_words(sentence);
  for (std::size_t i = 0; i < words.size(); ++i) {
    const std::string_view word = words[i].text;
    const std::string lower = to_lower(word);
    const bool known = std::find(vocabulary.begin(), vocabulary.end(), lower) != vocabulary.end();
    if (!known && (is_clock_or_number(word) || is_one_of(kPlainJoined, lower))) continue;
    if (is_one_of(kPlainCapitals, lower) && !known) continue;
    const bool before_service =
        i + 1 < words.size() && (words[i + 1].text == "service" || words[i + 1].text == "Service");
    const bool capital = is_upper(word.front()) && !words[i].begins_sentence;
    const bool is_name = known || looks_like_identifier(word) || ends_like_a_name(lower) ||
                         is_one_of(kWeighty, lower) || capital ||
                         (before_service && !is_one_of(kPlainBeforeService, lower));
    if (is_name) names.push_back({std::string(word), lower});
  }
  return names;
}

std::vector<std::string_view> find_quotes(std::string_view sentence) {
  struct Marks {
    std::string_view open;
    std::string_view close;
  };
  static constexpr std::array<Marks, 4> kMarks = {
      {{"\"", "\""}, {"`", "`"}, {"\xe2\x80\x9c", "\xe2\x80\x9d"}, {"'", "'"}}};
  std::vector<std::string_view> quotes;
  for (const Marks& marks : kMarks) {
    for (std::size_t at = sentence.find(marks.open); at != std::string_view::npos;) {
      const bool apostrophe = marks.open == "'" && at > 0 && is_word(sentence[at - 1]);
      const std::size_t begin = at + marks.open.size();
      std::size_t end = apostrophe ? std::string_view::npos : sentence.find(marks.close, begin);
      while (marks.open == "'" && end != std::string_view::npos && end + 1 < sentence.size() &&
             is_word(sentence[end + 1])) {
        end = sentence.find(marks.close, end + 1);
      }
      if (end == std::string_view::npos) {
        at = sentence.find(marks.open, begin);
        continue;
      }
      if (end > begin) quotes.push_back(sentence.substr(begin, end - begin));
      at = sentence.find(marks.open, end + marks.close.size());
    }
  }
  return quotes;
}

std::string find_foreign(std::string_view sentence) {
  const std::string lower = to_lower(sentence);
  for (const std::string_view pattern : kForeign) {
    if (lower.find(pattern) != std::string::npos) return std::string(pattern);
  }
  return "";
}

}  // namespace inkling::sinks
