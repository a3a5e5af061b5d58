#pragma once

#include <boost/asio/buffer.hpp>
#include <boost/asio/generic/stream_protocol.hpp>
#include <functional>
#include <memory>

#include "core/tls_session.h"

namespace inkling {

// Private to the socket server: the bytes of one connection, plain or in TLS. One read and one
// write at a time.
class SocketStream {
 public:
  using IoError = boost::system::error_code;
  using Socket = boost::asio::generic::stream_protocol::socket;
  using Done = std::function<void(const IoError&, std::size_t)>;

  virtual ~SocketStream() = default;
  virtual Socket& socket() = 0;
  virtual void handshake(std::function<void(const IoError&)> done) = 0;
  // Calls back when there is something to read, without a buffer; at once where that cannot be
  // known.
  virtual void wait_readable(std::function<void(const IoError&)> done) = 0;
  virtual void read_some(boost::asio::mutable_buffer target, Done done) = 0;
  virtual void write(boost::asio::const_buffer bytes, Done done) = 0;
  virtual void finish_sending() = 0;
};

std::unique_ptr<SocketStream> make_plain_stream(SocketStream::Socket socket);
std::unique_ptr<SocketStream> make_tls_stream(SocketStream::Socket socket,
                                              std::unique_ptr<TlsSession> session);

}  // namespace inkling
