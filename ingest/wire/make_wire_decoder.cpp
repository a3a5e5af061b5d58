#include "ingest/wire_decoder.h"

namespace inkling::ingest {

std::unique_ptr<WireDecoder> make_wire_decoder(Format format, const WireContext& context) {
  static_cast<void>(context);
  switch (format) {
    default:
      return nullptr;
  }
}

}  // namespace inkling::ingest
