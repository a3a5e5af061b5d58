#pragma once

#include <string>
#include <vector>

#include "config/config.h"

namespace inkling::config {

// The configuration as JSON Schema (draft 2020-12), from the tables that parse it. Wherever a
// scalar may stand the schema allows text with ${...} as well.
std::string schema_json();

// A configuration as YAML, every key with its value.
std::string config_yaml(const Config& config);

// Declared limits as the part of a configuration that holds them, every key with its value.
std::string thresholds_yaml(const std::vector<detect::ThresholdRule>& rules);

// The defaults as YAML with a comment on each key. Loading it gives the defaults.
std::string default_yaml();

// All keys as a Markdown table per section.
std::string reference_markdown();

}  // namespace inkling::config
