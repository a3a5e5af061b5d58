#pragma once

#include <string>
#include <string_view>

namespace inkling::ingest {

// What the receiver of a message of the forward protocol must know of it.
struct ForwardMessage {
  bool good = false;  // it is a message, or a heartbeat
  bool heartbeat = false;
  std::string chunk;  // to be acknowledged; "" = nobody waits for it
  // Message mode: part of a line (Docker's partial_message), and not the last one.
  bool is_open_part = false;
};

// `bytes` is one whole MessagePack value.
ForwardMessage read_forward_message(std::string_view bytes);
// The same of one JSON text.
ForwardMessage read_forward_json(std::string_view bytes);

}  // namespace inkling::ingest
