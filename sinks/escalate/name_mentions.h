#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace inkling::sinks {

// A word of a sentence that names something.
struct NameMention {
  std::string text;   // as written, without a possessive
  std::string lower;  // in lower case
};

// The words that must be found in the evidence: known names (`vocabulary`, in lower case), what
// looks like an identifier (versions, hashes, paths, camelCase, snake_case), words that end in
// -service, -api and the like or stand before "service", capitalised words inside of a sentence,
// well-known products, and mechanisms that would have to be measured (memory, disk, DNS, ...).
std::vector<NameMention> find_names(std::string_view sentence,
                                    const std::vector<std::string>& vocabulary);

// Quotations: between double, typographic or back quotes, or single ones around words. Views.
std::vector<std::string_view> find_quotes(std::string_view sentence);

// The words that give away tool calls, markup, links, commands or talk about instructions; "" =
// none.
std::string find_foreign(std::string_view sentence);

// Whether `name` stands in `text` (both in lower case) as a word of its own.
bool holds_word(std::string_view text, std::string_view name);

std::string to_lower(std::string_view text);

}  // namespace inkling::sinks
