#pragma once

#include <memory>

#include "core/decompress.h"

namespace inkling {

// Snappy, the two formats that shippers send (make_inflater() makes these).
//
// kSnappyBlock: one block with its plain length in front. The input is the whole body, in one call,
// and `output_room` must hold all of it: a longer announced length is refused before anything is
// allocated.
//
// kSnappyFramed: chunks of at most 64 KiB of plain bytes with a CRC32C each; in pieces of any size.
// Source: format_description.txt and framing_format.txt of google/snappy.
std::unique_ptr<Inflater> make_snappy_inflater(Encoding encoding);

}  // namespace inkling
