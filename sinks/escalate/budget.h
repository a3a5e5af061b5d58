#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>

#include "core/timestamp.h"
#include "sinks/escalate/options.h"

namespace inkling::sinks {

// What investigations may spend, per incident and per day (UTC), in tokens and in dollars. Asked
// before each call with what it may cost at most; what is granted counts as spent until it is
// settled. A limit of 0 is none. Incidents that spent nothing for two days are forgotten, and the
// table is bounded. Not thread-safe: one owner.
class Budget {
 public:
  static constexpr std::size_t kMaxIncidents = 100'000;

  struct Amount {
    std::uint64_t tokens = 0;
    double dollars = 0;
  };

  explicit Budget(const BudgetOptions& options) : options_(options) {}

  // Why it is refused: "incident_tokens", "incident_dollars", "day_tokens", "day_dollars"; "" =
  // granted.
  std::string ask(const std::string& incident, Amount most, Timestamp now);
  // Puts what was spent in place of what was granted.
  void settle(const std::string& incident, Amount granted, Amount spent);

  Amount spent_today() const { return day_spent_; }

 private:
  struct Spent {
    Amount amount;
    std::int64_t day = 0;
  };
  void turn_to(std::int64_t day);

  const BudgetOptions options_;
  std::int64_t day_ = 0;
  Amount day_spent_;
  std::map<std::string, Spent> incidents_;
};

}  // namespace inkling::sinks
