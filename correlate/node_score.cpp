#include "correlate/node_score.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "core/json_writer.h"
#include "core/units.h"
#include "correlate/call_blame.h"

namespace inkling::correlate {
namespace {

// Guesses with a wide plateau; seconds.
constexpr double kFirstMoverSeconds = 180;
constexpr double kSlackSeconds = 90;  // of windows and clocks: nobody is later within it
constexpr double kSuppression = 0.8;
constexpr double kAlarmed = 1.5;
constexpr double kBlames = 0.6;
constexpr double kOutsider = 0.15;
constexpr double kPushed = 0.4;
constexpr double kShareOfFarthest = 0.33;
constexpr double kByTimeAlone = 5;   // a third is left after 3 min
constexpr double kNoBlame = 0.1;     // of the leading cause by what calls cost
constexpr double kUnreached = 0.05;  // the alarmed service does not call it, nor it that one
constexpr int kDeepest = 8;          // calls below the alarmed service
constexpr double kMoreDemand = 1.5;  // requests after over before

struct Place {
  double evidence = 0;
  double deviation = 0;  // the largest
  Timestamp first = Timestamp::none();
  const Signal* strongest = nullptr;
  const CallBlame* blame = nullptr;  // null: nothing is known of calls to it
  bool has_symptom = false;          // errors, latency or messages, not only resources
  bool is_pushed = false;            // its callers ask more of it than before
};

// Who moved first, as far as that can be known: a weak sign before all others may be none.
class FirstMover {
 public:
  // `farthest`: the largest deviation of all.
  FirstMover(const std::map<std::string, Place>& places, double farthest) {
    std::vector<std::pair<Timestamp, double>> signs;  // and how sure they are
    for (const auto& [service, place] : places) {
      // A small deviation long before the large ones is the wandering of any series.
      const bool counts = place.deviation >= kShareOfFarthest * farthest &&
                          (place.has_symptom || place.deviation >= farthest);
      if (place.first.is_set() && counts) signs.emplace_back(place.first, place.evidence);
    }
    std::sort(signs.begin(), signs.end());
    double left = 1;
    for (const auto& [time, evidence] : signs) {
      beliefs_.push_back({time, left * evidence});
      left *= 1 - evidence;
    }
    for (OnsetBelief& belief : beliefs_) belief.p /= 1 - left;
  }
  bool is_known() const { return !beliefs_.empty(); }
  // Behind the first one that is more likely than not among the first.
  double seconds_behind(Timestamp time) const {
    double sum = 0;
    for (const OnsetBelief& belief : beliefs_) {
      sum += belief.p;
      if (sum >= 0.5) return seconds_between(belief.time, time);
    }
    return 0;
  }
  double factor(Timestamp time) const {
    double sum = 0;
    for (const OnsetBelief& belief : beliefs_) {
      sum += belief.p *
             std::exp(-std::max(0.0, seconds_between(belief.time, time)) / kFirstMoverSeconds);
    }
    return sum;
  }

