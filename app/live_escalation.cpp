#include "app/live_escalation.h"

#include <condition_variable>
#include <mutex>
#include <utility>

#include "config/substitute.h"
#include "core/mutex.h"
#include "detect/screen.h"
#include "sinks/escalate/bedrock.h"

namespace inkling::app {
namespace {

struct SharedScreen {
  explicit SharedScreen(detect::Screen made) : screen(std::move(made)) {}
  Mutex mutex;
  detect::Screen screen INKLING_GUARDED_BY(mutex);
};

// Ends early on a stop request.
void pause_for(Duration length, std::stop_token stop) {
  std::mutex mutex;
  std::condition_variable_any never;
  std::unique_lock<std::mutex> lock(mutex);
  never.wait_for(lock, stop, length, [] { return false; });
}

}  // namespace

Result<sinks::Redact> make_redact(const detect::ScreenOptions& screen) {
  INKLING_TRY_ASSIGN(detect::Screen made, detect::Screen::create(screen));
  auto shared = std::make_shared<SharedScreen>(std::move(made));
  return sinks::Redact([shared](std::string_view text) {
    MutexLock lock(shared->mutex);
    return shared->screen.redact(text);
  });
}

Result<std::unique_ptr<LiveEscalation>> LiveEscalation::open(const config::Config& config,
                                                             const Clock& clock,
                                                             MetricsRegistry& metrics,
                                                             OnDone on_done) {
  if (config.escalate.investigator == sinks::InvestigatorKind::kNone) {
    return std::unique_ptr<LiveEscalation>();
  }
  INKLING_TRY_ASSIGN(sinks::Redact redact, make_redact(config.screen));
  sinks::EscalateOptions options = config.escalate;
  const auto variable = config::system_environment().variable;
  sinks::AwsSurroundings around;
  around.variable = [variable](const std::string& name) {
    auto value = variable(name);
    return value && value->empty() ? std::nullopt : value;
  };
  if (options.bedrock.region.empty()) options.bedrock.region = sinks::region_of(around);
  around.region = options.bedrock.region;
  const std::string key = options.bedrock.key.empty()
                              ? around.variable("AWS_BEARER_TOKEN_BEDROCK").value_or("")
                              : options.bedrock.key.front();
  std::unique_ptr<LiveEscalation> made(new LiveEscalation);
  made->credentials_ = std::make_unique<sinks::CredentialChain>(around, clock);
  const auto make = [options, key, &clock, chain = made->credentials_.get()](
                        std::uint32_t worker) -> Result<std::unique_ptr<sinks::Investigator>> {
    INKLING_TRY_ASSIGN(auto bedrock,
                       sinks::BedrockInvestigator::create(
                           options.bedrock, key,
                           {.credentials = *chain,
                            .clock = clock,
                            .pause = pause_for,
                            .seed = static_cast<std::uint64_t>(clock.now().ns) + worker}));
    return std::unique_ptr<sinks::Investigator>(std::move(bedrock));
  };
  INKLING_TRY_ASSIGN(made->escalation_,
                     sinks::Escalation::create(options, {.clock = clock,
                                                         .metrics = metrics,
                                                         .redact = std::move(redact),
                                                         .make_investigator = make,
                                                         .on_done = std::move(on_done)}));
  return made;
}

}  // namespace inkling::app
