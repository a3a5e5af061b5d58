#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <utility>

#include "core/mutex.h"
#include "core/socket_server.h"

namespace inkling {

class SocketConnection;

// Private to the socket server: shared by the server, its sockets and the clients' handles, which
// may outlive it; so this owns nothing of Asio's but the connections, which the server takes away.
struct SocketServerState {
  SocketServerState(const SocketServerOptions& server_options, SocketHandlers server_handlers)
      : options(server_options), handlers(std::move(server_handlers)) {}

  const SocketServerOptions options;
  const SocketHandlers handlers;

  // Counts; relaxed, because nothing else is published through them.
  std::atomic<std::uint64_t> connections_open{0};
  std::atomic<std::uint64_t> connections_total{0};
  std::atomic<std::uint64_t> connections_refused{0};
  std::atomic<std::uint64_t> ended_idle{0};
  std::atomic<std::uint64_t> ended_slow{0};
  std::atomic<std::uint64_t> ended_large{0};
  std::atomic<std::uint64_t> ended_handshake{0};
  std::atomic<std::uint64_t> bytes_received{0};
  std::atomic<std::uint64_t> bytes_buffered{0};
  std::atomic<std::uint64_t> datagrams{0};
  std::atomic<std::uint64_t> datagrams_dropped{0};
  std::atomic<std::uint64_t> datagrams_cut{0};
  std::atomic<std::uint64_t> datagram_sockets_open{0};

  // Touched by the server's thread only, once it runs.
  bool draining = false;
  std::map<const SocketConnection*, std::shared_ptr<SocketConnection>> connections;

  Mutex mutex;
  // Handles reach connections only while it is set: the lock is held while they post.
  bool running INKLING_GUARDED_BY(mutex) = false;
};

inline void count(std::atomic<std::uint64_t>& counter, std::uint64_t amount = 1) {
  counter.fetch_add(amount, std::memory_order_relaxed);
}

}  // namespace inkling
