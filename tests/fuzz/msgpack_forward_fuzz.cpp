#include <string_view>

#include "ingest/wire/forward_message.h"
#include "ingest/wire/json_scanner.h"
#include "ingest/wire/msgpack.h"
#include "tests/fuzz/decode_any.h"

// The first byte chooses how the rest comes in: as messages, or as entries alone. What the receiver
// does with them before they are decoded is done as well, in two pieces.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace inkling;
  if (size == 0) return 0;
  const bool entries = data[0] % 2 == 1;
  ++data;
  --size;
  decode_any(entries ? Format::kMsgpackEvents : Format::kForward, data, size);
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  ingest::MsgpackScanner whole(1 << 16);
  ingest::MsgpackScanner pieces(1 << 16);
  const auto status = whole.scan(bytes);
  auto again = pieces.scan(bytes.substr(0, size / 2));
  if (again == ingest::MsgpackScanner::Status::kNeedMore) again = pieces.scan(bytes);
  INKLING_CHECK(status == again);
  if (status == ingest::MsgpackScanner::Status::kDone) {
    INKLING_CHECK(whole.size() == pieces.size() && whole.size() <= size);
    static_cast<void>(ingest::read_forward_message(bytes.substr(0, whole.size())));
  }
  ingest::JsonScanner json(1 << 16);
  if (json.scan(bytes) == ingest::JsonScanner::Status::kDone) {
    static_cast<void>(ingest::read_forward_json(bytes.substr(0, json.size())));
  }
  return 0;
}
