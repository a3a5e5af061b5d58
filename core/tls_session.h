#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

// Of OpenSSL, which stays out of this header.
struct ssl_st;

namespace inkling {

// The accepting side of one TLS connection, over a non-blocking socket. Never blocks: where it says
// kWantRead or kWantWrite the caller waits until the socket can do that, and calls again. Makes no
// SIGPIPE. Not thread-safe: one owner.
class TlsSession {
 public:
  enum class Io : std::uint8_t {
    kDone,
    kWantRead,
    kWantWrite,
    kClosed,  // the other side said that it is done
    kFailed,  // broken, or cut off: failure() says how
  };
  struct Progress {
    Io io = Io::kFailed;
    std::size_t size = 0;  // bytes, if kDone
  };

  // Takes over `session`, which reads and writes `socket`.
  TlsSession(ssl_st* session, int socket);
  ~TlsSession();
  TlsSession(const TlsSession&) = delete;
  TlsSession& operator=(const TlsSession&) = delete;

  Io handshake();
  Progress read(char* target, std::size_t size);
  // May take fewer than `size` bytes.
  Progress write(const char* bytes, std::size_t size);
  // Whether read() has something without the socket becoming readable.
  bool has_pending() const;
  // Says that nothing more comes from us, if the socket has room for it.
  void finish_sending();
  // For people; "" if nothing failed.
  const std::string& failure() const { return failure_; }

 private:
  Io outcome(int result);

  struct Delete {
    void operator()(ssl_st* session) const;
  };
  std::unique_ptr<ssl_st, Delete> session_;
  std::string failure_;
  bool broken_ = false;
};

}  // namespace inkling
