#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "config/config.h"
#include "config/substitute.h"
#include "core/result.h"

namespace inkling::config {

// One thing that is wrong with a configuration.
struct Problem {
  std::size_t line = 0;  // from 1; 0 = the file as a whole
  std::size_t column = 0;
  std::string key;      // "detect.band.threshold", "screen.rules[2].action"; "" = the file
  std::string message;  // what is wrong and what was expected

  // "inkling.yaml:3:5: detect.band.treshold: unknown key, did you mean "threshold"?"
  std::string to_string(std::string_view file) const;
};

// What became of a configuration: it is good if there are no problems, else the fields that were
// good are set and the others have their defaults.
struct Outcome {
  Config config;
  std::vector<Problem> problems;  // by place in the file, at most kMaxProblems
};
inline constexpr std::size_t kMaxProblems = 100;

// Larger configurations are refused.
inline constexpr std::size_t kMaxConfigBytes = 1u << 20;

// Reads a configuration written in YAML; empty text gives the defaults. Finds everything that is
// wrong with it, not only the first thing. Thread-safe.
Outcome parse(std::string_view yaml, const Environment& environment);

// The same, all problems in one message, a line each, with `name` as the name of the file.
// kInvalidConfig.
Result<Config> load_text(std::string_view yaml, std::string_view name,
                         const Environment& environment);

// The same from a file. kInvalidConfig, also if it cannot be read.
Result<Config> load_file(const std::string& path, const Environment& environment);

}  // namespace inkling::config
