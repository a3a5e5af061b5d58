#pragma once

#include <cstddef>
#include <cstdint>

#include "core/check.h"
#include "ingest/decoder.h"

namespace inkling {

// What holds for every decoder, whatever the bytes: no crash, and each line is counted once.
inline void decode_any(Format format, const std::uint8_t* data, std::size_t size) {
  static ingest::Decoder decoder{ingest::DecoderOptions{.max_line_bytes = 4096, .fields = {}}};
  static Batch batch;
  batch.reset();
  batch.chunk.header.format = format;
  batch.chunk.bytes = PaddedBuffer::copy_of({reinterpret_cast<const char*>(data), size});
  decoder.decode(batch);
  INKLING_CHECK(batch.lines + batch.extra_events ==
                batch.empty_lines + batch.header_lines + batch.joined_lines + batch.span_lines +
                    batch.broken.size() + batch.logs.size() + batch.points.size() +
                    batch.changes.size() + batch.alarms.size());
}

}  // namespace inkling
