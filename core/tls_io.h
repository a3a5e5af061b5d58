#pragma once

#include <boost/asio/buffer.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/post.hpp>
#include <cstddef>
#include <string_view>
#include <utility>

#include "core/tls_session.h"

namespace inkling {

// Private to the servers: drives a TlsSession over an Asio socket (non-blocking), whose executor is
// a strand. `then` is called like Asio's own handlers, never from within the call; it keeps the
// socket and the session alive. One read and one write at a time.

// What Asio would say.
inline boost::system::error_code tls_error(TlsSession::Io io) {
  return io == TlsSession::Io::kClosed
             ? boost::asio::error::make_error_code(boost::asio::error::eof)
             : boost::asio::error::make_error_code(boost::asio::error::connection_reset);
}

// Waits as `io` says, then calls again(error).
template <class Socket, class Again>
void tls_wait(Socket& socket, TlsSession::Io io, Again again) {
  const auto what = io == TlsSession::Io::kWantRead ? Socket::wait_read : Socket::wait_write;
  socket.async_wait(what, std::move(again));
}
inline bool must_wait(TlsSession::Io io) {
  return io == TlsSession::Io::kWantRead || io == TlsSession::Io::kWantWrite;
}

template <class Socket, class Then>
void tls_handshake(Socket& socket, TlsSession& session, Then then) {
  const TlsSession::Io io = session.handshake();
  if (must_wait(io)) {
    return tls_wait(socket, io,
                    [&socket, &session,
                     then = std::move(then)](const boost::system::error_code& error) mutable {
                      if (error) return then(error);
                      tls_handshake(socket, session, std::move(then));
                    });
  }
  const auto error = io == TlsSession::Io::kDone ? boost::system::error_code() : tls_error(io);
  boost::asio::post(socket.get_executor(),
                    [error, then = std::move(then)]() mutable { then(error); });
}

template <class Socket, class Then>
void tls_read_some(Socket& socket, TlsSession& session, boost::asio::mutable_buffer target,
                   Then then) {
  const auto progress = session.read(static_cast<char*>(target.data()), target.size());
  if (must_wait(progress.io)) {
    return tls_wait(socket, progress.io,
                    [&socket, &session, target,
                     then = std::move(then)](const boost::system::error_code& error) mutable {
                      if (error) return then(error, std::size_t{0});
                      tls_read_some(socket, session, target, std::move(then));
                    });
  }
  const auto error =
      progress.io == TlsSession::Io::kDone ? boost::system::error_code() : tls_error(progress.io);
  boost::asio::post(
      socket.get_executor(),
      [error, size = progress.size, then = std::move(then)]() mutable { then(error, size); });
}

// Writes all of it.
template <class Socket, class Then>
void tls_write(Socket& socket, TlsSession& session, std::string_view bytes, Then then) {
  TlsSession::Progress progress{TlsSession::Io::kDone, 0};
  while (!bytes.empty() && progress.io == TlsSession::Io::kDone) {
    progress = session.write(bytes.data(), bytes.size());
    bytes.remove_prefix(progress.size);
  }
  if (must_wait(progress.io)) {
    return tls_wait(socket, progress.io,
                    [&socket, &session, bytes,
                     then = std::move(then)](const boost::system::error_code& error) mutable {
                      if (error) return then(error);
                      tls_write(socket, session, bytes, std::move(then));
                    });
  }
  const auto error =
      progress.io == TlsSession::Io::kDone ? boost::system::error_code() : tls_error(progress.io);
  boost::asio::post(socket.get_executor(),
                    [error, then = std::move(then)]() mutable { then(error); });
}

// Calls then(error) once a read would give something.
template <class Socket, class Then>
void tls_wait_readable(Socket& socket, TlsSession& session, Then then) {
  if (!session.has_pending()) return socket.async_wait(Socket::wait_read, std::move(then));
  boost::asio::post(socket.get_executor(),
                    [then = std::move(then)]() mutable { then(boost::system::error_code()); });
}

}  // namespace inkling
