#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "app/template_scan.h"
#include "core/result.h"

namespace inkling::app {

// Sides of a comparison, each a version or a period "FROM..TO" (RFC 3339, either end may be left
// out). kInvalidArgument if a time is none.
Result<TemplateSide> parse_sides(const std::string& a, const std::string& b,
                                 const std::string& service);

// A template whose share of the records is not the same on both sides.
struct TemplateDifference {
  std::string_view kind;  // "new", "gone", "more", "less", seen from a to b
  const TemplateUse* use = nullptr;
  double surprise = 0;  // log-likelihood ratio against one share on both sides, nats
};

// Those beyond accident: surprise of at least 3 + ln(templates), strongest first; new and gone ones
// before the others. Into `scan`.
std::vector<TemplateDifference> compare_sides(const TemplateScan& scan);

}  // namespace inkling::app
