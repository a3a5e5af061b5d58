#include "sinks/escalate/budget.h"

#include <algorithm>

namespace inkling::sinks {
namespace {

constexpr std::int64_t kDayNs = 86'400'000'000'000;

bool exceeds(std::uint64_t spent, std::uint64_t more, std::uint64_t limit) {
  return limit > 0 && spent + more > limit;
}
bool exceeds(double spent, double more, double limit) { return limit > 0 && spent + more > limit; }

void settle_in(Budget::Amount& account, Budget::Amount granted, Budget::Amount spent) {
  // Granted the day before: what was taken from that day is gone with it.
  account.tokens -= std::min(account.tokens, granted.tokens);
  account.tokens += spent.tokens;
  account.dollars = std::max(0.0, account.dollars - granted.dollars) + spent.dollars;
}

}  // namespace

void Budget::turn_to(std::int64_t day) {
  if (day <= day_) return;  // a clock set back brings no new money
  day_ = day;
  day_spent_ = {};
  std::erase_if(incidents_, [day](const auto& entry) { return entry.second.day + 1 < day; });
}

std::string Budget::ask(const std::string& incident, Amount most, Timestamp now) {
  turn_to(now.ns / kDayNs);
  if (exceeds(day_spent_.tokens, most.tokens, options_.tokens_per_day)) return "day_tokens";
  if (exceeds(day_spent_.dollars, most.dollars, options_.dollars_per_day)) return "day_dollars";
  const auto at = incidents_.find(incident);
  if (at == incidents_.end() && incidents_.size() == kMaxIncidents) return "incidents";
  const Amount before = at == incidents_.end() ? Amount{} : at->second.amount;
  if (exceeds(before.tokens, most.tokens, options_.tokens_per_incident)) return "incident_tokens";
  if (exceeds(before.dollars, most.dollars, options_.dollars_per_incident)) {
    return "incident_dollars";
  }
  Spent& spent = incidents_[incident];
  spent.day = day_;
  spent.amount.tokens += most.tokens;
  spent.amount.dollars += most.dollars;
  day_spent_.tokens += most.tokens;
  day_spent_.dollars += most.dollars;
  return "";
}

void Budget::settle(const std::string& incident, Amount granted, Amount spent) {
  settle_in(day_spent_, granted, spent);
  if (const auto at = incidents_.find(incident); at != incidents_.end()) {
    settle_in(at->second.amount, granted, spent);
  }
}

}  // namespace inkling::sinks
