#include "core/tls_session.h"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <sys/socket.h>

#include <cerrno>
#include <cstdint>
#include <cstring>

namespace inkling {
namespace {

int socket_of(BIO* bio) {
  return static_cast<int>(reinterpret_cast<std::intptr_t>(BIO_get_data(bio)));
}

bool may_come_later(int error) { return error == EAGAIN || error == EWOULDBLOCK || error == EINTR; }

int send_bytes(BIO* bio, const char* bytes, int size) {
  const ssize_t sent = ::send(socket_of(bio), bytes, static_cast<std::size_t>(size), MSG_NOSIGNAL);
  BIO_clear_retry_flags(bio);
  if (sent < 0 && may_come_later(errno)) BIO_set_retry_write(bio);
  return static_cast<int>(sent);
}

int receive_bytes(BIO* bio, char* target, int size) {
  const ssize_t received = ::recv(socket_of(bio), target, static_cast<std::size_t>(size), 0);
  BIO_clear_retry_flags(bio);
  if (received < 0 && may_come_later(errno)) BIO_set_retry_read(bio);
  return static_cast<int>(received);
}

long control(BIO* /*bio*/, int command, long /*number*/, void* /*pointer*/) {
  return command == BIO_CTRL_FLUSH ? 1 : 0;
}

int set_up(BIO* bio) {
  BIO_set_init(bio, 1);
  return 1;
}

// Like OpenSSL's own for sockets, but with MSG_NOSIGNAL. Never freed.
BIO_METHOD* socket_method() {
  static BIO_METHOD* const method = [] {
    BIO_METHOD* made = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "socket");
    BIO_meth_set_write(made, send_bytes);
    BIO_meth_set_read(made, receive_bytes);
    BIO_meth_set_ctrl(made, control);
    BIO_meth_set_create(made, set_up);
    return made;
  }();
  return method;
}

std::string last_failure(int system_error) {
  const unsigned long code = ERR_peek_last_error();
  if (code != 0) {
    const char* reason = ERR_reason_error_string(code);
    return reason != nullptr ? reason : "TLS error";
  }
  return system_error != 0 ? std::strerror(system_error) : "the connection was cut off";
}

}  // namespace

void TlsSession::Delete::operator()(ssl_st* session) const { SSL_free(session); }

TlsSession::TlsSession(ssl_st* session, int socket) : session_(session) {
  BIO* bio = BIO_new(socket_method());
  if (bio == nullptr) {
    broken_ = true;
    failure_ = "no memory";
    return;
  }
  BIO_set_data(bio, reinterpret_cast<void*>(static_cast<std::intptr_t>(socket)));
  SSL_set_bio(session_.get(), bio, bio);
  SSL_set_accept_state(session_.get());
}

TlsSession::~TlsSession() = default;

// What a call that did not succeed means.
TlsSession::Io TlsSession::outcome(int result) {
  const int system_error = errno;
  switch (SSL_get_error(session_.get(), result)) {
    case SSL_ERROR_WANT_READ:
      return Io::kWantRead;
    case SSL_ERROR_WANT_WRITE:
      return Io::kWantWrite;
    case SSL_ERROR_ZERO_RETURN:
      return Io::kClosed;
    default:
      broken_ = true;  // nothing more may be asked of it
      failure_ = last_failure(system_error);
      return Io::kFailed;
  }
}

TlsSession::Io TlsSession::handshake() {
  if (broken_) return Io::kFailed;
  ERR_clear_error();
  errno = 0;
  const int result = SSL_do_handshake(session_.get());
  return result == 1 ? Io::kDone : outcome(result);
}

TlsSession::Progress TlsSession::read(char* target, std::size_t size) {
  if (broken_) return {};
  ERR_clear_error();
  errno = 0;
  // A record holds 16 KiB at most, so one call would give no more than that.
  std::size_t total = 0;
  while (total < size) {
    std::size_t got = 0;
    const int result = SSL_read_ex(session_.get(), target + total, size - total, &got);
    if (result != 1) {
      if (total > 0) break;
      return {outcome(result), 0};
    }
    total += got;
  }
  return {Io::kDone, total};
}

TlsSession::Progress TlsSession::write(const char* bytes, std::size_t size) {
  if (broken_) return {};
  ERR_clear_error();
  errno = 0;
  std::size_t taken = 0;
  const int result = SSL_write_ex(session_.get(), bytes, size, &taken);
  if (result != 1) return {outcome(result), 0};
  return {Io::kDone, taken};
}

bool TlsSession::has_pending() const { return SSL_has_pending(session_.get()) == 1; }

void TlsSession::finish_sending() {
  if (broken_ || SSL_is_init_finished(session_.get()) != 1) return;
  ERR_clear_error();
  SSL_shutdown(session_.get());
}

}  // namespace inkling
