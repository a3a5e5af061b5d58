#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <utility>

namespace inkling {

// A blocking client on loopback that sends exactly the bytes it is told to. Reads give up after
// 10 s, so that a broken server fails a test instead of hanging it.
class TcpClient {
 public:
  explicit TcpClient(std::uint16_t port) : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
    const int no_delay = 1;  // a second send does not wait for the first one's acknowledgement
    ::setsockopt(socket_, IPPROTO_TCP, TCP_NODELAY, &no_delay, sizeof no_delay);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    connected_ =
        ::connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
  }
  ~TcpClient() { ::close(socket_); }
  TcpClient(const TcpClient&) = delete;
  TcpClient& operator=(const TcpClient&) = delete;

  int socket() const { return socket_; }
  bool connected() const { return connected_; }

  // False if the server has closed the connection.
  bool send(std::string_view bytes) {
    while (!bytes.empty()) {
      const ssize_t sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent <= 0) return false;
      bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
  }
  void finish_sending() { ::shutdown(socket_, SHUT_WR); }

  // One whole response: its head and as much body as Content-Length says. Less if the server closes
  // the connection before.
  std::string read_response() {
    while (received_.find("\r\n\r\n") == std::string::npos) {
      if (!receive()) return std::exchange(received_, {});
    }
    const std::size_t head = received_.find("\r\n\r\n") + 4;
    const std::size_t at = received_.find("Content-Length: ");
    const std::size_t length =
        at < head ? std::strtoull(received_.c_str() + at + 16, nullptr, 10) : 0;
    while (received_.size() < head + length) {
      if (!receive()) break;
    }
    std::string response = received_.substr(0, head + length);
    received_.erase(0, response.size());
    return response;
  }

  // Everything until the server closes the connection.
  std::string read_to_end() {
    while (receive()) {
    }
    return std::exchange(received_, {});
  }

 private:
  bool receive() {
    pollfd waiting{socket_, POLLIN, 0};
    if (::poll(&waiting, 1, 10'000) != 1) return false;
    char piece[16 * 1024];
    const ssize_t size = ::recv(socket_, piece, sizeof piece, 0);
    if (size <= 0) return false;
    received_.append(piece, static_cast<std::size_t>(size));
    return true;
  }

  int socket_;
  bool connected_ = false;
  std::string received_;
};

}  // namespace inkling
