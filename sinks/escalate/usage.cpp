#include "sinks/escalate/usage.h"

#include <algorithm>

namespace inkling::sinks {
namespace {

constexpr double kMillion = 1e6;

const ModelPrice* find_price(std::string_view model, const std::vector<ModelPrice>& prices) {
  const ModelPrice* best = nullptr;
  for (const ModelPrice& price : prices) {
    // Ids of inference profiles and ARNs end in the id of the model.
    if (!price.model.empty() && model.ends_with(price.model) &&
        (best == nullptr || price.model.size() > best->model.size())) {
      best = &price;
    }
  }
  return best;
}

std::uint64_t count(const JsonValue* usage, std::string_view name) {
  const JsonValue* member = usage ? usage->find(name) : nullptr;
  return member ? static_cast<std::uint64_t>(std::max<std::int64_t>(0, member->integer())) : 0;
}

}  // namespace

Usage& Usage::operator+=(const Usage& other) {
  input += other.input;
  output += other.output;
  cache_read += other.cache_read;
  cache_write += other.cache_write;
  return *this;
}

Usage read_usage(const JsonValue& reply) {
  const JsonValue* usage = reply.find("usage");
  return {.input = count(usage, "inputTokens"),
          .output = count(usage, "outputTokens"),
          .cache_read = count(usage, "cacheReadInputTokens"),
          .cache_write = count(usage, "cacheWriteInputTokens")};
}

const std::vector<ModelPrice>& known_prices() {
  static const std::vector<ModelPrice> kPrices = {
      {.model = "amazon.nova-micro-v1:0", .input = 0.035, .output = 0.14, .cache_read = 0.00875},
      {.model = "amazon.nova-lite-v1:0", .input = 0.06, .output = 0.24, .cache_read = 0.015},
      {.model = "amazon.nova-pro-v1:0", .input = 0.8, .output = 3.2, .cache_read = 0.2},
      {.model = "us.amazon.nova-2-lite-v1:0", .input = 0.33, .output = 2.75},
      {.model = "global.amazon.nova-2-lite-v1:0", .input = 0.3, .output = 2.5},
  };
  return kPrices;
}

std::optional<ModelPrice> price_of(std::string_view model, const std::vector<ModelPrice>& prices) {
  const ModelPrice* price = find_price(model, prices);
  if (price == nullptr) price = find_price(model, known_prices());
  if (price == nullptr) return std::nullopt;
  return *price;
}

double cost_of(const Usage& usage, const ModelPrice& price) {
  const auto part = [](std::uint64_t tokens, double per_million) {
    return static_cast<double>(tokens) * per_million / kMillion;
  };
  return part(usage.input, price.input) + part(usage.output, price.output) +
         part(usage.cache_read, price.cache_read) + part(usage.cache_write, price.cache_write);
}

}  // namespace inkling::sinks