 private:
  static double seconds_between(Timestamp from, Timestamp to) {
    return static_cast<double>((to - from).count()) / 1e9;
  }
  std::vector<OnsetBelief> beliefs_;  // earliest first
};

bool is_word_char(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

bool has_word(std::string_view text, std::string_view word) {
  for (std::size_t at = text.find(word); at != std::string_view::npos;
       at = text.find(word, at + 1)) {
    const std::size_t end = at + word.size();
    const bool begins = at == 0 || (!is_word_char(text[at - 1]) && text[at - 1] != '-');
    const bool ends = end == text.size() || (!is_word_char(text[end]) && text[end] != '-');
    if (begins && ends) return true;
  }
  return false;
}

// The part before the first hyphen if it tells something: "olap-server" -> "" (too short),
// "payments-api" -> payments.
std::string_view family_of(std::string_view service) {
  constexpr std::size_t kShortest = 5;
  const std::size_t hyphen = service.find('-');
  if (hyphen == std::string_view::npos || hyphen < kShortest) return {};
  return service.substr(0, hyphen);
}

std::string describe(const Signal& signal) {
  if (std::isfinite(signal.share_before)) {
    return fmt::format("share of a message from {} % to {} %: {}",
                       format_number(100 * signal.share_before, 3),
                       format_number(100 * signal.share_after, 3), signal.text);
  }
  if (signal.is_message()) {
    return fmt::format("{} message, {} times: {}", signal.before > 0 ? "more frequent" : "new",
                       signal.count, signal.text);
  }
  if (!std::isfinite(signal.after)) return fmt::format("{} stopped", signal.series->name);
  return fmt::format("{} from {} to {} (deviation {})", signal.series->name,
                     format_number(signal.before, 4), format_number(signal.after, 4),
                     format_number(signal.deviation, 3));
}

// Called by somebody it does not call itself.
bool has_other_callers(const std::string& service, const Topology& topology) {
  const std::vector<std::string> callees = topology.callees(service);
  for (const std::string& caller : topology.callers(service)) {
    if (std::find(callees.begin(), callees.end(), caller) == callees.end()) return true;
  }
  return false;
}

// An alarm names a service with calls, and there is no way by calls between it and this one.
bool is_out_of_reach(const std::string& service, const NodeContext& context) {
  bool knows_any = false;
  for (const std::string& alarmed : context.alarmed) {
    if (!context.topology.knows(alarmed) || !context.excess->contains(alarmed)) continue;
    knows_any = true;
    if (context.topology.calls_down(alarmed, service, kDeepest) < Topology::kUnreachable ||
        context.topology.calls_down(service, alarmed, kDeepest) < Topology::kUnreachable) {
      return false;
    }
  }
  return knows_any && context.topology.knows(service);
}

std::string minutes(double seconds) {
  return fmt::format("{} min", format_number(seconds / 60, 2));
}

}  // namespace

std::vector<std::string> services_named(std::string_view text,
                                        const std::vector<std::string>& known,
                                        std::string_view self) {
  std::vector<std::string> named;
  for (const std::string& service : known) {
    if (service.size() < 3 || service == self) continue;
    // "orders-db" is also meant by "orders", unless that is our own family.
    const std::string_view family = family_of(service);
    const bool by_family = !family.empty() && family != family_of(self);
    if (has_word(text, service) || (by_family && has_word(text, family))) named.push_back(service);
  }
  return named;
}

std::vector<NodeScore> rate_nodes(const std::vector<Signal>& signals, const NodeContext& context) {
  std::map<std::string, Place> places;
  std::vector<std::string> names;
  for (const Signal& signal : signals) {
    if (signal.service.empty()) continue;
    Place& place = places[signal.service];
    // An alarm that names no service is tied to signals by time alone.
    const double near = context.alarmed.empty()
                            ? std::pow(nearness(signal.onset, context.noticed), kByTimeAlone)
                            : nearness(signal.onset, context.noticed);
    const double weight = near * signal.weight();
    // Noisy or with a cap: ten weak series are not a strong one.
    place.evidence = 1 - (1 - place.evidence) * (1 - 0.9 * weight);
    if (!signal.is_relief && role_weight(signal.role) >= 0.5) {
      place.deviation = std::max(place.deviation, near * signal.deviation);
    }
    if (!place.strongest || weight > place.strongest->weight()) place.strongest = &signal;
    if (role_weight(signal.role) >= 0.5 && (!place.first.is_set() || signal.onset < place.first)) {
      place.first = signal.onset;
    }
    place.is_pushed = place.is_pushed || (signal.role == SeriesRole::kDemand && signal.before > 0 &&
                                          signal.after >= kMoreDemand * signal.before &&
                                          has_other_callers(signal.service, context.topology));
    place.has_symptom = place.has_symptom || signal.is_message() ||
                        signal.role == SeriesRole::kErrors || signal.role == SeriesRole::kLatency;
  }
  const auto blames_of_calls = context.excess ? blame_calls(*context.excess, context.topology,
                                                            context.alarmed, context.symptoms)
                                              : std::map<std::string, CallBlame, std::less<>>();
  for (const auto& [service, blame] : blames_of_calls) {
    if (blame.evidence <= 0 && !places.contains(service)) continue;
    Place& place = places[service];
    place.evidence = 1 - (1 - place.evidence) * (1 - 0.9 * blame.sureness * blame.evidence);
    place.blame = &blame;
  }
  for (const auto& [service, place] : places) names.push_back(service);
  // Whom the messages of a service blame.
  std::map<std::string, std::set<std::string>> blames;
  for (const Signal& signal : signals) {
    // What is written less than before blames nobody.
    if (!signal.is_message() || signal.direction == Direction::kDown) continue;
    for (std::string& named : services_named(
             signal.exemplar.empty() ? signal.text : signal.exemplar, names, signal.service)) {
      blames[signal.service].insert(std::move(named));
    }
  }
  double farthest = 0;
  for (const auto& [service, place] : places) farthest = std::max(farthest, place.deviation);
  const FirstMover first_mover(places, farthest);

  std::vector<NodeScore> scores;
  for (const auto& [service, place] : places) {
    NodeScore node;
    node.service = service;
    node.evidence = place.evidence;
    node.first_sign = place.first;
    const auto factor = [&](const char* name, double value, std::string reason) {
      node.terms.push_back({name, std::log(std::max(value, 1e-3)), std::move(reason), {}});
      return value;
    };
    double score =
        factor("deviation", place.evidence,
               place.strongest ? describe(*place.strongest) : std::string("by its calls alone"));
    if (place.deviation > 0 && farthest > 0) {
      const double far = std::log1p(place.deviation) / std::log1p(farthest);
      score *= factor("magnitude", far,
                      fmt::format("deviation {} of {} at most", format_number(place.deviation, 3),
                                  format_number(farthest, 3)));
    }
    if (place.blame) {
      node.blame = place.blame->sureness * place.blame->evidence * place.blame->cause;
      node.blame_reason = place.blame->reason;
      score *= factor("own_excess",
                      1 - place.blame->sureness * (1 - kNoBlame) * (1 - place.blame->cause),
                      place.blame->reason);
    }
    if (place.first.is_set() && first_mover.is_known()) {
      const double late = first_mover.seconds_behind(place.first);
      score *= factor("first_mover", first_mover.factor(place.first),
                      late <= 0 ? std::string("moved first")
                                : fmt::format("moved {} after the first", minutes(late)));
    } else {
      score *= factor("first_mover", 0.3, "no sign of its own fault");
    }
    double best = 0;
    std::string best_name;
    const auto consider = [&](const std::string& callee) {
      const auto found = places.find(callee);
      if (found == places.end() || !found->second.first.is_set()) return;
      if (place.blame && found->second.blame) return;  // own excess has said it
      if (found->second.is_pushed) return;             // it suffers from what the caller sends
      const double later =
          place.first.is_set()
              ? static_cast<double>((found->second.first - place.first).count()) / 1e9
              : 0;
      if (later > kSlackSeconds || found->second.evidence <= best) return;
      best = found->second.evidence;
      best_name = callee;
    };
    for (const std::string& callee : context.topology.callees(service)) consider(callee);
    if (best > 0) {
      score *= factor("callee", 1 - kSuppression * best,
                      fmt::format("it calls {}, which moved no later", best_name));
    }
    if (place.is_pushed) {
      score *= factor("pushed", kPushed, "its callers send more requests than before");
    }
    if (const auto blamed = blames.find(service); blamed != blames.end()) {
      score *= factor("blames", kBlames,
                      fmt::format("its own messages name {}", *blamed->second.begin()));
    }
    if (context.alarmed.contains(service)) score *= factor("alarm", kAlarmed, "the alarm names it");
    node.is_outsider = !place.has_symptom && !context.topology.empty() &&
                       !context.topology.knows(service) && !place.blame &&
                       !context.alarmed.contains(service);
    if (place.blame && is_out_of_reach(service, context)) {
      score *= factor("reach", kUnreached, "the alarmed service does not call it");
    }
    if (node.is_outsider) {
      score *= factor("outsider", kOutsider, "serves no requests that are known of");
    }
    node.score = score;
    scores.push_back(std::move(node));
  }
  std::sort(scores.begin(), scores.end(), [](const NodeScore& a, const NodeScore& b) {
    if (a.score != b.score) return a.score > b.score;
    return a.service < b.service;
  });
  double total = 0.05;  // somewhere else
  for (const NodeScore& node : scores) total += node.score;
  for (NodeScore& node : scores) node.p = node.score / total;
  return scores;
}

}  // namespace inkling::correlate
