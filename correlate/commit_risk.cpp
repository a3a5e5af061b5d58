#include "correlate/commit_risk.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <vector>

namespace inkling::correlate {
namespace {

// Guesses, in log-odds against an average code change; wide plateaus on constructed incidents.
constexpr double kInert = -3.5;        // comments and log lines only
constexpr double kNoMechanism = -2.7;  // values, checks, calls and waits are kept
constexpr double kNoDiff = -1.6;       // nothing known of the content
constexpr double kWeakest = 0.25;      // a mechanism of strength 0 is this likely to matter
constexpr double kFullFit = 2.5;       // the mechanism is what the symptoms describe
constexpr double kOverlapWeight = 1.5;

struct Match {
  double weight = 0;
  std::vector<std::string> words;  // heaviest first, at most 4
};

Match overlap(const std::set<std::string>& words, const SymptomText& symptoms,
              const ChangeLog& log) {
  std::vector<std::pair<double, std::string>> shared;
  for (const std::string& word : words) {
    const auto found = symptoms.words.find(word);
    if (found != symptoms.words.end()) {
      shared.emplace_back(-found->second * log.rarity(word), word);
    }
  }
  std::sort(shared.begin(), shared.end());
  Match match;
  for (const auto& [weight, word] : shared) {
    match.weight -= weight;
    if (match.words.size() < 4 && weight < 0) match.words.push_back(word);
  }
  return match;
}

Match fit_of(const DiffFinding& finding, const SymptomText& symptoms, const ChangeLog& log) {
  Match match;
  for (const std::string& word : finding.shows) {
    const auto found = symptoms.words.find(word);
    if (found == symptoms.words.end()) continue;
    match.weight += 0.6 * found->second;
    match.words.push_back(word);
  }
  // Every upgrade shows the same way; what tells two apart is the name of the package.
  if (finding.mechanism == Mechanism::kDependency) match.weight *= 0.2;
  const std::set<std::string> names(finding.names.begin(), finding.names.end());
  for (const std::string& name : names) {
    const auto found = symptoms.words.find(name);
    double weight = found == symptoms.words.end() ? 0 : found->second * log.rarity(name);
    // A renamed literal counts also when it is a word everybody uses ("name").
    if (finding.mechanism == Mechanism::kRenamedLiteral && symptoms.all.contains(name)) {
      weight = std::max(weight, 1.0);
    }
    if (weight <= 0) continue;
    match.weight += (finding.mechanism == Mechanism::kDependency ? 1.0 : 0.5) * weight;
    if (std::find(match.words.begin(), match.words.end(), name) == match.words.end()) {
      match.words.push_back(name);
    }
  }
  if (match.words.size() > 4) match.words.resize(4);
  return match;
}

std::string list(const std::vector<std::string>& words) {
  return fmt::format("{}", fmt::join(words, ", "));
}

}  // namespace

CommitRisk rate_commit(const ChangeProfile& profile, const SymptomText& symptoms,
                       const ChangeLog& log) {
  CommitRisk risk;
  const double path = profile.has_files ? std::log(path_risk(profile.riskiest)) : 0.0;
  risk.log_odds = path;
  risk.reason = profile.has_files ? fmt::format("touches {}", path_class_name(profile.riskiest))
                                  : std::string("files not known");

  if (!profile.has_diff) {
    risk.log_odds += kNoDiff;
    risk.reason += ", content not known";
  } else if (profile.inert) {
    risk.log_odds += kInert;
    risk.reason += ", changes only comments or log lines";
  } else if (profile.findings.empty()) {
    risk.log_odds += kNoMechanism;
    risk.reason += ", keeps values, checks, calls and waits as they were";
  } else {
    double best = -10;
    const DiffFinding* strongest = nullptr;
    Match fit;
    for (const DiffFinding& finding : profile.findings) {
      const Match match = fit_of(finding, symptoms, log);
      const double fitting = 1 - std::exp(-match.weight);
      // Without a fit a mechanism is a possibility; with one it is an explanation.
      const double value = std::log(kWeakest + (1 - kWeakest) * finding.strength) - 0.7 +
                           kFullFit * fitting * (0.3 + 0.7 * finding.strength);
      if (value <= best) continue;
      best = value;
      strongest = &finding;
      fit = match;
      risk.fit = fitting * finding.strength;
    }
    risk.log_odds += best;
    risk.reason += fmt::format("; {}: {}", mechanism_name(strongest->mechanism), strongest->detail);
    if (!fit.words.empty()) risk.reason += fmt::format(" (fits the symptoms: {})", list(fit.words));
  }

  const Match code = overlap(profile.words, symptoms, log);
  const Match title = overlap(profile.title_words, symptoms, log);
  const double shared = 1 - std::exp(-(code.weight + 0.5 * title.weight) / 2);
  risk.log_odds += kOverlapWeight * std::log(0.5 + 0.5 * shared);
  const Match& shown = code.words.empty() ? title : code;
  if (!shown.words.empty()) {
    risk.reason += fmt::format("; shares words with the symptoms: {}", list(shown.words));
  }
  return risk;
}

}  // namespace inkling::correlate
