#pragma once

#include <optional>
#include <string_view>

#include "core/timestamp.h"
#include "ingest/options.h"

namespace inkling::ingest {

// Reads "+02:00", "-0530", "+02" or "Z", east of UTC positive, at most 18 hours. Nothing if it is
// none of these. Thread-safe.
std::optional<Duration> parse_utc_offset(std::string_view text);

// What DecoderOptions::utc_offset says. The configuration refuses what cannot be read; here it is
// UTC.
Duration utc_offset_of(const DecoderOptions& options);

// As parse_timestamp(), but a date and time without a zone, or a date alone, is of the zone
// `utc_offset` east of UTC. Numbers since the epoch are as they are. Thread-safe.
std::optional<Timestamp> parse_local_time(std::string_view text, Duration utc_offset);

}  // namespace inkling::ingest
