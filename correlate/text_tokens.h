#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace inkling::correlate {

// The words of a text or identifier, lower case: split at everything that is neither letter nor
// digit and between camelCase humps ("GetObject" -> get, object), a plural s taken off. In order,
// with repetitions.
std::vector<std::string> split_words(std::string_view text);

// False for words every program and every report uses (error, request, the, func, ...) and for
// numbers: they tell nothing apart.
bool is_telling(std::string_view word);

// Words with a weight, e.g. what the symptoms of an incident talk about.
using WeightedWords = std::map<std::string, double, std::less<>>;

// Adds the telling words of `text`, each with at least `weight`.
WeightedWords with_words(WeightedWords words, std::string_view text, double weight);

}  // namespace inkling::correlate
