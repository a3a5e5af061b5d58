#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace inkling::config {

// Whether a text has more than one YAML document, or anything behind its first one. yaml-cpp 0.7's
// Load ignores what stands there ("{a: 1} b"), and its LoadAll never returns if a text begins with
// a comma. Throws YAML::Exception on what is no YAML: to be called where that is caught.
bool has_more_documents(const std::string& yaml);

// Where the first character stands that YAML does not allow (a control character, or bytes that are
// no UTF-8); yaml-cpp takes them and cannot read back what it writes of them. Source: YAML 1.2.2,
// production [1] c-printable.
std::optional<std::size_t> first_unprintable(std::string_view yaml);

}  // namespace inkling::config
