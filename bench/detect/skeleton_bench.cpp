// The skeleton scan on generated messages of about 100 bytes, beside the limit: one look at each
// byte in a table and one hash of the same bytes.
#include <benchmark/benchmark.h>

#include <cstdint>
#include <cstdlib>
#include <functional>
#include <new>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "core/hash.h"
#include "detect/char_class.h"
#include "detect/options.h"
#include "detect/skeleton.h"
#include "detect/template_table.h"

namespace {

std::uint64_t g_allocations = 0;  // of the whole program, on its one thread

}  // namespace

[[gnu::noinline]] void* operator new(std::size_t size) {
  ++g_allocations;
  if (void* memory = std::malloc(size)) return memory;
  throw std::bad_alloc();
}
[[gnu::noinline]] void operator delete(void* memory) noexcept { std::free(memory); }
[[gnu::noinline]] void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }

namespace inkling::detect {
namespace {

constexpr std::size_t kMessages = 4096;  // about 400 KB: in the second-level cache
constexpr std::uint32_t kSeed = 1;

// A kind of message, and what must be left of it.
struct Kind {
  std::function<std::string(std::mt19937&)> make;
  std::string_view skeleton;
};

std::string number(std::mt19937& random, std::uint32_t below) {
  return std::to_string(random() % below);
}
std::string address(std::mt19937& random) {
  return number(random, 256) + "." + number(random, 256) + "." + number(random, 256) + "." +
         number(random, 256);
}

Kind words() {
  return {[](std::mt19937&) {
            return std::string(
                "the connection pool refused to hand out another connection because all of them "
                "are busy right now");
          },
          "the connection pool refused to hand out another connection because all of them are busy "
          "right now"};
}

Kind numbers() {
  return {[](std::mt19937& random) {
            return "order " + number(random, 1'000'000) + " of customer " +
                   number(random, 100'000) + " was charged " + number(random, 1000) + "." +
                   number(random, 100) + " and shipped in " + number(random, 9999) +
                   " ms by worker " + number(random, 64) + " at step " + number(random, 9);
          },
          "order <*> of customer <*> was charged <*> and shipped in <*> by worker <*> at step <*>"};
}

Kind key_values() {
  return {[](std::mt19937& random) {
            return "request done: method=GET, route=\"/cart/" + number(random, 10'000) +
                   "\", status=" + number(random, 600) + ", bytes=" + number(random, 100'000) +
                   ", cached=false, user=, duration_ms=" + number(random, 5000);
          },
          "request done : method = GET , route = \" <*> \" , status = <*> , bytes = <*> , cached = "
          "false , user = <*> , duration_ms = <*>"};
}

Kind addresses() {
  return {[](std::mt19937& random) {
            return "Failed to reach https://pay.example.com/v1/charges/" + number(random, 100'000) +
                   " from " + address(random) + ":" + number(random, 65'536) +
                   " via proxy.internal:3128 at 2024-03-01 10:11:" + number(random, 60);
          },
          "Failed to reach <*> from <*> via <*> at <*>"};
}

std::vector<std::string> make_messages(const std::vector<Kind>& kinds) {
  std::mt19937 random(kSeed);
  std::vector<std::string> messages;
  for (std::size_t i = 0; i < kMessages; ++i) {
    const auto& kind = kinds[random() % kinds.size()];
    messages.push_back(kind.make(random));
    if (skeleton_id(messages.back(), {}) != hash_skeleton(kind.skeleton)) return {};
  }
  return messages;
}

// Calls `work` on each message and counts messages and bytes.
template <class Work>
void run(benchmark::State& state, const std::vector<Kind>& kinds, Work work) {
  const auto messages = make_messages(kinds);
  if (messages.empty()) {
    state.SkipWithError("wrong skeleton");
    return;
  }
  std::size_t bytes = 0;
  for (const auto& message : messages) bytes += message.size();
  for (auto _ : state) {
    std::uint64_t sum = 0;
    for (const auto& message : messages) sum += work(message);
    benchmark::DoNotOptimize(sum);
  }
  const auto rounds = static_cast<std::int64_t>(state.iterations());
  state.SetBytesProcessed(rounds * static_cast<std::int64_t>(bytes));
  state.SetItemsProcessed(rounds * static_cast<std::int64_t>(messages.size()));
  state.counters["message_bytes"] =
      static_cast<double>(bytes) / static_cast<double>(messages.size());
}

void skeleton(benchmark::State& state, const std::vector<Kind>& kinds) {
  run(state, kinds, [](std::string_view message) { return skeleton_id(message, {}); });
}

void scan_and_hash(benchmark::State& state, const std::vector<Kind>& kinds) {
  run(state, kinds, [](std::string_view message) {
    unsigned flags = 0;
    for (const char c : message) flags |= char_class(c);
    return hash_bytes(message) + flags;
  });
}

// What a line of a known template costs in all: the scan and the look-up. Fails if it allocates.
void scan_and_look_up(benchmark::State& state, const std::vector<Kind>& kinds) {
  TemplateTable table{TemplateOptions{}};
  for (const auto& message : make_messages(kinds)) table.meet(skeleton_id(message, {}), message);
  std::uint64_t before = 0;
  std::uint64_t allocations = 0;
  run(state, kinds, [&](std::string_view message) {
    before = g_allocations;
    const auto lookup = table.find(skeleton_id(message, {}));
    allocations += g_allocations - before;
    return lookup.id.value;
  });
  if (allocations > 0) state.SkipWithError("a known skeleton allocated");
}

// The same when one line in a hundred is a skeleton never met.
void one_in_a_hundred_new(benchmark::State& state, const std::vector<Kind>& kinds) {
  constexpr std::size_t kNewOnes = 20'000;  // then the table begins anew
  std::vector<std::string> unknown;
  std::mt19937 random(kSeed + 1);
  for (std::size_t i = 0; i < kNewOnes; ++i) {
    std::string message = "event";
    for (int word = 0; word < 12; ++word) {
      message += ' ';
      for (int c = 0; c < 6; ++c) message += static_cast<char>('g' + random() % 20);
    }
    unknown.push_back(std::move(message));
  }
  TemplateTable table{TemplateOptions{}};
  std::size_t lines = 0;
  std::size_t next = 0;
  run(state, kinds, [&](std::string_view message) {
    if (++lines % 100 == 0) {
      if (next == unknown.size()) {
        next = 0;
        table = TemplateTable{TemplateOptions{}};
      }
      message = unknown[next++];
    }
    return table.meet(skeleton_id(message, {}), message).id.value;
  });
}

// What the merge pays for a skeleton it knows.
void meet_known(benchmark::State& state) {
  TemplateTable table{TemplateOptions{}};
  std::vector<std::uint64_t> known;
  std::mt19937 random(kSeed);
  for (std::size_t i = 0; i < 5000; ++i) {
    std::string message = "event";
    for (int word = 0; word < 6; ++word) {
      message += ' ';
      for (int c = 0; c < 6; ++c) message += static_cast<char>('g' + random() % 20);
    }
    known.push_back(skeleton_id(message, {}));
    table.meet(known.back(), message);
  }
  if (table.size() < 4000) {
    state.SkipWithError("too few templates");
    return;
  }
  for (auto _ : state) {
    for (const auto id : known) benchmark::DoNotOptimize(table.meet(id, {}));
  }
  state.SetItemsProcessed(static_cast<std::int64_t>(state.iterations()) *
                          static_cast<std::int64_t>(known.size()));
}

// What it pays for one it never met.
void meet_new(benchmark::State& state) {
  std::vector<std::string> messages;
  std::mt19937 random(kSeed);
  for (std::size_t i = 0; i < 5000; ++i) {
    std::string message = "event";
    for (int word = 0; word < 12; ++word) {
      message += ' ';
      for (int c = 0; c < 6; ++c) message += static_cast<char>('g' + random() % 20);
    }
    messages.push_back(std::move(message));
  }
  for (auto _ : state) {
    TemplateTable table{TemplateOptions{}};
    for (const auto& message : messages) table.meet(skeleton_id(message, {}), message);
    benchmark::DoNotOptimize(table.size());
  }
  state.SetItemsProcessed(static_cast<std::int64_t>(state.iterations()) *
                          static_cast<std::int64_t>(messages.size()));
}

BENCHMARK_CAPTURE(skeleton, words, std::vector<Kind>{words()});
BENCHMARK_CAPTURE(skeleton, numbers, std::vector<Kind>{numbers()});
BENCHMARK_CAPTURE(skeleton, key_values, std::vector<Kind>{key_values()});
BENCHMARK_CAPTURE(skeleton, addresses, std::vector<Kind>{addresses()});
BENCHMARK_CAPTURE(skeleton, mixed,
                  std::vector<Kind>{words(), numbers(), key_values(), addresses()});
BENCHMARK_CAPTURE(scan_and_hash, mixed,
                  std::vector<Kind>{words(), numbers(), key_values(), addresses()});
BENCHMARK_CAPTURE(scan_and_look_up, mixed,
                  std::vector<Kind>{words(), numbers(), key_values(), addresses()});
BENCHMARK_CAPTURE(one_in_a_hundred_new, mixed,
                  std::vector<Kind>{words(), numbers(), key_values(), addresses()});
BENCHMARK(meet_known);
BENCHMARK(meet_new);

}  // namespace
}  // namespace inkling::detect

BENCHMARK_MAIN();
