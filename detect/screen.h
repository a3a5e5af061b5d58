#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/arena.h"
#include "core/event.h"
#include "core/result.h"
#include "detect/options.h"

namespace inkling::detect {

// Applies the rules of the screen to messages: one pass of one RE2::Set finds which of all patterns
// match, and only a message that matches a redaction is rewritten. Not thread-safe: one per thread
// (a shared RE2::Set costs a third of the speed on two threads).
class Screen {
 public:
  // kInvalidConfig names the rule and what RE2 says of its pattern.
  static Result<Screen> create(const ScreenOptions& options);
  ~Screen();
  Screen(Screen&&) noexcept;
  Screen& operator=(Screen&&) noexcept;

  enum class Outcome : std::uint8_t { kKept, kRedacted, kDropped };

  // Screens one record: may drop it, rewrite its message (into `arena`) or its route.
  Outcome apply(LogRecord& record, Arena& arena);

  // Whether a rule matched the record screened last.
  bool matched() const;

  // `text` with everything masked that the redaction rules match. For fields copied out of a batch.
  std::string redact(std::string_view text);

  // Matches so far of each of options.rules, in their order.
  const std::vector<std::uint64_t>& matches() const;

 private:
  struct State;
  explicit Screen(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace inkling::detect
