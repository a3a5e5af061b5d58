#include "correlate/change_score.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <optional>
#include <utility>

#include "core/json_writer.h"
#include "correlate/change_terms.h"

namespace inkling::correlate {
namespace {

// Least probability for the words. "Caused" must also lead.
constexpr double kCaused = 0.6;
constexpr double kLikely = 0.2;
constexpr double kExonerates = -3.5;  // a single term this low decides

struct Scored {
  double log_odds = -1e9;
  const Exposure* exposure = nullptr;
  std::vector<SuspectTerm> terms;
};

Scored score_exposure(const Candidate& candidate, const Exposure& exposure, const CommitRisk& risk,
                      const ChangeContext& context) {
  Scored scored;
  scored.exposure = &exposure;
  scored.log_odds = 0;
  const auto add = [&](std::optional<SuspectTerm> term) {
    if (!term) return;
    term->log_odds = std::clamp(term->log_odds, kLeastTerm, kMostTerm);
    scored.log_odds += term->log_odds;
    scored.terms.push_back(std::move(*term));
  };
  const double prior = std::clamp(context.options.prior_change, 0.001, 0.999);
  add(SuspectTerm{"prior",
                  std::log(prior / (1 - prior)),
                  fmt::format("{} that some change is to blame", format_number(prior, 3)),
                  {}});
  add(time_term(exposure, context));
  add(version_term(exposure, context));
  add(calls_made_term(exposure, context));
  add(unseen_term(exposure, context));
  add(excess_term(exposure, context));
  add(before_after_term(exposure, context));
  add(new_template_term(exposure, context));
  add(scope_term(exposure, context));
  add(SuspectTerm{"commit", risk.log_odds, risk.reason, {}});
  add(rollback_term(candidate, exposure, context));
  add(alternative_term(risk, context));
  return scored;
}

SuspectVerdict verdict_of(const Suspect& suspect, bool leads, double p_none) {
  const bool exonerated =
      std::any_of(suspect.terms.begin(), suspect.terms.end(), [](const SuspectTerm& term) {
        // Another explanation makes it unlikely; it does not clear it.
        return term.log_odds <= kExonerates && term.name != "alternative";
      });
  if (exonerated && suspect.p < kLikely) return SuspectVerdict::kExonerated;
  if (leads && suspect.p >= kCaused && suspect.p > p_none) return SuspectVerdict::kCaused;
  if (suspect.p >= kLikely) return SuspectVerdict::kLikely;
  return SuspectVerdict::kCoincident;
}

Suspect make_suspect(const Candidate& candidate, Scored scored) {
  const Change& change = candidate.change->change;
  Suspect suspect;
  suspect.kind = Suspect::Kind::kChange;
  suspect.id = candidate.id;
  suspect.title = change.title;
  suspect.service = scored.exposure->service;
  suspect.time = scored.exposure->time;
  suspect.log_odds = scored.log_odds;
  suspect.terms = std::move(scored.terms);
  suspect.change_kind = change.kind;
  suspect.version = scored.exposure->version;
  suspect.previous_version = scored.exposure->previous_version;
  suspect.author = change.author;
  return suspect;
}

}  // namespace

ScoredChanges score_changes(const ChangeContext& context) {
  ScoredChanges result;
  const Timestamp end = context.now + Duration(1);
  const TimeRange range{context.onset - context.options.change_window, end};
  for (const Candidate& candidate : context.log.candidates(range)) {
    const CommitRisk risk = rate_commit(candidate.change->profile, context.symptoms, context.log);
    Scored best;
    for (const Exposure& exposure : candidate.exposures) {
      Scored scored = score_exposure(candidate, exposure, risk, context);
      if (!best.exposure || scored.log_odds > best.log_odds) best = std::move(scored);
    }
    if (best.exposure) result.suspects.push_back(make_suspect(candidate, std::move(best)));
  }
  double total = 1;  // "no change explains this"
  for (const Suspect& suspect : result.suspects) total += std::exp(suspect.log_odds);
  for (Suspect& suspect : result.suspects) suspect.p = std::exp(suspect.log_odds) / total;
  result.p_no_change = 1 / total;
  std::sort(result.suspects.begin(), result.suspects.end(), [](const Suspect& a, const Suspect& b) {
    return a.log_odds != b.log_odds ? a.log_odds > b.log_odds : a.id < b.id;
  });
  for (std::size_t i = 0; i < result.suspects.size(); ++i) {
    Suspect& suspect = result.suspects[i];
    suspect.verdict = verdict_of(suspect, i == 0, result.p_no_change);
  }
  if (result.suspects.size() > context.options.max_suspects) {
    result.suspects.resize(context.options.max_suspects);
  }
  return result;
}

}  // namespace inkling::correlate
