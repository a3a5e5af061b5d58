#pragma once

#include <string>

namespace inkling::config {

// Whether a text has more than one YAML document, or anything behind its first one. yaml-cpp 0.7's
// Load ignores what stands there ("{a: 1} b"), and its LoadAll never returns if a text begins with
// a comma. Throws YAML::Exception on what is no YAML: to be called where that is caught.
bool has_more_documents(const std::string& yaml);

}  // namespace inkling::config
