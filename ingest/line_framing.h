#pragma once

#include <string>
#include <string_view>

#include "core/frame.h"
#include "core/padded_buffer.h"

namespace inkling::ingest {

// How lines that come piece by piece become frames that can be read alone: in front of each frame
// of a CSV source stands the header line again.
struct LineFraming {
  Format format = Format::kAuto;
  std::string header;  // of a CSV source, with its line end; else empty

  // By the first line of the source that is not blank, or as it is said to be: `wanted`. JSON
  // objects, a header of metrics, else text. What grows is never a document, as a whole file may be
  // (ingest/format_detector.h). `begin`: the first bytes of the source.
  static LineFraming tell(Format wanted, std::string_view begin);

  // `first`: the lines are the first ones of the source, so they bring the header along.
  PaddedBuffer frame(std::string_view lines, bool first) const;
};

}  // namespace inkling::ingest
