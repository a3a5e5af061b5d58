#include "app/gen/messages.h"

#include <array>
#include <vector>

namespace inkling::gen {
namespace {

constexpr std::array<std::string_view, 12> kPeople = {
    "ana.silva", "ben.okafor", "chloe.martin", "dmitri.pavlov", "elif.kaya",  "farid.rahimi",
    "grace.lee", "hugo.lind",  "ines.costa",   "jonas.weber",   "keiko.mori", "liam.byrne"};

// Running sums of the weights, for picking.
std::vector<double> cumulate(std::span<const MessageTemplate> messages) {
  std::vector<double> sums;
  double sum = 0;
  for (const auto& message : messages) sums.push_back(sum += message.weight);
  return sums;
}

void fill(std::string_view name, Random& random, fmt::memory_buffer& out) {
  const auto put = std::back_inserter(out);
  if (name == "n") {
    fmt::format_to(put, "{}", 1 + random.below(48));
  } else if (name == "ms") {
    fmt::format_to(put, "{}", 1 + random.below(random.chance(0.1) ? 900 : 90));
  } else if (name == "pct") {
    fmt::format_to(put, "{}", 1 + random.below(99));
  } else if (name == "order") {
    fmt::format_to(put, "ord_{}", 10'000'000 + random.below(90'000'000));
  } else if (name == "cust") {
    fmt::format_to(put, "c{}", 100'000 + random.below(900'000));
  } else if (name == "sku") {
    fmt::format_to(put, "SKU-{}", 10'000 + random.below(4'000));
  } else if (name == "amount") {
    const std::uint32_t euros = 3 + random.below(400);
    fmt::format_to(put, "{}.{:02}", euros, random.below(100));
  } else if (name == "ip") {
    const std::uint32_t subnet = random.below(64);
    fmt::format_to(put, "10.0.{}.{}", subnet, 1 + random.below(254));
  } else if (name == "email") {
    fmt::format_to(put, "{}@example.com", kPeople[random.below(kPeople.size())]);
  } else if (name == "hex") {
    append_hex(random.next(), 12, out);
  } else if (name == "uuid") {
    const std::uint64_t high = random.next();
    append_hex(high >> 32, 8, out);
    fmt::format_to(put, "-{:04x}-4{:03x}-a{:03x}-", (high >> 16) & 0xFFFF, high & 0xFFF,
                   (high >> 4) & 0xFFF);
    append_hex(random.next(), 12, out);
  }
}

}  // namespace

const MessageTemplate& pick_background(ServiceId service, Random& random) {
  static const auto kSums = [] {
    std::array<std::vector<double>, kServiceCount> sums;
    for (const ServiceId s : kServices) sums[index_of(s)] = cumulate(background_messages(s));
    return sums;
  }();
  const auto& sums = kSums[index_of(service)];
  const double drawn = random.uniform() * sums.back();
  std::size_t index = 0;
  while (index + 1 < sums.size() && sums[index] <= drawn) ++index;
  return background_messages(service)[index];
}

void fill_placeholders(std::string_view text, Random& random, fmt::memory_buffer& out) {
  while (true) {
    const std::size_t open = text.find('{');
    if (open == std::string_view::npos) break;
    const std::size_t close = text.find('}', open);
    if (close == std::string_view::npos) break;
    out.append(text.substr(0, open));
    fill(text.substr(open + 1, close - open - 1), random, out);
    text.remove_prefix(close + 1);
  }
  out.append(text);
}

void append_hex(std::uint64_t bits, int digits, fmt::memory_buffer& out) {
  static constexpr std::string_view kDigits = "0123456789abcdef";
  for (int shift = (digits - 1) * 4; shift >= 0; shift -= 4) {
    out.push_back(kDigits[(bits >> shift) & 15]);
  }
}

}  // namespace inkling::gen
