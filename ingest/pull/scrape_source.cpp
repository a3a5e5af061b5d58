#include "ingest/pull/scrape_source.h"

#include <fmt/format.h>

#include <algorithm>
#include <unordered_set>
#include <utility>

#include "core/frame_attributes.h"
#include "core/log.h"
#include "ingest/lines.h"
#include "ingest/pull/page_quantiles.h"
#include "ingest/pull/pull_loop.h"
#include "ingest/wire/exposition_decoder.h"

namespace inkling::ingest {
namespace {

constexpr std::string_view kEnd = "# EOF";  // of OpenMetrics

// A sample's name and labels; empty if the line is no sample.
std::string_view series_of(std::string_view line) {
  if (is_blank(line) || line[0] == '#') return {};
  bool quoted = false;
  bool inside = false;
  for (std::size_t at = 0; at < line.size(); ++at) {
    const char c = line[at];
    if (quoted) {
      if (c == '\\') {
        ++at;
      } else if (c == '"') {
        quoted = false;
      }
    } else if (c == '"') {
      quoted = true;
    } else if (c == '{') {
      inside = true;
    } else if (c == '}') {
      return line.substr(0, at + 1);
    } else if (!inside && (c == ' ' || c == '\t')) {
      // "name {...}" is allowed.
      const std::size_t next = line.find_first_not_of(" \t", at);
      if (next == std::string_view::npos || line[next] != '{') return line.substr(0, at);
    }
  }
  return {};
}

// The page without "# EOF", and whether it had it.
std::pair<std::string_view, bool> without_end(std::string_view page) {
  std::string_view text = page;
  while (text.ends_with('\n') || text.ends_with('\r')) text.remove_suffix(1);
  if (!text.ends_with(kEnd)) return {page, false};
  return {text.substr(0, text.size() - kEnd.size()), true};
}

}  // namespace

Result<ScrapeTarget> parse_scrape_target(std::string_view text) {
  ScrapeTarget target;
  const std::size_t equals = text.find('=');
  const std::size_t scheme = text.find("://");
  if (equals != std::string_view::npos && equals < scheme) {
    target.service = text.substr(0, equals);
    text.remove_prefix(equals + 1);
  }
  const bool http = text.starts_with("http://") || text.starts_with("https://");
  if (http) {
    std::string_view host = text.substr(text.find("://") + 3);
    host = host.substr(0, host.find_first_of("/?#"));
    target.instance =
        host.substr(host.find('@') == std::string_view::npos ? 0 : host.find('@') + 1);
  }
  if (target.instance.empty()) {
    return fail(ErrorCode::kInvalidArgument,
                fmt::format("inputs.scrape.targets must be URLs like "
                            "http://127.0.0.1:9100/metrics or service=http://...: {}",
                            text));
  }
  target.url = text;
  return target;
}

std::string stale_lines(std::string_view before, std::string_view now) {
  std::string lines;
  if (before.empty()) return lines;
  std::unordered_set<std::string_view> present;
  for_each_line(now, [&](std::string_view line, std::uint32_t) {
    if (const auto series = series_of(line); !series.empty()) present.insert(series);
  });
  for_each_line(before, [&](std::string_view line, std::uint32_t) {
    const std::string_view series = series_of(line);
    if (series.empty() || !present.insert(series).second) return;
    lines.append(series).append(" ").append(kStaleWord).append("\n");
  });
  return lines;
}

ScrapeSource::ScrapeSource(ScrapeTarget target, const ScrapeOptions& options, Journal& journal,
                           OriginId origin, const Clock& clock, MetricsRegistry& metrics)
    : target_(std::move(target)),
      options_(options),
      journal_(journal),
      origin_(origin),
      clock_(clock),
      scrapes_(metrics.counter("inkling_ingest_scrapes_total", "Pages that were fetched.")),
      failures_(metrics.counter("inkling_ingest_scrape_failures_total",
                                "Targets that gave no page: no answer, not 200, too large.")),
      refused_(metrics.counter("inkling_ingest_scrape_refused_total",
                               "Pages the journal had no room for.")) {}

Result<ScrapeOutcome> ScrapeSource::scrape_once() {
  const auto seconds = std::chrono::ceil<std::chrono::seconds>(options_.timeout).count();
  const HttpRequestOptions request{
      .headers = {"Accept: application/openmetrics-text;version=1.0.0;q=0.6,"
                  "text/plain;version=0.0.4;q=0.5,*/*;q=0.1",
                  fmt::format("X-Prometheus-Scrape-Timeout-Seconds: {}", seconds)},
      .timeout = options_.timeout,
      .max_body_bytes = options_.max_page_bytes};
  const auto reply = client_.get(target_.url, request);
  ScrapeOutcome outcome{.up = reply && reply->status == 200};
  std::string page = outcome.up ? reply->body : std::string();
  if (outcome.up) {
    scrapes_.add();
  } else {
    failures_.add();
    // Said when it goes, not each time.
    if (!last_page_.empty()) {
      log_warn(reply ? fmt::format("scrape of {}: status {}", target_.url, reply->status)
                     : fmt::format("scrape: {}", reply.error().message));
    }
  }
  const std::string stale = stale_lines(last_page_, page);
  outcome.stale = static_cast<std::size_t>(std::ranges::count(stale, '\n'));

  const auto [samples, is_openmetrics] = without_end(page);
  PaddedBuffer bytes;
  const std::string quantiles = quantile_lines(last_page_, page);
  bytes.reserve(page.size() + stale.size() + quantiles.size() + 16);
  bytes.append(samples);
  if (!samples.empty() && samples.back() != '\n') bytes.append("\n");
  bytes.append(stale);
  bytes.append(quantiles);
  bytes.append(outcome.up ? "up 1\n" : "up 0\n");
  if (is_openmetrics) bytes.append("# EOF\n");

  FrameAttributes attributes;
  attributes.add("service", target_.service);
  attributes.add("instance", target_.instance);
  IncomingFrame frame;
  frame.origin = origin_;
  frame.format = Format::kExposition;
  frame.arrival = clock_.now();
  frame.origin_name = "scrape " + target_.url;
  frame.attributes = attributes.text();
  frame.bytes = std::move(bytes);
  const auto taken = journal_.append(std::move(frame), {});
  if (!taken) {
    if (taken.error().code != ErrorCode::kUnavailable) return fail(taken.error());
    refused_.add();
    return outcome;  // last_page_ stays: what is stale is said next time
  }
  outcome.taken = true;
  last_page_ = std::move(page);
  return outcome;
}

Result<void> ScrapeSource::run(const std::stop_token& stop) {
  return pull_every(options_.interval, clock_, stop, [this]() -> Result<void> {
    INKLING_TRY_ASSIGN([[maybe_unused]] const ScrapeOutcome outcome, scrape_once());
    return {};
  });
}

}  // namespace inkling::ingest
