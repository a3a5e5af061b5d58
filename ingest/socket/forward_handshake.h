#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "ingest/options.h"

namespace inkling::ingest {

// The server's side of the forward protocol's handshake. Both sides show that they know the shared
// key without sending it; users show their password the same way. Not thread-safe: one a
// connection.
class ForwardHandshake {
 public:
  // `options` outlives this.
  explicit ForwardHandshake(const ForwardOptions& options);

  // HELO: what the server says first.
  std::string hello() const;

  struct Answer {
    bool granted = false;
    std::string pong;  // to be sent in both cases
  };
  // Reads a PING. Nothing if it is none.
  std::optional<Answer> answer(std::string_view ping) const;

 private:
  const ForwardOptions& options_;
  const std::string nonce_;
  const std::string auth_salt_;  // "" = no users
};

// {"ack": chunk}
std::string forward_ack(std::string_view chunk);

}  // namespace inkling::ingest
