#include "config/scalar.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>

#include "config/suggest.h"
#include "core/units.h"

namespace inkling::config {
namespace {

bool within(const Limits& limits, double value) {
  const bool above_min = limits.open_min ? value > limits.min : value >= limits.min;
  const bool below_max = limits.open_max ? value < limits.max : value <= limits.max;
  return above_min && below_max;  // refuses NaN as well
}

template <class Number>
std::optional<Number> parse_whole(std::string_view text) {
  Number value{};
  const char* const end = text.data() + text.size();
  const auto read = std::from_chars(text.data(), end, value);
  if (read.ec != std::errc() || read.ptr != end) return std::nullopt;
  return value;
}

// Puts the text into the field it is visited with; false if it does not fit.
struct Assign {
  const Option& option;
  std::string_view text;

  bool operator()(std::monostate) const { return false; }
  bool operator()(const ListTarget&) const { return false; }
  bool operator()(const MapTarget&) const { return false; }
  bool operator()(const std::vector<std::string>*) const { return false; }

  bool operator()(bool* field) const {
    if (text != "true" && text != "false") return false;
    *field = text == "true";
    return true;
  }
  template <class Integer>
    requires std::is_integral_v<Integer>
  bool operator()(Integer* field) const {
    const auto value =
        option.type == OptionType::kSize ? parse_size(text) : parse_whole<std::uint64_t>(text);
    if (!value || !within(option.limits, static_cast<double>(*value))) return false;
    *field = static_cast<Integer>(*value);
    return true;
  }
  bool operator()(double* field) const {
    const auto value =
        option.type == OptionType::kShare ? parse_share(text) : parse_whole<double>(text);
    if (!value || !std::isfinite(*value) || !within(option.limits, *value)) return false;
    *field = *value;
    return true;
  }
  bool operator()(std::string* field) const {
    *field = text;
    return true;
  }
  bool operator()(Duration* field) const {
    const auto value = parse_duration(text);
    if (!value || !within(option.limits, static_cast<double>(value->count()))) return false;
    *field = *value;
    return true;
  }
  bool operator()(const ChoiceTarget& field) const {
    const auto found = std::find(option.choices.begin(), option.choices.end(), text);
    if (found == option.choices.end()) return false;
    field.set(static_cast<std::size_t>(found - option.choices.begin()));
    return true;
  }
};

}  // namespace

std::optional<std::string> assign(const Option& option, std::string_view text) {
  if (std::visit(Assign{option, text}, option.target)) return std::nullopt;
  return fmt::format("expected {}", expected(option));
}

}  // namespace inkling::config
