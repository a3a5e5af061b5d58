#pragma once

#include <string>

#include "core/json.h"

namespace inkling::test {

// What is wrong with the body of a Converse request by the rules of the published service model
// (bedrock-runtime 2023-09-30); "" = nothing. Members that the model does not know are errors,
// which the real service lets pass in some places.
std::string converse_problem(const JsonValue& body);

}  // namespace inkling::test
