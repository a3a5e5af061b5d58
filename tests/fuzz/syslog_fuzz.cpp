#include <string>
#include <string_view>

#include "ingest/wire/syslog_framing.h"
#include "tests/fuzz/decode_any.h"

// The decoder, and the cutting of a stream into messages, which must always come forward and read
// back what it writes.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace inkling;
  decode_any(Format::kSyslog, data, size);
  std::string_view bytes(reinterpret_cast<const char*>(data), size);
  while (!bytes.empty()) {
    const ingest::SyslogPiece piece = ingest::next_syslog_message(bytes, 1024, true);
    INKLING_CHECK(piece.used > 0 && piece.used <= bytes.size());
    if (piece.kind == ingest::SyslogPiece::Kind::kMessage && !piece.message.empty()) {
      std::string written;
      ingest::append_syslog_message(written, piece.message);
      INKLING_CHECK(ingest::next_syslog_message(written, 1024, false).message == piece.message);
    }
    bytes.remove_prefix(piece.used);
  }
  return 0;
}
