#pragma once

#include <benchmark/benchmark.h>
#include <simdjson.h>

#include <cstring>
#include <string>

#include "bench/ingest/decode_loop.h"

namespace inkling::ingest {

inline std::size_t walk_json(simdjson::ondemand::value value) {
  std::size_t values = 1;
  if (value.type() == simdjson::ondemand::json_type::object) {
    for (auto field : value.get_object()) values += walk_json(field.value().value());
  } else if (value.type() == simdjson::ondemand::json_type::array) {
    for (auto element : value.get_array()) values += walk_json(element.value());
  } else {
    benchmark::DoNotOptimize(value.raw_json_token());
  }
  return values;
}

// The limit of the JSON formats: every value's token, nothing done with it. `text` is one document,
// or a line each.
inline void bare_json(benchmark::State& state, const std::string& text, std::size_t records) {
  const simdjson::padded_string padded(text);
  simdjson::ondemand::parser parser;
  const auto run = [&] {
    std::size_t values = 0;
    const char* at = padded.data();
    const char* const end = at + padded.size();
    while (at < end) {
      const auto* found =
          static_cast<const char*>(std::memchr(at, '\n', static_cast<std::size_t>(end - at)));
      const char* const line_end = found != nullptr ? found : end;
      const auto size = static_cast<std::size_t>(line_end - at);
      simdjson::ondemand::document document =
          parser.iterate(simdjson::padded_string_view(at, size, size + simdjson::SIMDJSON_PADDING))
              .value();
      simdjson::ondemand::value root = document.get_value().value();
      values += walk_json(root);
      at = line_end + 1;
    }
    return values;
  };
  fail_unless(run() > records, "number of values");
  for (auto _ : state) benchmark::DoNotOptimize(run());
  report(state, text.size(), records);
}

}  // namespace inkling::ingest
