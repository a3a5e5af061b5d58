#pragma once

#include <optional>

#include "core/incident.h"
#include "correlate/change_score.h"

namespace inkling::correlate {

// The addends of a change's log-odds, each with its reason in words; nothing where there is nothing
// to say. Unclipped.

// T: log(sum_o p_o k(lag_o) / lambda) over the onsets believed in, k a ramp times
// exp(-lag / decay) / decay, lambda the rate of changes in the same scope. If all of them lie
// before the change by more than the ramp it gets the floor.
SuspectTerm time_term(const Exposure& exposure, const ChangeContext& context);
// V: Bayes factor of the version split.
std::optional<SuspectTerm> version_term(const Exposure& exposure, const ChangeContext& context);
// B: did the series of the changed service move after the change?
std::optional<SuspectTerm> before_after_term(const Exposure& exposure,
                                             const ChangeContext& context);
// C: what calls tell of the release itself (release_calls.h): calls made by the new version, and a
// version that was announced and tells of no calls.
std::optional<SuspectTerm> calls_made_term(const Exposure& exposure, const ChangeContext& context);
std::optional<SuspectTerm> unseen_term(const Exposure& exposure, const ChangeContext& context);
// E: of what calls cost more than before, how much arises in the service.
std::optional<SuspectTerm> excess_term(const Exposure& exposure, const ChangeContext& context);
// N: messages first seen with the new version.
std::optional<SuspectTerm> new_template_term(const Exposure& exposure,
                                             const ChangeContext& context);
// S: how far the changed service lies from where the incident came from.
SuspectTerm scope_term(const Exposure& exposure, const ChangeContext& context);
// K: rolled back, and did that help?
std::optional<SuspectTerm> rollback_term(const Candidate& candidate, const Exposure& exposure,
                                         const ChangeContext& context);
// A: something else explains the incident; half as strong against a change whose diff explains it.
std::optional<SuspectTerm> alternative_term(const CommitRisk& risk, const ChangeContext& context);

// k(lag): 0 at -ramp, 1/2 at 0, 1 at +ramp, times exp(-lag/decay)/decay; per second.
double lag_density(double lag_seconds, double ramp_seconds, double decay_seconds);

}  // namespace inkling::correlate
