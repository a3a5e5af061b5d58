#include "app/live_pull.h"

#include <fmt/format.h>

#include <cstdlib>
#include <string>
#include <utility>

#include "core/log.h"

namespace inkling::app {
namespace {

constexpr std::size_t kMostTargets = 256;  // a thread each
constexpr const char* kEcsVariable = "ECS_CONTAINER_METADATA_URI_V4";

template <class Source>
void start_one(Source& source, std::vector<std::jthread>& threads, std::stop_source& stop) {
  threads.emplace_back([&source, &stop] {
    if (const auto done = source.run(stop.get_token()); !done) {
      log_error(fmt::format("fetching ended: {}", done.error().message));
      stop.request_stop();
    }
  });
}

}  // namespace

Result<std::unique_ptr<LivePull>> LivePull::create(const config::Config& config,
                                                   ingest::Journal& journal, OriginNumbers& origins,
                                                   const Clock& clock, MetricsRegistry& metrics) {
  auto pull = std::make_unique<LivePull>();
  if (config.scrape.targets.size() > kMostTargets) {
    return fail(ErrorCode::kInvalidArgument,
                fmt::format("inputs.scrape.targets must be at most {}: {}", kMostTargets,
                            config.scrape.targets.size()));
  }
  for (const std::string& text : config.scrape.targets) {
    INKLING_TRY_ASSIGN(ingest::ScrapeTarget target, ingest::parse_scrape_target(text));
    const OriginId origin = origins.of("scrape " + target.url);
    pull->pages_.push_back(std::make_unique<ingest::ScrapeSource>(std::move(target), config.scrape,
                                                                  journal, origin, clock, metrics));
  }
  if (config.ecs.enabled) {
    std::string endpoint = config.ecs.endpoint;
    if (const char* given = std::getenv(kEcsVariable); endpoint.empty() && given != nullptr) {
      endpoint = given;
    }
    if (endpoint.empty()) {
      return fail(ErrorCode::kInvalidArgument,
                  fmt::format("inputs.ecs.enabled needs inputs.ecs.endpoint or {}", kEcsVariable));
    }
    pull->ecs_ = std::make_unique<ingest::EcsSource>(std::move(endpoint), config.ecs, journal,
                                                     origins.of("ecs"), clock, metrics);
  }
  return pull;
}

void LivePull::start(std::vector<std::jthread>& threads, std::stop_source& stop) {
  for (const auto& page : pages_) start_one(*page, threads, stop);
  if (ecs_) start_one(*ecs_, threads, stop);
}

}  // namespace inkling::app
