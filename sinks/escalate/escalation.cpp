#include "sinks/escalate/escalation.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "core/log.h"
#include "sinks/escalate/firewall.h"
#include "sinks/escalate/prompt.h"
#include "sinks/escape.h"
#include "sinks/narrative.h"

namespace inkling::sinks {

// Metrics; labels come from the fixed lists.
struct Escalation::Meters {
  explicit Meters(MetricsRegistry& registry)
      : asked(registry.counter("inkling_sinks_model_calls_total", "Calls of a language model")),
        explained(registry.counter("inkling_sinks_explained_total",
                                   "Revisions of incidents told, by who wrote the words",
                                   {{"by", "model"}})),
        reused(registry.counter("inkling_sinks_explained_total", "", {{"by", "memory"}})),
        dollars(
            registry.counter("inkling_sinks_model_dollars_total", "US dollars spent on models")),
        seconds(registry.counter("inkling_sinks_model_seconds_total",
                                 "Time that investigations took, pauses included")),
        waiting(registry.gauge("inkling_sinks_investigations_waiting",
                               "Incidents that wait for a language model")) {
    for (std::size_t i = 1; i < kNoAnswerNames.size(); ++i) {
      without.push_back(&registry.counter("inkling_sinks_unexplained_total",
                                          "Revisions of incidents told without a model, by reason",
                                          {{"reason", std::string(kNoAnswerNames[i])}}));
    }
    for (const std::string_view reason : kStrikeReasons) {
      struck.push_back(&registry.counter("inkling_sinks_struck_total",
                                         "What was struck out of answers, by reason",
                                         {{"reason", std::string(reason)}}));
    }
    static constexpr std::array<std::string_view, 4> kKinds = {"input", "output", "cache_read",
                                                               "cache_write"};
    for (const std::string_view kind : kKinds) {
      tokens.push_back(&registry.counter("inkling_sinks_model_tokens_total",
                                         "Tokens that models counted",
                                         {{"kind", std::string(kind)}}));
    }
  }
  void count(const Usage& usage) {
    tokens[0]->add(static_cast<double>(usage.input));
    tokens[1]->add(static_cast<double>(usage.output));
    tokens[2]->add(static_cast<double>(usage.cache_read));
    tokens[3]->add(static_cast<double>(usage.cache_write));
  }

