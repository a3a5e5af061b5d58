#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "core/json.h"
#include "sinks/escalate/options.h"

namespace inkling::sinks {

// Tokens that a model counted. Those read from or written to its cache are not part of `input`.
struct Usage {
  std::uint64_t input = 0;
  std::uint64_t output = 0;
  std::uint64_t cache_read = 0;
  std::uint64_t cache_write = 0;

  std::uint64_t total() const { return input + output + cache_read + cache_write; }
  Usage& operator+=(const Usage& other);
  friend bool operator==(const Usage&, const Usage&) = default;
};

// The `usage` of a Converse reply.
Usage read_usage(const JsonValue& reply);

// On-demand prices of common models as of 2026-06, US regions; configuration comes before it.
const std::vector<ModelPrice>& known_prices();

// The price of a model: the longest entry that is its id or the end of it, of `prices` first, then
// of the known ones. Nothing if it has none: then money cannot be counted.
std::optional<ModelPrice> price_of(std::string_view model, const std::vector<ModelPrice>& prices);

// US dollars.
double cost_of(const Usage& usage, const ModelPrice& price);

}  // namespace inkling::sinks
