// Shows that in steady state nothing is allocated per record: reads a file of NDJSON, decodes and
// digests it in batches as the pipeline does, and counts calls of operator new in a second pass
// over the same batches, when all scratch has grown. What is left is scratch of RE2, for messages
// that a rule matches or that need a closer look for secrets.
//
// Usage: allocations FILE. Prints "records N allocations M"; exit 1 unless M is less than one in a
// hundred records.
#include <algorithm>
#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <new>
#include <string>
#include <string_view>
#include <vector>

#include "detect/digest_builder.h"
#include "ingest/decoder.h"

namespace {

std::atomic<std::uint64_t> allocations = 0;

void* allocate(std::size_t size, std::size_t alignment) {
  allocations.fetch_add(1, std::memory_order_relaxed);  // only summed
  const std::size_t rounded = (std::max<std::size_t>(size, 1) + alignment - 1) / alignment;
  void* const memory = std::aligned_alloc(alignment, rounded * alignment);
  if (memory == nullptr) std::abort();
  return memory;
}

}  // namespace

void* operator new(std::size_t size) { return allocate(size, alignof(std::max_align_t)); }
void* operator new(std::size_t size, std::align_val_t alignment) {
  return allocate(size, static_cast<std::size_t>(alignment));
}
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }
void operator delete(void* memory, std::align_val_t) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t, std::align_val_t) noexcept { std::free(memory); }

namespace {

using namespace inkling;

constexpr std::size_t kBatchBytes = 256u << 10;
constexpr std::size_t kMostBytes = 32u << 20;

std::vector<std::string_view> cut(std::string_view text) {
  std::vector<std::string_view> batches;
  while (!text.empty()) {
    const std::size_t newline = text.substr(0, kBatchBytes).rfind('\n');
    if (newline == std::string_view::npos) break;
    batches.push_back(text.substr(0, newline + 1));
    text.remove_prefix(newline + 1);
  }
  return batches;
}

detect::Screen make_screen() {
  detect::ScreenOptions options;
  options.rules = {
      {"refused", "(?i)connection (refused|reset by peer)", detect::ScreenAction::kTag, ""},
      {"panic", "^(panic|fatal error)", detect::ScreenAction::kTag, ""}};
  auto screen = detect::Screen::create(options);
  if (!screen) std::abort();
  return std::move(*screen);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) {
    std::fputs("usage: allocations FILE\n", stderr);
    return 2;
  }
  std::ifstream file(argv[1], std::ios::binary);
  std::string text(kMostBytes, '\0');
  file.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(file.gcount()));
  const std::vector<std::string_view> batches = cut(text);

  ingest::Decoder decoder{ingest::DecoderOptions{}};
  detect::DigestBuilder digests(make_screen(), {}, false);
  Batch batch;
  Digest digest;
  std::uint64_t records = 0;
  const auto pass = [&] {
    records = 0;
    for (const std::string_view bytes : batches) {
      batch.reset();
      digest.reset();
      batch.chunk.bytes.append(bytes);
      decoder.decode(batch);
      digests.build(batch, digest);
      records += batch.logs.size();
    }
  };
  pass();
  const std::uint64_t before = allocations.load();
  pass();
  const std::uint64_t made = allocations.load() - before;
  std::printf("records %llu allocations %llu\n", static_cast<unsigned long long>(records),
              static_cast<unsigned long long>(made));
  return records > 0 && made * 100 < records ? 0 : 1;
}
