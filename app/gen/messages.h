#pragma once

#include <fmt/format.h>

#include <span>
#include <string_view>

#include "app/gen/random.h"
#include "app/gen/shop.h"
#include "core/level.h"

namespace inkling::gen {

// What a program says now and then. Texts are plain ASCII without quotes, backslashes and control
// characters, so that no layout has to escape them. Placeholders, filled at random: {n} 1..48,
// {ms} 1..900, {pct} 1..99, {order} {cust} {sku} {uuid} {hex} {ip} {amount} {email}.
struct MessageTemplate {
  Level level;
  double weight;           // relative, within the service
  std::string_view place;  // logger or source line, as the service's logger names it
  std::string_view text;
};

// message_texts.cpp: everything a service says beside its access lines while all is well: common
// and rare texts, warnings and errors at their base rate.
std::span<const MessageTemplate> background_messages(ServiceId service);
// One of them by weight.
const MessageTemplate& pick_background(ServiceId service, Random& random);
// What a new task says when it starts.
std::span<const MessageTemplate> startup_messages();

// Appends `text` with its placeholders filled.
void fill_placeholders(std::string_view text, Random& random, fmt::memory_buffer& out);
// `digits` lower-case hex digits, up to 16.
void append_hex(std::uint64_t bits, int digits, fmt::memory_buffer& out);

}  // namespace inkling::gen
