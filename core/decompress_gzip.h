#pragma once

#include <memory>

#include "core/decompress.h"

namespace inkling {

// gzip (RFC 1952), any number of members, by ISA-L: twice as fast as zlib. For make_inflater().
std::unique_ptr<Inflater> make_gzip_inflater();

}  // namespace inkling
