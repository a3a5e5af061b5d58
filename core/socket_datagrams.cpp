#include "core/socket_datagrams.h"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <exception>
#include <utility>

#include "core/log.h"

namespace inkling {
namespace {

constexpr std::size_t kDatagrams = 32;            // per system call
constexpr std::size_t kDatagramBytes = 1u << 16;  // a longer one is cut
constexpr int kReadsInARow = 16;                  // then others have their turn

std::string sender_of(const sockaddr_storage& from) {
  char text[INET6_ADDRSTRLEN] = {};
  if (from.ss_family == AF_INET) {
    ::inet_ntop(AF_INET, &reinterpret_cast<const sockaddr_in&>(from).sin_addr, text, sizeof text);
  } else if (from.ss_family == AF_INET6) {
    ::inet_ntop(AF_INET6, &reinterpret_cast<const sockaddr_in6&>(from).sin6_addr, text,
                sizeof text);
  }
  return text;
}

}  // namespace

struct SocketDatagrams::Buffers {
  std::vector<char> bytes = std::vector<char>(kDatagrams * kDatagramBytes);
  std::array<mmsghdr, kDatagrams> messages{};
  std::array<iovec, kDatagrams> parts{};
  std::array<sockaddr_storage, kDatagrams> senders{};
  std::array<std::array<char, CMSG_SPACE(sizeof(std::uint32_t))>, kDatagrams> controls{};
  std::vector<Datagram> datagrams;
};

SocketDatagrams::SocketDatagrams(OpenSocket socket, boost::asio::io_context& context,
                                 std::shared_ptr<SocketServerState> state)
    : socket_(std::move(socket)),
      descriptor_(context, socket_.release()),
      wake_timer_(context),
      state_(std::move(state)),
      buffers_(std::make_shared<Buffers>()) {
  count(state_->datagram_sockets_open);
}

void SocketDatagrams::begin() {
  handler_ = state_->handlers.datagram(socket_.address());
  if (!handler_) return close();
  wait();
}

void SocketDatagrams::wait() {
  if (waiting_ || paused_ || closed_) return;
  waiting_ = true;
  descriptor_.async_wait(boost::asio::posix::stream_descriptor::wait_read,
                         [self = shared_from_this()](const boost::system::error_code& error) {
                           self->waiting_ = false;
                           if (error || self->closed_) return;
                           for (int i = 0; i < kReadsInARow && !self->paused_ && self->read_some();
                                ++i) {
                           }
                           self->wait();
                         });
}

bool SocketDatagrams::read_some() {
  Buffers& b = *buffers_;
  for (std::size_t i = 0; i < kDatagrams; ++i) {
    b.parts[i] = {.iov_base = b.bytes.data() + i * kDatagramBytes, .iov_len = kDatagramBytes};
    msghdr& header = b.messages[i].msg_hdr;
    header = {};
    header.msg_name = &b.senders[i];
    header.msg_namelen = sizeof b.senders[i];
    header.msg_iov = &b.parts[i];
    header.msg_iovlen = 1;
    header.msg_control = b.controls[i].data();
    header.msg_controllen = b.controls[i].size();
    b.senders[i].ss_family = AF_UNSPEC;
  }
  const int got =
      ::recvmmsg(descriptor_.native_handle(), b.messages.data(), kDatagrams, MSG_DONTWAIT, nullptr);
  if (got <= 0) return false;
  b.datagrams.clear();
  for (std::size_t i = 0; i < static_cast<std::size_t>(got); ++i) {
    msghdr& header = b.messages[i].msg_hdr;
    for (cmsghdr* c = CMSG_FIRSTHDR(&header); c != nullptr; c = CMSG_NXTHDR(&header, c)) {
      if (c->cmsg_level != SOL_SOCKET || c->cmsg_type != SO_RXQ_OVFL) continue;
      std::uint32_t dropped = 0;
      std::memcpy(&dropped, CMSG_DATA(c), sizeof dropped);
      count(state_->datagrams_dropped, dropped - dropped_);  // a sum since the begin, 32 bits
      dropped_ = dropped;
    }
    if (header.msg_flags & MSG_TRUNC) count(state_->datagrams_cut);
    const std::size_t size = b.messages[i].msg_len;
    count(state_->bytes_received, size);
    b.datagrams.push_back(
        {.bytes = {b.bytes.data() + i * kDatagramBytes, size}, .sender = sender_of(b.senders[i])});
  }
  count(state_->datagrams, static_cast<std::uint64_t>(got));
  ask(b.datagrams);
  for (std::size_t i = 0; i < b.datagrams.size() && !closed_; ++i) {
    const std::string& reply = b.datagrams[i].reply;
    const msghdr& header = b.messages[i].msg_hdr;
    if (reply.empty() || header.msg_namelen == 0) continue;
    ::sendto(descriptor_.native_handle(), reply.data(), reply.size(), MSG_DONTWAIT | MSG_NOSIGNAL,
             reinterpret_cast<const sockaddr*>(&b.senders[i]), header.msg_namelen);
  }
  return true;
}

void SocketDatagrams::ask(std::span<Datagram> datagrams) {
  if (closed_) return;
  StreamStep step;
  try {
    step =
        handler_->take(datagrams, state_->draining ? StreamState::kDraining : StreamState::kOpen);
  } catch (const std::exception& error) {
    log_error(fmt::format("{}: a handler threw: {}", state_->options.name, error.what()));
    return close();
  }
  wake_timer_.cancel();
  if (step.next == StreamStep::Next::kClose && state_->draining) return close();
  paused_ = step.next == StreamStep::Next::kPause;
  if (!step.wake_in) return;
  wake_timer_.expires_after(*step.wake_in);
  wake_timer_.async_wait([self = shared_from_this()](const boost::system::error_code& stopped) {
    if (stopped || self->wake_timer_.expiry() > std::chrono::steady_clock::now()) return;
    self->ask({});
    self->wait();
  });
}

void SocketDatagrams::drain() {
  // What the kernel holds was sent before.
  for (int i = 0; i < kReadsInARow && !paused_ && !closed_ && read_some(); ++i) {
  }
  ask({});
}

void SocketDatagrams::close() {
  if (std::exchange(closed_, true)) return;
  wake_timer_.cancel();
  boost::system::error_code ignored;
  descriptor_.close(ignored);
  state_->datagram_sockets_open.fetch_sub(1, std::memory_order_relaxed);
}

}  // namespace inkling
