#include "core/socket_address.h"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <sys/un.h>

#include <charconv>
#include <utility>

namespace inkling {
namespace {

struct Scheme {
  std::string_view name;
  SocketKind kind;
};
constexpr Scheme kSchemes[] = {{"tcp", SocketKind::kTcp},
                               {"tls", SocketKind::kTls},
                               {"unix", SocketKind::kUnix},
                               {"udp", SocketKind::kUdp},
                               {"unixgram", SocketKind::kUnixDatagram}};

bool is_ip(const std::string& text) {
  unsigned char bytes[16];
  return inet_pton(AF_INET, text.c_str(), bytes) == 1 ||
         inet_pton(AF_INET6, text.c_str(), bytes) == 1;
}

}  // namespace

Result<SocketAddress> parse_socket_address(std::string_view text) {
  const auto bad = [text](std::string_view expected) {
    return fail(ErrorCode::kInvalidArgument, fmt::format("expected {}: {}", expected, text));
  };
  constexpr std::string_view kShape =
      "an address such as tcp://127.0.0.1:24224, tls://:6514, udp://:8125, unix:///run/x.sock or "
      "unixgram:///run/x.sock";
  const std::size_t mark = text.find("://");
  if (mark == std::string_view::npos) return bad(kShape);
  SocketAddress address;
  bool known = false;
  for (const Scheme& scheme : kSchemes) {
    if (text.substr(0, mark) != scheme.name) continue;
    address.kind = scheme.kind;
    known = true;
  }
  if (!known) return bad(kShape);
  std::string_view rest = text.substr(mark + 3);
  if (address.is_path()) {
    // The path of a socket is short; the field holds a zero behind it.
    if (rest.empty() || rest[0] != '/') return bad("an absolute path behind unix://");
    if (rest.size() >= sizeof(sockaddr_un::sun_path)) return bad("a path of at most 107 bytes");
    address.path = rest;
    return address;
  }
  const std::size_t colon = rest.rfind(':');
  if (colon == std::string_view::npos) return bad(kShape);
  const std::string_view digits = rest.substr(colon + 1);
  const auto parsed = std::from_chars(digits.data(), digits.data() + digits.size(), address.port);
  if (digits.empty() || parsed.ec != std::errc() || parsed.ptr != digits.data() + digits.size()) {
    return bad("a port from 0 to 65535 behind the last colon");
  }
  rest = rest.substr(0, colon);
  if (rest.size() > 2 && rest.front() == '[' && rest.back() == ']') {
    rest = rest.substr(1, rest.size() - 2);
  }
  address.host = rest.empty() || rest == "localhost" ? "127.0.0.1" : std::string(rest);
  if (!is_ip(address.host)) return bad("an IP address in front of the port");
  return address;
}

std::string to_string(const SocketAddress& address) {
  std::string_view scheme;
  for (const Scheme& known : kSchemes) {
    if (known.kind == address.kind) scheme = known.name;
  }
  if (address.is_path()) return fmt::format("{}://{}", scheme, address.path);
  const bool is_v6 = address.host.find(':') != std::string::npos;
  return fmt::format("{}://{}{}{}:{}", scheme, is_v6 ? "[" : "", address.host, is_v6 ? "]" : "",
                     address.port);
}

}  // namespace inkling
