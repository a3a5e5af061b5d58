#include "core/socket_open.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <system_error>
#include <utility>

namespace inkling {
namespace {

constexpr int kBacklog = 512;

std::string reason(int error) { return std::generic_category().message(error); }

sockaddr_un unix_address(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::memcpy(address.sun_path, path.data(), std::min(path.size(), sizeof address.sun_path - 1));
  return address;
}

// Removes the file of a socket that nobody listens on any more. An error if somebody does, or if it
// is another kind of file.
Result<void> remove_stale(const std::string& path, int type) {
  struct stat status{};
  if (::lstat(path.c_str(), &status) != 0) return {};
  if (!S_ISSOCK(status.st_mode)) {
    return fail(ErrorCode::kUnavailable, "a file that is no socket is in the way");
  }
  const int probe = ::socket(AF_UNIX, type | SOCK_CLOEXEC, 0);
  const sockaddr_un address = unix_address(path);
  const bool alive =
      ::connect(probe, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0 ||
      errno != ECONNREFUSED;
  ::close(probe);
  if (alive) return fail(ErrorCode::kUnavailable, "another program listens there");
  ::unlink(path.c_str());
  return {};
}

}  // namespace

Result<void> OpenSocket::bind_path() {
  const int type = address_.is_datagram() ? SOCK_DGRAM : SOCK_STREAM;
  INKLING_TRY(remove_stale(address_.path, type));
  const sockaddr_un address = unix_address(address_.path);
  if (::bind(fd_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    return fail(ErrorCode::kUnavailable, reason(errno));
  }
  struct stat status{};
  if (::chmod(address_.path.c_str(), 0660) != 0 || ::lstat(address_.path.c_str(), &status) != 0) {
    return fail(ErrorCode::kUnavailable, reason(errno));
  }
  device_ = status.st_dev;
  inode_ = status.st_ino;
  return {};
}

Result<void> OpenSocket::bind_ip() {
  const int on = 1;
  if (!address_.is_datagram()) ::setsockopt(fd_, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  sockaddr_storage storage{};
  socklen_t length = 0;
  if (family_ == AF_INET) {
    auto& in = reinterpret_cast<sockaddr_in&>(storage);
    in.sin_family = AF_INET;
    in.sin_port = htons(address_.port);
    ::inet_pton(AF_INET, address_.host.c_str(), &in.sin_addr);
    length = sizeof in;
  } else {
    auto& in = reinterpret_cast<sockaddr_in6&>(storage);
    in.sin6_family = AF_INET6;
    in.sin6_port = htons(address_.port);
    ::inet_pton(AF_INET6, address_.host.c_str(), &in.sin6_addr);
    length = sizeof in;
  }
  if (::bind(fd_, reinterpret_cast<const sockaddr*>(&storage), length) != 0 ||
      ::getsockname(fd_, reinterpret_cast<sockaddr*>(&storage), &length) != 0) {
    return fail(ErrorCode::kUnavailable, reason(errno));
  }
  address_.port = ntohs(family_ == AF_INET ? reinterpret_cast<sockaddr_in&>(storage).sin_port
                                           : reinterpret_cast<sockaddr_in6&>(storage).sin6_port);
  return {};
}

Result<OpenSocket> OpenSocket::open(const SocketAddress& address,
                                    std::size_t receive_buffer_bytes) {
  OpenSocket socket;
  socket.address_ = address;
  const bool is_v6 = address.host.find(':') != std::string::npos;
  socket.family_ = address.is_path() ? AF_UNIX : is_v6 ? AF_INET6 : AF_INET;
  const int type = address.is_datagram() ? SOCK_DGRAM : SOCK_STREAM;
  socket.fd_ = ::socket(socket.family_, type | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  const auto failed = [&](const std::string& why) {
    return fail(ErrorCode::kUnavailable,
                fmt::format("cannot listen on {}: {}", to_string(address), why));
  };
  if (socket.fd_ < 0) return failed(reason(errno));
  const Result<void> bound = address.is_path() ? socket.bind_path() : socket.bind_ip();
  if (!bound) return failed(bound.error().message);
  if (!address.is_datagram()) {
    if (::listen(socket.fd_, kBacklog) != 0) return failed(reason(errno));
    return socket;
  }
  if (receive_buffer_bytes > 0) {
    // The kernel gives what its own limit allows.
    const int size = static_cast<int>(std::min<std::size_t>(receive_buffer_bytes, 1u << 30));
    ::setsockopt(socket.fd_, SOL_SOCKET, SO_RCVBUF, &size, sizeof size);
  }
  const int on = 1;
  ::setsockopt(socket.fd_, SOL_SOCKET, SO_RXQ_OVFL, &on, sizeof on);
  return socket;
}

OpenSocket::~OpenSocket() {
  if (fd_ >= 0) ::close(fd_);
  struct stat status{};
  if (inode_ != 0 && ::lstat(address_.path.c_str(), &status) == 0 && status.st_dev == device_ &&
      status.st_ino == inode_) {
    ::unlink(address_.path.c_str());
  }
}

OpenSocket::OpenSocket(OpenSocket&& other) noexcept
    : fd_(std::exchange(other.fd_, -1)),
      family_(other.family_),
      address_(std::move(other.address_)),
      device_(std::exchange(other.device_, 0)),
      inode_(std::exchange(other.inode_, 0)) {}
OpenSocket& OpenSocket::operator=(OpenSocket&& other) noexcept {
  std::swap(fd_, other.fd_);
  std::swap(family_, other.family_);
  std::swap(address_, other.address_);
  std::swap(device_, other.device_);
  std::swap(inode_, other.inode_);
  return *this;
}

int OpenSocket::release() { return std::exchange(fd_, -1); }

}  // namespace inkling
