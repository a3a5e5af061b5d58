#include "ingest/socket/syslog_source.h"

#include <algorithm>
#include <string>
#include <utility>

#include "ingest/socket/frame_batch.h"
#include "ingest/wire/syslog_framing.h"

namespace inkling::ingest {
namespace {

using Next = StreamStep::Next;

// Clients that do not notice that we go are left when they were silent for so long.
constexpr Duration kQuiet = std::chrono::milliseconds(500);

class SyslogSession final : public StreamHandler {
 public:
  SyslogSession(const SyslogOptions& options, SocketIntake& intake,
                std::shared_ptr<StreamClient> client)
      // Room for the length in front; the server ends what is longer.
      : max_message_bytes_(options.sockets.max_message_bytes - 16),
        intake_(intake),
        client_(std::move(client)),
        batch_(options.sockets, intake, client_->name()) {}

  StreamStep take(std::string_view bytes, StreamState state) override {
    const std::size_t all = bytes.size();
    const bool at_end = state == StreamState::kEnded;
    const Duration now = intake_.clock().monotonic();
    // A client is told that we go; what it has sent until it notices is still taken.
    if (state == StreamState::kDraining && !std::exchange(said_goodbye_, true)) {
      client_->finish_sending();
      heard_ = now;
    }
    if (!bytes.empty()) heard_ = now;
    bool full = false;
    while (!bytes.empty() && !full) {
      if (batch_.is_full() && !batch_.flush(FrameBatch::When::kDue)) {
        full = true;
      } else if (!take_one(bytes, at_end)) {
        break;
      }
    }
    const auto when = state == StreamState::kOpen ? FrameBatch::When::kDue : FrameBatch::When::kNow;
    full = !batch_.flush(when) || full;
    StreamStep step{.used = all - bytes.size()};
    if (full) {
      step.next = Next::kPause;
      step.wake_in = FrameBatch::kRetry;
    } else if (at_end || (said_goodbye_ && now - heard_ >= kQuiet)) {
      step.next = Next::kClose;
    } else if (said_goodbye_) {
      step.wake_in = kQuiet;
    } else {
      step.wake_in = batch_.due_in();
    }
    return step;
  }

 private:
  // False if the front is not whole yet.
  bool take_one(std::string_view& bytes, bool at_end) {
    if (skip_bytes_ > 0) {
      const std::size_t skipped = std::min(skip_bytes_, bytes.size());
      skip_bytes_ -= skipped;
      bytes.remove_prefix(skipped);
      return true;
    }
    if (skip_line_) {
      const std::size_t end = bytes.find('\n');
      skip_line_ = end == std::string_view::npos;
      bytes.remove_prefix(std::min(end, bytes.size()));
      return true;
    }
    const SyslogPiece piece = next_syslog_message(bytes, max_message_bytes_, at_end);
    switch (piece.kind) {
      case SyslogPiece::Kind::kNeedMore:
        return false;
      case SyslogPiece::Kind::kNothing:
        break;
      case SyslogPiece::Kind::kMessage:
        add_message(piece.message);
        break;
      case SyslogPiece::Kind::kTooLong:
        intake_.count_refused(SocketRefusal::kTooLarge);
        skip_bytes_ = piece.missing;
        skip_line_ = piece.until_line_feed;
        break;
    }
    bytes.remove_prefix(piece.used);
    return true;
  }

  void add_message(std::string_view message) {
    if (message.empty()) return;
    scratch_.clear();
    append_syslog_message(scratch_, message);
    batch_.add(scratch_);
  }

  const std::size_t max_message_bytes_;
  SocketIntake& intake_;
  const std::shared_ptr<StreamClient> client_;
  FrameBatch batch_;
  std::string scratch_;
  std::size_t skip_bytes_ = 0;  // of a message that is too long
  bool skip_line_ = false;      // the same, up to the line end
  bool said_goodbye_ = false;
  Duration heard_{0};  // when the client last sent something; monotonic
};

// A datagram is a message.
class SyslogDatagrams final : public DatagramHandler {
 public:
  SyslogDatagrams(const SyslogOptions& options, SocketIntake& intake, std::string socket)
      : batch_(options.sockets, intake, std::move(socket)) {}

  StreamStep take(std::span<Datagram> datagrams, StreamState state) override {
    for (const Datagram& datagram : datagrams) {
      std::string_view message = datagram.bytes;
      while (!message.empty() && (message.back() == '\n' || message.back() == '\0')) {
        message.remove_suffix(1);
      }
      if (message.empty()) continue;
      scratch_.clear();
      append_syslog_message(scratch_, message);
      batch_.add(scratch_);
    }
    const bool is_open = state == StreamState::kOpen;
    if (!batch_.flush(is_open ? FrameBatch::When::kDue : FrameBatch::When::kNow)) {
      return {.next = Next::kPause, .wake_in = FrameBatch::kRetry};
    }
    if (!is_open) return {.next = Next::kClose};
    return {.wake_in = batch_.due_in()};
  }

 private:
  FrameBatch batch_;
  std::string scratch_;
};

}  // namespace

SocketHandlers make_syslog_handlers(const SyslogOptions& options, SocketIntake& intake) {
  return {.stream =
              [&options, &intake](std::shared_ptr<StreamClient> client) {
                return std::make_unique<SyslogSession>(options, intake, std::move(client));
              },
          .datagram =
              [&options, &intake](const SocketAddress& address) {
                return std::make_unique<SyslogDatagrams>(options, intake, to_string(address));
              }};
}

}  // namespace inkling::ingest
