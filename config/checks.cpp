#include "config/checks.h"

#include <arpa/inet.h>
#include <fmt/format.h>

#include <set>

#include "core/socket_address.h"
#include "core/units.h"
#include "detect/screen.h"
#include "detect/series_control.h"
#include "detect/template_rules.h"
#include "ingest/utc_offset.h"

namespace inkling::config {
namespace {

// Letters, digits and _ - . : names of rules become labels of metrics and part of redacted texts.
bool is_rule_name(std::string_view name) {
  if (name.empty() || name.size() > 64) return false;
  for (const char c : name) {
    const bool good = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                      c == '_' || c == '-' || c == '.';
    if (!good) return false;
  }
  return true;
}

class Checker {
 public:
  explicit Checker(std::vector<Violation>& found) : found_(found) {}

  void require(bool holds, std::string key, std::string message, std::string detail = "") {
    if (!holds) found_.push_back({std::move(key), std::move(message), std::move(detail)});
  }

  // Names of the elements of a list: well formed, and each only once.
  template <class Element>
  void names(const std::vector<Element>& elements, std::string_view list) {
    std::set<std::string_view> seen;
    for (std::size_t i = 0; i < elements.size(); ++i) {
      const std::string& name = elements[i].name;
      if (name.empty()) continue;  // missing: said already
      const std::string key = fmt::format("{}[{}].name", list, i);
      require(is_rule_name(name), key, "expected 1 to 64 letters, digits, \"_\", \"-\" or \".\"");
      require(seen.insert(name).second, key, "is the name of two rules", name);
    }
  }

