#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "app/gen/plan.h"
#include "app/gen/random.h"

namespace inkling::gen {

// Code of one commit, without its SHA and time.
struct CommitText {
  std::string_view author;
  std::string_view message;
  std::vector<std::string> files;
  std::string_view diff;
};

// Harmless work on a service, in turn.
const CommitText& innocent_commit(ServiceId service, std::size_t number);
// The change that breaks things in a scenario; the scenario must have one.
const CommitText& culprit_commit(std::string_view scenario);

Commit make_commit(const CommitText& text, Timestamp time, Random& random);

}  // namespace inkling::gen
