#pragma once

#include <benchmark/benchmark.h>

#include <cstdio>
#include <cstdlib>
#include <string_view>
#include <utility>

#include "ingest/decoder.h"

namespace inkling::ingest {

// A benchmark that computes garbage fails.
inline void fail_unless(bool good, const char* what) {
  if (good) return;
  std::fprintf(stderr, "wrong result: %s\n", what);
  std::abort();
}

inline void report(benchmark::State& state, std::size_t bytes, std::size_t records) {
  state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations() * bytes));
  state.SetItemsProcessed(static_cast<std::int64_t>(state.iterations() * records));
}

// Decodes the same bytes again and again with one decoder, as a worker of the pipeline does. The
// first result is looked at by check(batch), and must have `records` lines and no broken one.
template <class Check>
void decode_again(benchmark::State& state, Format format, std::string_view bytes,
                  std::size_t records, Check&& check) {
  Batch batch;
  Decoder decoder{DecoderOptions{}};
  const auto run = [&] {
    PaddedBuffer kept = std::move(batch.chunk.bytes);
    batch.reset();
    batch.chunk.bytes = std::move(kept);
    batch.chunk.header.format = format;
    decoder.decode(batch);
  };
  batch.chunk.bytes = PaddedBuffer::copy_of(bytes);
  run();
  fail_unless(batch.broken.empty() && batch.lines == records, "number of records");
  check(std::as_const(batch));
  for (auto _ : state) {
    run();
    benchmark::DoNotOptimize(batch.logs.data());
    benchmark::DoNotOptimize(batch.points.data());
  }
  report(state, bytes.size(), records);
}

}  // namespace inkling::ingest
