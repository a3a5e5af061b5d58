#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"
#include "core/socket_address.h"
#include "core/timestamp.h"
#include "core/tls_context.h"

namespace inkling {

// Bounds on what clients of raw sockets may do.
struct SocketServerOptions {
  std::string name = "socket";  // what it serves, in messages
  std::vector<SocketAddress> listen = {};
  TlsOptions tls = {};  // of the tls:// addresses
  std::size_t max_connections = 1000;
  // What a client may have sent that its handler could not use yet: more ends the connection.
  std::size_t max_message_bytes = 64u << 20;
  std::size_t max_buffered_bytes = 256u << 20;          // the same of all clients together
  Duration idle_timeout = std::chrono::hours(1);        // nothing was begun
  Duration message_timeout = std::chrono::seconds(60);  // from the first byte of a message
  Duration write_timeout = std::chrono::seconds(30);    // the client does not read our answers
  std::size_t receive_buffer_bytes = 4u << 20;  // of datagram sockets, in the kernel; 0 = its own
};

// Where the connection stands when its handler is asked.
enum class StreamState : std::uint8_t {
  kOpen,
  kDraining,  // the server ends: finish what is under way
  kEnded,     // the client has sent its last byte; it may still read
};

// What a handler did, and what it wants next.
struct StreamStep {
  enum class Next : std::uint8_t {
    kRead,   // more bytes
    kPause,  // nothing is read until StreamClient::resume() or `wake_in`
    kClose,  // the end, once what was sent is written
  };
  std::size_t used = 0;  // bytes taken from the front; they are not shown again
  Next next = Next::kRead;
  std::optional<Duration> wake_in = {};  // ask again after that long at the latest
};

// The other side of a connection. Thread-safe; may outlive the connection and the server, whose end
// makes its functions do nothing. Not called from within StreamHandler::take, which returns what it
// wants; only send() may be.
class StreamClient {
 public:
  virtual ~StreamClient() = default;
  // "192.0.2.1", or of a unix socket "unix:///path".
  virtual const std::string& name() const = 0;
  // Writes behind what was sent before.
  virtual void send(std::string bytes) = 0;
  // Tells the client that nothing more comes from us; it may still send.
  virtual void finish_sending() = 0;
  // Asks the handler again.
  virtual void resume() = 0;
};

// Reads one connection. All calls come one after the other; the handler must not block.
class StreamHandler {
 public:
  virtual ~StreamHandler() = default;
  // `bytes`: all that was received and not used. Asked when more came, after resume(), when
  // `wake_in` has passed, and when the state changes. In the states other than kOpen it is asked
  // until it says kClose.
  virtual StreamStep take(std::string_view bytes, StreamState state) = 0;
};

struct Datagram {
  std::string_view bytes;
  std::string sender;      // address of an IP socket, "" of a unix socket
  std::string reply = {};  // set by the handler: sent back, best effort
};

// Reads one datagram socket. All calls come one after the other; the handler must not block.
class DatagramHandler {
 public:
  virtual ~DatagramHandler() = default;
  // Asked like StreamHandler::take, maybe with no datagrams. All are taken: while it says kPause
  // the kernel keeps what it has room for. kClose is kRead, except while draining.
  virtual StreamStep take(std::span<Datagram> datagrams, StreamState state) = 0;
};

// Makes the handlers; called on the server's thread.
struct SocketHandlers {
  std::function<std::unique_ptr<StreamHandler>(std::shared_ptr<StreamClient>)> stream;
  std::function<std::unique_ptr<DatagramHandler>(const SocketAddress&)> datagram;
};

// Listens on TCP, TLS, unix and UDP sockets (Boost.Asio) and gives what comes to handlers; all of
// it on one thread of its own. A client that breaks a limit is disconnected and counted; one whose
// handler pauses is not read, so TCP holds it back. The file of a unix socket has mode 0660; one
// that nobody listens on is replaced at the start, and the file goes when the server stops.
// Life-cycle: create, start, drain, stop, by the owner; stats() and addresses() by any thread.
class SocketServer {
 public:
  struct Stats {
    std::uint64_t connections_open = 0;
    std::uint64_t connections_total = 0;
    std::uint64_t connections_refused = 0;  // beyond max_connections
    std::uint64_t ended_idle = 0;           // idle_timeout
    std::uint64_t ended_slow = 0;           // message_timeout, write_timeout
    std::uint64_t ended_large = 0;          // max_message_bytes
    std::uint64_t ended_handshake = 0;      // of TLS
    std::uint64_t bytes_received = 0;
    std::uint64_t bytes_buffered = 0;
    std::uint64_t datagrams = 0;
    std::uint64_t datagrams_dropped = 0;      // by the kernel, for want of room
    std::uint64_t datagrams_cut = 0;          // longer than 64 KiB
    std::uint64_t datagram_sockets_open = 0;  // not yet drained
  };

  // kInvalidArgument names the option that is wrong.
  static Result<std::unique_ptr<SocketServer>> create(const SocketServerOptions& options,
                                                      SocketHandlers handlers);
  virtual ~SocketServer() = default;

  // Binds all addresses and begins to read. kUnavailable names the one that cannot be had; then
  // none is.
  virtual Result<void> start() = 0;
  // As bound: with the port chosen where 0 was asked for.
  virtual std::vector<SocketAddress> addresses() const = 0;
  // Takes no new connections and tells the handlers. Does not wait: stats().connections_open and
  // datagram_sockets_open fall to 0.
  virtual void drain() = 0;
  // Ends all connections and joins the thread. Also called by the destructor.
  virtual void stop() = 0;
  virtual Stats stats() const = 0;
  // Of the tls:// addresses; zeroes without one.
  virtual TlsContext::Stats tls_stats() const = 0;
  // Looks at the certificate files now rather than with the next interval. By any thread.
  virtual void reload_tls() = 0;
};

}  // namespace inkling