  MetricsRegistry::Counter& asked;
  MetricsRegistry::Counter& explained;
  MetricsRegistry::Counter& reused;
  MetricsRegistry::Counter& dollars;
  MetricsRegistry::Counter& seconds;
  MetricsRegistry::Gauge& waiting;
  std::vector<MetricsRegistry::Counter*> without;
  std::vector<MetricsRegistry::Counter*> struck;
  std::vector<MetricsRegistry::Counter*> tokens;
};

Escalation::Escalation(const EscalateOptions& options, EscalationContext context)
    : options_(options),
      context_(std::move(context)),
      price_(price_of(options.bedrock.model, options.prices)),
      meters_(std::make_unique<Meters>(context_.metrics)),
      budget_(options.budget) {}

Result<std::unique_ptr<Escalation>> Escalation::create(const EscalateOptions& options,
                                                       EscalationContext context) {
  const bool counts_money =
      options.budget.dollars_per_day > 0 || options.budget.dollars_per_incident > 0;
  std::unique_ptr<Escalation> made(new Escalation(options, std::move(context)));
  if (!made->price_ && counts_money) {
    return fail(ErrorCode::kInvalidArgument,
                fmt::format("escalate.prices must have an entry for {}, or the budgets in dollars "
                            "must be 0",
                            clean_text(options.bedrock.model)));
  }
  for (std::uint32_t i = 0; i < options.concurrency; ++i) {
    INKLING_TRY_ASSIGN(auto investigator, made->context_.make_investigator(i));
    made->investigators_.push_back(std::move(investigator));
  }
  for (const auto& investigator : made->investigators_) {
    made->threads_.emplace_back([self = made.get(), who = investigator.get()](
                                    std::stop_token stop) { self->work(stop, *who); });
  }
  return made;
}

Escalation::~Escalation() { stop(); }

void Escalation::submit(Incident incident) {
  if (incident.state == IncidentState::kResolved) return;
  std::optional<Incident> crowded_out;
  {
    MutexLock lock(mutex_);
    if (stopped_) return;
    const auto same = std::find_if(waiting_.begin(), waiting_.end(),
                                   [&](const Incident& w) { return w.id == incident.id; });
    if (same != waiting_.end()) {
      *same = std::move(incident);
    } else {
      waiting_.push_back(std::move(incident));
    }
    if (waiting_.size() > options_.max_waiting) {
      const auto least = std::max_element(
          waiting_.begin(), waiting_.end(),
          [](const Incident& a, const Incident& b) { return a.severity < b.severity; });
      crowded_out = std::move(*least);
      waiting_.erase(least);
    }
    meters_->waiting.set(static_cast<double>(waiting_.size()));
    changed_.notify_one();
  }
  if (!crowded_out) return;
  Explanation none;
  none.reason = kNoAnswerNames[static_cast<std::size_t>(NoAnswer::kCrowded)];
  finish(*crowded_out, std::move(none));
}

Incident Escalation::take_next() {
  const auto next = std::min_element(
      waiting_.begin(), waiting_.end(),
      [](const Incident& a, const Incident& b) { return a.severity < b.severity; });
  Incident incident = std::move(*next);
  waiting_.erase(next);
  meters_->waiting.set(static_cast<double>(waiting_.size()));
  return incident;
}

void Escalation::work(std::stop_token stop, Investigator& investigator) {
  for (;;) {
    Incident incident;
    {
      MutexLock lock(mutex_);
      while (waiting_.empty() && !stopped_) changed_.wait(mutex_);
      if (waiting_.empty()) return;
      incident = take_next();
      ++running_;
    }
    finish(incident, investigate(incident, investigator, stop));
    MutexLock lock(mutex_);
    --running_;
    changed_.notify_all();
  }
}

std::optional<Answer> Escalation::recall(const std::string& fingerprint) {
  MutexLock lock(mutex_);
  const auto at = answers_.find(fingerprint);
  if (at == answers_.end() || at->second.time + options_.reuse < context_.clock.now()) {
    return std::nullopt;
  }
  return at->second.answer;
}

void Escalation::keep(const std::string& fingerprint, const Answer& answer) {
  MutexLock lock(mutex_);
  const auto [at, is_new] =
      answers_.insert_or_assign(fingerprint, Kept{answer, context_.clock.now()});
  if (is_new) answer_order_.push_back(fingerprint);
  if (answer_order_.size() <= options_.max_answers) return;
  answers_.erase(answer_order_.front());
  answer_order_.pop_front();
}

void Escalation::check_into(Explanation& explanation, const Answer& answer,
                            const EvidencePack& pack) {
  CheckedAnswer checked = check_answer(answer, pack);
  std::array<std::uint64_t, kStrikeReasons.size()> counts{};
  for (const Strike& strike : checked.strikes) ++counts[static_cast<std::size_t>(strike.reason)];
  for (std::size_t i = 0; i < counts.size(); ++i) {
    if (counts[i] == 0) continue;
    explanation.struck.emplace_back(kStrikeReasons[i], counts[i]);
    meters_->struck[i]->add(static_cast<double>(counts[i]));
  }
  explanation.by_model = checked.usable();
  if (!explanation.by_model) {
    explanation.reason = kNoAnswerNames[static_cast<std::size_t>(NoAnswer::kStruck)];
    return;
  }
  for (Statement& statement : checked.statements) {
    explanation.statements.push_back(
        {.kind = std::string(kStatementKinds[static_cast<std::size_t>(statement.kind)]),
         .text = std::move(statement.text),
         .evidence = std::move(statement.evidence)});
  }
}

Explanation Escalation::investigate(const Incident& incident, Investigator& investigator,
                                    std::stop_token stop) {
  Explanation result;
  result.model = options_.bedrock.model;
  const auto without = [&](NoAnswer reason) {
    result.reason = kNoAnswerNames[static_cast<std::size_t>(reason)];
    return result;
  };
  if (stop.stop_requested()) return without(NoAnswer::kStopped);
  const EvidencePack pack =
      make_evidence_pack(as_reported(incident), options_.pack, context_.redact);
  const Prompt prompt = make_prompt(pack);
  if (const auto known = recall(prompt.fingerprint)) {
    result.reused = true;
    check_into(result, *known, pack);
    return result;
  }
  Usage most{.input = prompt.tokens, .output = options_.bedrock.max_output_tokens};
  const auto amount = [&](const Usage& usage) {
    return Budget::Amount{usage.total(), price_ ? cost_of(usage, *price_) : 0};
  };
  std::string refusal;
  {
    MutexLock lock(mutex_);
    refusal = budget_.ask(incident.id, amount(most), context_.clock.now());
  }
  if (!refusal.empty()) {
    without(NoAnswer::kOverBudget);
    result.reason += ": " + refusal;
    return result;
  }
  const Duration begun = context_.clock.monotonic();
  const Outcome outcome = investigator.ask(prompt, stop);
  const Duration took = context_.clock.monotonic() - begun;
  {
    MutexLock lock(mutex_);
    budget_.settle(incident.id, amount(most), amount(outcome.usage));
  }
  meters_->seconds.add(std::chrono::duration<double>(took).count());
  meters_->asked.add(outcome.calls);
  meters_->count(outcome.usage);
  result.calls = outcome.calls;
  result.input_tokens = outcome.usage.input;
  result.output_tokens = outcome.usage.output;
  result.cache_read_tokens = outcome.usage.cache_read;
  result.cache_write_tokens = outcome.usage.cache_write;
  result.dollars = price_ ? cost_of(outcome.usage, *price_) : kAbsent;
  if (price_) meters_->dollars.add(result.dollars);
  if (!outcome.answer) {
    log_warn(fmt::format("incident {} is told without a model: {}", incident.id, outcome.message));
    return without(outcome.reason);
  }
  check_into(result, *outcome.answer, pack);
  if (result.by_model) keep(prompt.fingerprint, *outcome.answer);
  return result;
}

void Escalation::finish(const Incident& incident, Explanation explanation) {
  if (explanation.by_model) {
    (explanation.reused ? meters_->reused : meters_->explained).add();
  } else {
    const std::string_view reason = explanation.reason;
    const std::string_view name = reason.substr(0, reason.find(':'));
    for (std::size_t i = 1; i < kNoAnswerNames.size(); ++i) {
      if (kNoAnswerNames[i] == name) meters_->without[i - 1]->add();
    }
  }
  {
    MutexLock lock(mutex_);
    const bool is_new = told_.insert_or_assign(incident.id, explanation).second;
    if (is_new) told_order_.push_back(incident.id);
    if (told_order_.size() > options_.max_answers) {
      told_.erase(told_order_.front());
      told_order_.pop_front();
    }
  }
  context_.on_done(incident, explanation);
}

std::optional<Explanation> Escalation::explanation(const std::string& incident) const {
  MutexLock lock(mutex_);
  const auto at = told_.find(incident);
  if (at == told_.end()) return std::nullopt;
  return at->second;
}

void Escalation::wait_until_idle() {
  MutexLock lock(mutex_);
  while (!waiting_.empty() || running_ > 0) changed_.wait(mutex_);
}

void Escalation::stop() {
  {
    MutexLock lock(mutex_);
    stopped_ = true;
    changed_.notify_all();
  }
  for (std::jthread& thread : threads_) thread.request_stop();
  threads_.clear();  // joins; what waits is told as stopped
}

}  // namespace inkling::sinks
