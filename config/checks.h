#pragma once

#include <string>
#include <vector>

#include "config/config.h"

namespace inkling::config {

// A rule between options that is broken; `key` is the one to blame.
struct Violation {
  std::string key;
  std::string message;
  std::string detail;  // holds the value of a text; not to be shown if that may be a secret
};

// Checks what one option alone cannot tell: names that must be unique, limits that depend on one
// another, patterns that must compile.
std::vector<Violation> check(const Config& config);

}  // namespace inkling::config
