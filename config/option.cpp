#include "config/option.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cmath>

#include "core/json_writer.h"
#include "core/units.h"

namespace inkling::config {

Option section(std::string_view name, std::string_view help, OptionList children) {
  return {name, OptionType::kSection, help, {}, {}, {}, std::move(children)};
}
Option boolean(std::string_view name, bool& field, std::string_view help) {
  return {name, OptionType::kBool, help, &field, {}, {}, {}};
}
Option number(std::string_view name, double& field, Limits limits, std::string_view help) {
  return {name, OptionType::kNumber, help, &field, limits, {}, {}};
}
Option share(std::string_view name, double& field, Limits limits, std::string_view help) {
  return {name, OptionType::kShare, help, &field, limits, {}, {}};
}
Option duration(std::string_view name, Duration& field, Limits limits, std::string_view help) {
  return {name, OptionType::kDuration, help, &field, limits, {}, {}};
}
Option text(std::string_view name, std::string& field, std::string_view help) {
  return {name, OptionType::kText, help, &field, {}, {}, {}};
}
Option text_list(std::string_view name, std::vector<std::string>& field, std::string_view help) {
  return {name, OptionType::kTextList, help, &field, {}, {}, {}};
}
Option required(Option option) {
  option.required = true;
  return option;
}
Option secret(Option option) {
  option.secret = true;
  return option;
}

Limits at_least(double min) { return {.min = min}; }
Limits above(double min) { return {.min = min, .open_min = true}; }
Limits between(double min, double max) { return {.min = min, .max = max}; }
Limits strictly_between(double min, double max) {
  return {.min = min, .max = max, .open_min = true, .open_max = true};
}
Limits at_least(Duration min) { return {.min = static_cast<double>(min.count())}; }
Limits between(Duration min, Duration max) {
  return {.min = static_cast<double>(min.count()), .max = static_cast<double>(max.count())};
}
Limits any_number() { return {.min = -std::numeric_limits<double>::infinity()}; }

namespace {

std::string bound_text(const Option& option, double bound) {
  switch (option.type) {
    case OptionType::kDuration:
      return format_duration(Duration(static_cast<std::int64_t>(bound)));
    case OptionType::kSize:
      return format_size(static_cast<std::uint64_t>(bound));
    default:
      return format_number(bound, 12);
  }
}

// The largest value of a field's own type is no range worth telling.
bool has_max(const Option& option) {
  if (!std::isfinite(option.limits.max)) return false;
  if (option.type != OptionType::kInteger && option.type != OptionType::kSize) return true;
  return option.limits.max < 4294967295.0;
}

}  // namespace

std::string range_text(const Option& option) {
  const Limits& limits = option.limits;
  switch (option.type) {
    case OptionType::kInteger:
    case OptionType::kNumber:
    case OptionType::kShare:
    case OptionType::kSize:
    case OptionType::kDuration:
      break;
    default:
      return "";
  }
  const bool min = std::isfinite(limits.min) && (limits.min != 0 || limits.open_min);
  if (!has_max(option)) {
    if (!min) return "";
    return fmt::format("{} {}", limits.open_min ? "above" : "at least",
                       bound_text(option, limits.min));
  }
  const std::string high = bound_text(option, limits.max);
  if (limits.open_min && limits.open_max) {
    return fmt::format("between {} and {}", bound_text(option, limits.min), high);
  }
  if (limits.open_min) {
    return fmt::format("above {}, at most {}", bound_text(option, limits.min), high);
  }
  return fmt::format("from {} to {}", bound_text(option, limits.min), high);
}

std::string expected(const Option& option) {
  std::string what;
  switch (option.type) {
    case OptionType::kSection:
      return "a map of options";
    case OptionType::kBool:
      return "true or false";
    case OptionType::kInteger:
      what = "a whole number";
      break;
    case OptionType::kNumber:
      what = "a number";
      break;
    case OptionType::kShare:
      what = "a share such as 5% or 0.05";
      break;
    case OptionType::kSize:
      what = "a size such as 64MiB";
      break;
    case OptionType::kDuration:
      what = "a duration such as 10s";
      break;
    case OptionType::kText:
      return "text";
    case OptionType::kChoice:
      return fmt::format("one of {}", fmt::join(option.choices, ", "));
    case OptionType::kTextList:
      return "a list of texts";
    case OptionType::kList:
      return "a list of maps";
    case OptionType::kMap:
      return fmt::format("a map of names to one of {}", fmt::join(option.choices, ", "));
  }
  const std::string range = range_text(option);
  return range.empty() ? what : fmt::format("{}, {}", what, range);
}

namespace {

struct ValueText {
  const Option& option;

  std::string integer(std::uint64_t value) const {
    return option.type == OptionType::kSize ? format_size(value) : fmt::format("{}", value);
  }
  std::string operator()(std::monostate) const { return ""; }
  std::string operator()(const bool* field) const { return *field ? "true" : "false"; }
  std::string operator()(const std::uint16_t* field) const { return integer(*field); }
  std::string operator()(const std::uint32_t* field) const { return integer(*field); }
  std::string operator()(const std::uint64_t* field) const { return integer(*field); }
  std::string operator()(const double* field) const { return format_number(*field, 15); }
  // JSON strings are YAML strings.
  std::string operator()(const std::string* field) const { return json_quote(*field); }
  std::string operator()(const Duration* field) const { return format_duration(*field); }
  std::string operator()(const std::vector<std::string>* field) const {
    std::string text = "[";
    for (const std::string& item : *field) {
      if (text.size() > 1) text += ", ";
      text += json_quote(item);
    }
    return text + "]";
  }
  std::string operator()(const ChoiceTarget& field) const {
    return std::string(option.choices[field.get()]);
  }
  std::string operator()(const ListTarget&) const { return "[]"; }
  std::string operator()(const MapTarget&) const { return "{}"; }
};

}  // namespace

std::string value_text(const Option& option) {
  return std::visit(ValueText{option}, option.target);
}

}  // namespace inkling::config
