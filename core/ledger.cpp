#include "core/ledger.h"

#include <numeric>

namespace inkling {

std::uint64_t Ledger::broken_total() const {
  return std::accumulate(broken.begin(), broken.end(), std::uint64_t{0});
}

std::uint64_t Ledger::accounted() const {
  return empty + header + broken_total() + counted + other + joined + screened + late + duplicate +
         points + events;
}

void Ledger::write_json(JsonWriter& writer) const {
  writer.begin_object();
  writer.member("frames", frames).member("bytes", bytes).member("lines", lines);
  writer.member("extra", extra).member("empty", empty).member("header", header);
  writer.key("broken").begin_object();
  for (std::size_t i = 1; i < broken.size(); ++i) {
    if (broken[i] > 0) writer.member(parse_error_name(static_cast<ParseError>(i)), broken[i]);
  }
  writer.end_object();
  writer.member("counted", counted).member("other", other).member("joined", joined);
  writer.member("screened", screened).member("late", late).member("duplicate", duplicate);
  writer.member("points", points).member("events", events);
  writer.member("time_missing", time_missing).member("time_clamped", time_clamped);
  writer.member("balances", balances());
  writer.end_object();
}

}  // namespace inkling