 private:
  std::vector<Violation>& found_;
};

void check_screen(const detect::ScreenOptions& screen, Checker& checker) {
  checker.names(screen.rules, "screen.rules");
  for (std::size_t i = 0; i < screen.rules.size(); ++i) {
    const detect::ScreenRule& rule = screen.rules[i];
    const std::string key = fmt::format("screen.rules[{}]", i);
    const bool routes = rule.action == detect::ScreenAction::kRoute;
    checker.require(!routes || !rule.value.empty(), key + ".value",
                    "action route needs the route as value");
    checker.require(routes || rule.value.empty(), key + ".value",
                    "only action route takes a value");
    if (rule.pattern.empty()) continue;  // missing: said already
    detect::ScreenOptions alone{.redact_defaults = false, .rules = {rule}};
    const auto screen_of_rule = detect::Screen::create(alone);
    if (!screen_of_rule) {
      checker.require(false, key + ".pattern", "not a pattern of RE2",
                      screen_of_rule.error().message);
    }
  }
}

void check_thresholds(const std::vector<detect::ThresholdRule>& rules, Checker& checker) {
  checker.names(rules, "detect.thresholds");
  for (std::size_t i = 0; i < rules.size(); ++i) {
    const std::string key = fmt::format("detect.thresholds[{}]", i);
    checker.require(
        rules[i].windows <= rules[i].out_of, key + ".windows",
        fmt::format("expected at most out_of, which is {}: {}", rules[i].out_of, rules[i].windows));
    const std::size_t star = rules[i].series.find('*');
    checker.require(star == std::string::npos || star + 1 == rules[i].series.size(),
                    key + ".series", "expected * only at the end");
    const detect::ThresholdRule plain;
    const bool has_period = rules[i].period.count() > 0;
    checker.require(has_period || rules[i].statistic == plain.statistic, key + ".statistic",
                    "needs a period");
    checker.require(has_period || rules[i].missing == plain.missing, key + ".missing",
                    "needs a period");
    for (const std::string& label : rules[i].labels) {
      checker.require(label.find('=') + 1 > 1, key + ".labels", "expected name=value", label);
    }
  }
}

void check_template_rules(const std::vector<detect::TemplateRule>& rules, Checker& checker) {
  for (std::size_t i = 0; i < rules.size(); ++i) {
    if (rules[i].match.empty()) continue;  // missing: said already
    const auto alone = detect::TemplateRules::create({rules[i]}, {});
    checker.require(alone.has_value(), fmt::format("detect.templates.rules[{}]", i),
                    alone ? "" : alone.error().message);
  }
}

void check_series(const std::vector<detect::SeriesRule>& rules, Checker& checker) {
  for (std::size_t i = 0; i < rules.size(); ++i) {
    const std::string key = fmt::format("detect.series[{}]", i);
    const std::string& range = rules[i].range;
    checker.require(range.empty() || detect::parse_range(range), key + ".range",
                    "expected a range such as 0..100, 0.. or ..1", range);
    const auto match = detect::check_match(rules[i].match);
    checker.require(match.has_value(), key + ".match", "not a pattern of RE2",
                    match ? "" : match.error().message);
  }
}

void check_journal(const ingest::JournalOptions& journal, Checker& checker) {
  checker.require(journal.commit_bytes <= journal.segment_bytes, "journal.commit_bytes",
                  fmt::format("expected at most segment_bytes, which is {}",
                              format_size(journal.segment_bytes)));
  checker.require(journal.commit_bytes <= journal.max_pending_bytes, "journal.commit_bytes",
                  fmt::format("expected at most max_pending_bytes, which is {}",
                              format_size(journal.max_pending_bytes)));
  checker.require(journal.max_bytes == 0 || journal.max_bytes >= 2 * journal.segment_bytes,
                  "journal.max_bytes",
                  fmt::format("expected 0 or at least twice segment_bytes, which is {}",
                              format_size(journal.segment_bytes)));
}

void check_sockets(const ingest::SocketInputOptions& sockets, const std::string& section,
                   Checker& checker) {
  bool wants_tls = false;
  for (std::size_t i = 0; i < sockets.listen.size(); ++i) {
    const auto address = parse_socket_address(sockets.listen[i]);
    checker.require(address.has_value(), fmt::format("{}.listen[{}]", section, i),
                    address ? "" : address.error().message);
    wants_tls = wants_tls || (address && address->kind == SocketKind::kTls);
  }
  checker.require(!wants_tls || sockets.tls.enabled(), section + ".tls.certificate",
                  "needed for tls:// addresses");
  checker.require(sockets.max_message_bytes <= sockets.max_buffered_bytes,
                  section + ".max_message_bytes",
                  fmt::format("expected at most max_buffered_bytes, which is {}",
                              format_size(sockets.max_buffered_bytes)));
}

bool is_address(const std::string& text) {
  unsigned char bytes[16];
  return inet_pton(AF_INET, text.c_str(), bytes) == 1 ||
         inet_pton(AF_INET6, text.c_str(), bytes) == 1;
}

}  // namespace

std::vector<Violation> check(const Config& config) {
  std::vector<Violation> found;
  Checker checker(found);
  check_screen(config.screen, checker);
  check_series(config.detect.series, checker);
  check_thresholds(config.detect.thresholds, checker);
  check_template_rules(config.detect.templates.rules, checker);
  for (std::size_t i = 0; i < config.correlate.topology.size(); ++i) {
    const auto& edge = config.correlate.topology[i];
    checker.require(edge.caller.empty() || edge.caller != edge.callee,
                    fmt::format("topology.calls[{}].callee", i), "a service that calls itself");
  }
  const std::string& offset = config.decoder.utc_offset;
  checker.require(ingest::parse_utc_offset(offset).has_value(), "inputs.utc_offset",
                  "expected an offset from UTC such as +02:00 or -0530", offset);
  check_journal(config.journal, checker);
  check_sockets(config.forward.sockets, "inputs.forward", checker);
  check_sockets(config.syslog.sockets, "inputs.syslog", checker);
  check_sockets(config.statsd.sockets, "inputs.statsd", checker);
  checker.require(config.forward.users.empty() || !config.forward.shared_key.empty(),
                  "inputs.forward.shared_key", "needed where there are users");
  for (const std::string& key : config.server_keys) {
    checker.require(!key.empty(), "server.keys", "one of them is empty: it would open nothing");
  }
  checker.require(config.escalate.bedrock.key.size() <= 1, "escalate.bedrock.key",
                  "expected at most one key");
  const TlsOptions& tls = config.server.tls;
  checker.require(!tls.enabled() || (!tls.certificate.empty() && !tls.key.empty()), "server.tls",
                  "TLS needs both a certificate and its key");
  checker.require(is_address(config.server.address), "server.address",
                  "expected an IPv4 or IPv6 address such as 127.0.0.1 or ::1");
  return found;
}

}  // namespace inkling::config
