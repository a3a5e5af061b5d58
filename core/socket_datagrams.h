#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <memory>
#include <vector>

#include "core/socket_open.h"
#include "core/socket_server_state.h"

namespace inkling {

// Private to the socket server. One datagram socket: reads many datagrams at a time and gives them
// to its handler. Everything runs on the server's thread.
class SocketDatagrams : public std::enable_shared_from_this<SocketDatagrams> {
 public:
  SocketDatagrams(OpenSocket socket, boost::asio::io_context& context,
                  std::shared_ptr<SocketServerState> state);

  void begin();
  void drain();
  const SocketAddress& address() const { return socket_.address(); }

 private:
  struct Buffers;

  void wait();
  // Reads what is there, up to a bound; false if there was nothing.
  bool read_some();
  void ask(std::span<Datagram> datagrams);
  void close();

  OpenSocket socket_;  // removes the file of a unix socket
  boost::asio::posix::stream_descriptor descriptor_;
  boost::asio::steady_timer wake_timer_;
  const std::shared_ptr<SocketServerState> state_;
  std::unique_ptr<DatagramHandler> handler_;
  std::shared_ptr<Buffers> buffers_;
  std::uint32_t dropped_ = 0;  // as the kernel counts
  bool paused_ = false;
  bool waiting_ = false;
  bool closed_ = false;
};

}  // namespace inkling
