#include "ingest/wire/forward_message.h"

#include "core/json.h"
#include "ingest/wire/msgpack.h"
#include "ingest/wire/msgpack_json.h"

namespace inkling::ingest {
namespace {

// Clients write 24 bytes; what is longer could not be sent back in one piece.
constexpr std::size_t kMaxChunkBytes = 16 * 1024;

// Whether a record is part of a line that goes on in the next record, as Docker's fluentd driver
// says it: {"partial_message": "true", "partial_last": "false", ...}.
bool is_open_part(std::string_view record) {
  MsgpackReader reader(record);
  const MsgpackValue map = reader.read();
  bool is_part = false;
  bool is_last = false;
  const auto says_true = [](const MsgpackValue& value) {
    return value.type == MsgpackType::kBool ? value.boolean : value.bytes == "true";
  };
  for (std::uint32_t i = 0; map.type == MsgpackType::kMap && i < map.count; ++i) {
    MsgpackReader key_reader(reader.raw());
    MsgpackReader value_reader(reader.raw());
    const std::string_view key = key_reader.read().bytes;
    if (key == "partial_message") is_part = says_true(value_reader.read());
    if (key == "partial_last") is_last = says_true(value_reader.read());
  }
  return is_part && !is_last;
}

}  // namespace

ForwardMessage read_forward_message(std::string_view bytes) {
  MsgpackReader reader(bytes);
  const MsgpackValue head = reader.read();
  if (head.type == MsgpackType::kNil) return {.good = true, .heartbeat = true, .chunk = {}};
  if (head.type != MsgpackType::kArray || head.count < 2) return {};
  if (reader.read().type != MsgpackType::kString) return {};
  const MsgpackReader at_body = reader;
  const MsgpackType body = reader.read().type;
  reader = at_body;
  // Message mode has the time and the record where the others have the entries.
  const bool has_entries = body == MsgpackType::kArray || body == MsgpackType::kString;
  const std::uint32_t before_option = has_entries ? 2 : 3;
  ForwardMessage message{.good = true, .chunk = {}};
  for (std::uint32_t i = 1; i < before_option; ++i) {
    const std::string_view part = reader.raw();
    if (part.empty()) return {};
    if (!has_entries && i == 2) message.is_open_part = is_open_part(part);
  }
  if (head.count <= before_option) return message;
  const MsgpackValue option = reader.read();
  for (std::uint32_t i = 0; option.type == MsgpackType::kMap && i < option.count; ++i) {
    MsgpackReader key(reader.raw());
    MsgpackReader value(reader.raw());
    if (key.read().bytes == "chunk") message.chunk = value.read().bytes;
  }
  if (message.chunk.size() > kMaxChunkBytes) return {};
  return message;
}

ForwardMessage read_forward_json(std::string_view bytes) {
  const auto tree = parse_json(bytes);
  return tree ? read_forward_message(json_to_msgpack(*tree)) : ForwardMessage{};
}

}  // namespace inkling::ingest
