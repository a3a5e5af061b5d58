#pragma once

#include <string_view>

namespace inkling::detect {

// What the token scanner asks about single words and about what follows them. Pure; thread-safe.
// The lists are part of the definition of the skeleton id: a change changes stored ids.

// A unit of time, size, frequency or rate ("ms", "KB", "seconds", "MB/s"), or a mark that follows a
// clock time ("PM", "UTC"); a full stop after it does not matter.
bool is_unit(std::string_view word);

// "Jan", "January"; "Mon", "Monday". With a capital and then small letters.
bool is_month(std::string_view word);
bool is_weekday(std::string_view word);

// A term that has a digit and is no variable: "s3", "ipv6", "sha256", "oauth2", in any case.
bool is_digit_term(std::string_view word);

// Only a-z, digits, `-` and `.`: may be the name of a host.
bool is_lower_name(std::string_view word);

// The name of a host, package or setting: lower-case labels, and two dots ("db.eu.prod") or a
// well-known top-level domain at its end ("example.com").
bool is_dotted_name(std::string_view word);

// The functions below look at the text that starts at `text` and return the length of their match,
// 0 for none.

// A MAC or IPv6 address, the latter with an optional dotted quad at its end.
std::size_t match_colon_address(std::string_view text);
// The rest of a URL, path or request target: up to white space, a quote, a bracket, `,`, `;` or
// `|`; a `:`, `=` or `.` at its end is not part of it.
std::size_t match_target(std::string_view text);
// ":8080": a colon, one to five digits, no word character after them.
std::size_t match_port(std::string_view text);
// "12.5 KB", with optional spaces between number and unit.
std::size_t match_quantity(std::string_view text);

}  // namespace inkling::detect
