#pragma once

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

#include "core/clock.h"
#include "core/incident.h"
#include "core/metrics.h"
#include "core/mutex.h"
#include "core/result.h"
#include "sinks/escalate/budget.h"
#include "sinks/escalate/evidence_pack.h"
#include "sinks/escalate/investigator.h"
#include "sinks/escalate/options.h"
#include "sinks/explanation.h"

namespace inkling::sinks {

// What escalation needs from its surroundings. All outlives it.
struct EscalationContext {
  const Clock& clock;
  MetricsRegistry& metrics;
  Redact redact;  // called by several threads
  std::function<Result<std::unique_ptr<Investigator>>(std::uint32_t worker)> make_investigator;
  // Told once for every incident submitted, by the threads of escalation.
  std::function<void(const Incident&, const Explanation&)> on_done;
};

// Lets a language model explain incidents, beside the stream: a few at once, the most severe first,
// within the budget. A waiting incident that is submitted again takes the place of its older
// revision. Equal evidence is answered from memory. Without an answer that holds, the reason is
// told instead: the deterministic report stands. Threads: `concurrency` of its own. Thread-safe.
class Escalation {
 public:
  // kInvalidArgument if the model has no price while there is a budget in dollars.
  static Result<std::unique_ptr<Escalation>> create(const EscalateOptions& options,
                                                    EscalationContext context);
  ~Escalation();

  // Does not block. Resolved incidents are not explained anew.
  void submit(Incident incident);
  // What was last said of an incident, if it is remembered (max_answers).
  std::optional<Explanation> explanation(const std::string& incident) const;
  // Waits until nothing waits or runs.
  void wait_until_idle();
  // Ends calls under way and the threads; what waits is told without a model.
  void stop();

 private:
  struct Meters;
  struct Kept {
    Answer answer;
    Timestamp time;
  };
  Escalation(const EscalateOptions& options, EscalationContext context);

  void work(std::stop_token stop, Investigator& investigator);
  Explanation investigate(const Incident& incident, Investigator& investigator,
                          std::stop_token stop);
  void check_into(Explanation& explanation, const Answer& answer, const EvidencePack& pack);
  std::optional<Answer> recall(const std::string& fingerprint) INKLING_EXCLUDES(mutex_);
  void keep(const std::string& fingerprint, const Answer& answer) INKLING_EXCLUDES(mutex_);
  void finish(const Incident& incident, Explanation explanation);
  Incident take_next() INKLING_REQUIRES(mutex_);

  const EscalateOptions options_;
  const EscalationContext context_;
  std::optional<ModelPrice> price_;
  std::unique_ptr<Meters> meters_;

  mutable Mutex mutex_;
  Condition changed_;
  std::deque<Incident> waiting_ INKLING_GUARDED_BY(mutex_);  // in the order they came
  std::uint32_t running_ INKLING_GUARDED_BY(mutex_) = 0;
  bool stopped_ INKLING_GUARDED_BY(mutex_) = false;
  Budget budget_ INKLING_GUARDED_BY(mutex_);
  std::map<std::string, Kept> answers_ INKLING_GUARDED_BY(mutex_);  // by fingerprint
  std::deque<std::string> answer_order_ INKLING_GUARDED_BY(mutex_);
  std::map<std::string, Explanation> told_ INKLING_GUARDED_BY(mutex_);  // by incident
  std::deque<std::string> told_order_ INKLING_GUARDED_BY(mutex_);

  std::vector<std::unique_ptr<Investigator>> investigators_;
  std::vector<std::jthread> threads_;  // last: ends first
};

}  // namespace inkling::sinks
