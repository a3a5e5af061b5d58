#include "ingest/pull/ecs_source.h"

#include <fmt/format.h>

#include <utility>

#include "core/log.h"
#include "ingest/pull/pull_loop.h"

namespace inkling::ingest {

EcsSource::EcsSource(std::string base, const EcsOptions& options, Journal& journal, OriginId origin,
                     const Clock& clock, MetricsRegistry& metrics)
    : base_(std::move(base)),
      options_(options),
      journal_(journal),
      origin_(origin),
      clock_(clock),
      polls_(metrics.counter("inkling_ingest_ecs_polls_total",
                             "Readings of the ECS task metadata endpoint.")),
      failures_(metrics.counter("inkling_ingest_ecs_failures_total",
                                "Readings that failed or that the journal refused.")) {}

Result<bool> EcsSource::poll_once() {
  const HttpRequestOptions request{.timeout = options_.timeout,
                                   .max_body_bytes = options_.max_reply_bytes};
  const auto failed = [&](const std::string& reason) {
    failures_.add();
    if (!std::exchange(told_, true)) log_warn(fmt::format("ecs: {}", reason));
    return false;
  };
  // The task as well each time: containers start anew, and the endpoint is a neighbour.
  std::string document = "{";
  for (const auto& [name, path] : {std::pair{"task", "/task"}, std::pair{"stats", "/task/stats"}}) {
    const auto reply = client_.get(base_ + path, request);
    if (!reply) return failed(reply.error().message);
    if (reply->status != 200) {
      return failed(fmt::format("status {} from {}{}", reply->status, base_, path));
    }
    document += fmt::format("{}\"{}\":", document.size() > 1 ? "," : "", name);
    document += reply->body;
  }
  document += '}';
  IncomingFrame frame;
  frame.origin = origin_;
  frame.format = Format::kEcsStats;
  frame.arrival = clock_.now();
  frame.origin_name = "ecs";
  frame.bytes = PaddedBuffer::copy_of(document);
  const auto taken = journal_.append(std::move(frame), {});
  if (!taken) {
    if (taken.error().code != ErrorCode::kUnavailable) return fail(taken.error());
    return failed(taken.error().message);
  }
  polls_.add();
  told_ = false;
  return true;
}

Result<void> EcsSource::run(const std::stop_token& stop) {
  return pull_every(options_.interval, clock_, stop, [this]() -> Result<void> {
    INKLING_TRY_ASSIGN([[maybe_unused]] const bool taken, poll_once());
    return {};
  });
}

}  // namespace inkling::ingest
