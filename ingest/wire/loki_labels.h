#pragma once

#include <string_view>

#include "core/arena.h"
#include "ingest/envelope_fields.h"

namespace inkling::ingest {

// Reads the labels of a stream as Loki writes them, {app="api", env="prod"}: names are bare, values
// are Go strings with their escapes, or in backquotes without any. Each label goes to `fields`.
// False if the text is none of that; what came before the break was read.
bool read_loki_labels(std::string_view selector, Arena& arena, EnvelopeFields& fields);

}  // namespace inkling::ingest
