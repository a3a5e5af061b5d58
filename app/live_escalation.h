#pragma once

#include <functional>
#include <memory>

#include "config/config.h"
#include "core/clock.h"
#include "core/metrics.h"
#include "core/result.h"
#include "sinks/aws/credential_chain.h"
#include "sinks/escalate/escalation.h"

namespace inkling::app {

// Masks by the redaction rules of a configuration. Thread-safe.
Result<sinks::Redact> make_redact(const detect::ScreenOptions& screen);

// Lets the investigator of the configuration explain incidents; null if it has none. `clock`,
// `metrics` outlive it. `on_done` is called by its threads.
class LiveEscalation {
 public:
  using OnDone = std::function<void(const Incident&, const sinks::Explanation&)>;
  static Result<std::unique_ptr<LiveEscalation>> open(const config::Config& config,
                                                      const Clock& clock, MetricsRegistry& metrics,
                                                      OnDone on_done);

  void submit(const Incident& incident) { escalation_->submit(incident); }
  std::optional<sinks::Explanation> explanation(const std::string& incident) const {
    return escalation_->explanation(incident);
  }
  void stop() { escalation_->stop(); }

 private:
  LiveEscalation() = default;

  std::unique_ptr<sinks::CredentialChain> credentials_;
  std::unique_ptr<sinks::Escalation> escalation_;  // after what its threads use
};

}  // namespace inkling::app
