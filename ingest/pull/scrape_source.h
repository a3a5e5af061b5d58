#pragma once

#include <cstdint>
#include <stop_token>
#include <string>
#include <string_view>

#include "core/clock.h"
#include "core/http_client.h"
#include "core/metrics.h"
#include "core/result.h"
#include "ingest/journal.h"
#include "ingest/options.h"

namespace inkling::ingest {

// A page to scrape: "http://127.0.0.1:9100/metrics", or "cart=http://..." to say whose it is.
struct ScrapeTarget {
  std::string service;  // "" = the page says it, or nobody
  std::string url;
  std::string instance;  // host:port of the url, a label of all its series
};
// kInvalidArgument if it is no http or https URL.
Result<ScrapeTarget> parse_scrape_target(std::string_view text);

// What one scrape brought.
struct ScrapeOutcome {
  bool up = false;        // a page came
  bool taken = false;     // by the journal
  std::size_t stale = 0;  // series that were there before and are not any more
};

// Scrapes one page again and again into the journal, as a frame of its own each: the page as it
// came, `up` (1 or 0), the quantiles of its histograms since the page before, and for each series
// that has disappeared one sample that ends it (staleness); so for all series when the target does
// not answer. A page that the journal refuses is lost and counted: the next one
// says the same and more. Not thread-safe: one owner.
class ScrapeSource {
 public:
  // `journal` and `clock` outlive it.
  ScrapeSource(ScrapeTarget target, const ScrapeOptions& options, Journal& journal, OriginId origin,
               const Clock& clock, MetricsRegistry& metrics);

  // Fetches the page once. An error only if the journal takes nothing more for good.
  Result<ScrapeOutcome> scrape_once();

  // Scrapes every options.interval until told to stop, or until the journal fails.
  Result<void> run(const std::stop_token& stop);

 private:
  const ScrapeTarget target_;
  const ScrapeOptions options_;
  Journal& journal_;
  const OriginId origin_;
  const Clock& clock_;
  HttpClient client_;
  std::string last_page_;  // "" after a failure: all its series were said to be stale
  MetricsRegistry::Counter& scrapes_;
  MetricsRegistry::Counter& failures_;
  MetricsRegistry::Counter& refused_;
};

// Lines "series StaleNaN" for each series of `before` that `now` does not have. Both are pages.
std::string stale_lines(std::string_view before, std::string_view now);

}  // namespace inkling::ingest
