#pragma once

#include <algorithm>
#include <cstdint>
#include <functional>
#include <limits>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "core/timestamp.h"

namespace inkling::config {

// How an option is written in YAML.
enum class OptionType : std::uint8_t {
  kSection,   // a map of options
  kBool,      // true, false
  kInteger,   // 12
  kNumber,    // 1.5
  kShare,     // 5%, 0.05
  kSize,      // 64MiB
  kDuration,  // 10s
  kText,
  kChoice,    // one of a few words
  kTextList,  // a list of texts
  kList,      // a list of maps
  kMap,       // free names, each with one of a few words
};

// What numbers are allowed; durations in nanoseconds, sizes in bytes.
struct Limits {
  double min = 0;
  double max = std::numeric_limits<double>::infinity();
  bool open_min = false;  // min itself is not allowed
  bool open_max = false;
};

struct Option;
using OptionList = std::vector<Option>;

// A field of an enumeration, by the place of its value in Option::choices.
struct ChoiceTarget {
  std::function<std::size_t()> get;
  std::function<void(std::size_t)> set;
};

struct ListTarget {
  std::function<OptionList()> append;                 // adds an element and gives its options
  std::function<std::vector<OptionList>()> elements;  // of those there are
  OptionList prototype;                               // of an element with its defaults
};

struct MapTarget {
  std::function<void(std::string, std::size_t)> add;
  std::function<std::vector<std::pair<std::string, std::size_t>>()> entries;
};

using Target = std::variant<std::monostate, bool*, std::uint16_t*, std::uint32_t*, std::uint64_t*,
                            double*, std::string*, Duration*, std::vector<std::string>*,
                            ChoiceTarget, ListTarget, MapTarget>;

// One key of the configuration: what it is called, how it is written, what it may be, which field
// it fills. Tables of these drive the parser, the default file, the JSON Schema and the reference.
// A table is bound to the object it was made for, which outlives it.
struct Option {
  std::string_view name;
  OptionType type = OptionType::kSection;
  std::string_view help;
  Target target;
  Limits limits;
  std::vector<std::string_view> choices;
  OptionList children;    // kSection
  bool required = false;  // in elements of lists
  bool secret = false;    // a list of texts: only references, and never shown
};

Option section(std::string_view name, std::string_view help, OptionList children);
Option boolean(std::string_view name, bool& field, std::string_view help);
Option number(std::string_view name, double& field, Limits limits, std::string_view help);
Option share(std::string_view name, double& field, Limits limits, std::string_view help);
Option duration(std::string_view name, Duration& field, Limits limits, std::string_view help);
Option text(std::string_view name, std::string& field, std::string_view help);
Option text_list(std::string_view name, std::vector<std::string>& field, std::string_view help);
Option required(Option option);
// Of a list of texts that nobody may see: each is a reference such as ${secret:file/run/key}.
Option secret(Option option);

template <class Integer>
Option integer(std::string_view name, Integer& field, Limits limits, std::string_view help) {
  limits.max = std::min(limits.max, static_cast<double>(std::numeric_limits<Integer>::max()));
  return {name, OptionType::kInteger, help, &field, limits, {}, {}};
}
template <class Integer>
Option size(std::string_view name, Integer& field, Limits limits, std::string_view help) {
  limits.max = std::min(limits.max, static_cast<double>(std::numeric_limits<Integer>::max()));
  return {name, OptionType::kSize, help, &field, limits, {}, {}};
}

// `words`: each value with the word that stands for it.
template <class Value>
using Words = std::vector<std::pair<std::string_view, Value>>;

template <class Value>
std::vector<std::string_view> names_of(const Words<Value>& words) {
  std::vector<std::string_view> names;
  for (const auto& [name, value] : words) names.push_back(name);
  return names;
}
template <class Value>
std::size_t index_of(const Words<Value>& words, const Value& value) {
  std::size_t i = 0;
  while (i + 1 < words.size() && !(words[i].second == value)) ++i;
  return i;
}

template <class Value>
Option choice(std::string_view name, Value& field, const Words<Value>& words,
              std::string_view help) {
  auto names = names_of(words);
  ChoiceTarget target{[&field, words] { return index_of(words, field); },
                      [&field, words](std::size_t i) { field = words[i].second; }};
  return {name, OptionType::kChoice, help, std::move(target), {}, std::move(names), {}};
}

// A list of maps; `describe` gives the options of one element.
template <class Element>
Option list(std::string_view name, std::vector<Element>& field, OptionList (*describe)(Element&),
            std::string_view help) {
  auto sample = std::make_shared<Element>();
  ListTarget target;
  target.elements = [&field, describe] {
    std::vector<OptionList> elements;
    for (Element& element : field) elements.push_back(describe(element));
    return elements;
  };
  target.prototype = describe(*sample);
  // The prototype points into the sample, which lives as long as this function does.
  target.append = [&field, describe, sample] { return describe(field.emplace_back()); };
  return {name, OptionType::kList, help, std::move(target), {}, {}, {}};
}

template <class Value>
Option map(std::string_view name, std::vector<std::pair<std::string, Value>>& field,
           const Words<Value>& words, std::string_view help) {
  auto names = names_of(words);
  MapTarget target;
  target.add = [&field, words](std::string key, std::size_t i) {
    field.emplace_back(std::move(key), words[i].second);
  };
  target.entries = [&field, words] {
    std::vector<std::pair<std::string, std::size_t>> entries;
    for (const auto& [key, value] : field) entries.emplace_back(key, index_of(words, value));
    return entries;
  };
  return {name, OptionType::kMap, help, std::move(target), {}, std::move(names), {}};
}

// Limits in the units of what they limit.
Limits at_least(double min);
Limits above(double min);
Limits between(double min, double max);
Limits strictly_between(double min, double max);
Limits at_least(Duration min);
Limits between(Duration min, Duration max);
Limits any_number();

// What may be written there: "a duration such as 10s, from 1ms to 1h".
std::string expected(const Option& option);
// The range alone: "from 1ms to 1h", "above 0"; "" if there is none.
std::string range_text(const Option& option);
// The value a field has, as it is written in YAML; of options that are one scalar.
std::string value_text(const Option& option);

}  // namespace inkling::config
