#pragma once

#include "core/result.h"
#include "core/socket_address.h"

namespace inkling {

// A bound socket, listening if it is a stream. Owns the descriptor and the file of a unix socket,
// which it removes if it is still the one it made. Not thread-safe: one owner.
class OpenSocket {
 public:
  // Non-blocking, close-on-exec. kUnavailable names the address and the reason.
  static Result<OpenSocket> open(const SocketAddress& address, std::size_t receive_buffer_bytes);
  ~OpenSocket();
  OpenSocket(OpenSocket&& other) noexcept;
  OpenSocket& operator=(OpenSocket&& other) noexcept;

  int fd() const { return fd_; }
  int family() const { return family_; }
  // As bound.
  const SocketAddress& address() const { return address_; }
  // Gives the descriptor away; the file stays ours.
  int release();

 private:
  OpenSocket() = default;
  Result<void> bind_path();
  Result<void> bind_ip();

  int fd_ = -1;
  int family_ = 0;
  SocketAddress address_;
  unsigned long long device_ = 0;  // of the file, 0 = none
  unsigned long long inode_ = 0;
};

}  // namespace inkling
