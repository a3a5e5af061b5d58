#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "core/result.h"

namespace inkling {

enum class SocketKind : std::uint8_t { kTcp, kTls, kUnix, kUdp, kUnixDatagram };

// Where a server listens.
struct SocketAddress {
  SocketKind kind = SocketKind::kTcp;
  std::string host;        // an IP address; of kTcp, kTls and kUdp
  std::uint16_t port = 0;  // 0 = any free port
  std::string path;        // of kUnix and kUnixDatagram

  bool is_datagram() const { return kind == SocketKind::kUdp || kind == SocketKind::kUnixDatagram; }
  bool is_path() const { return kind == SocketKind::kUnix || kind == SocketKind::kUnixDatagram; }
  friend bool operator==(const SocketAddress&, const SocketAddress&) = default;
};

// Reads "tcp://127.0.0.1:24224", "tls://[::1]:6514", "udp://:8125", "unix:///run/x.sock" or
// "unixgram:///run/x.sock". Without a host it is loopback, which never is by accident what
// everybody can reach. kInvalidArgument says what was expected.
Result<SocketAddress> parse_socket_address(std::string_view text);

// The text that reads as this address.
std::string to_string(const SocketAddress& address);

}  // namespace inkling
