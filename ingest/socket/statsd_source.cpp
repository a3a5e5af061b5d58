#include "ingest/socket/statsd_source.h"

#include <utility>

#include "ingest/socket/frame_batch.h"

namespace inkling::ingest {
namespace {

using Next = StreamStep::Next;

class StatsdDatagrams final : public DatagramHandler {
 public:
  StatsdDatagrams(const StatsdOptions& options, SocketIntake& intake, std::string socket)
      : batch_(options.sockets, intake, std::move(socket)) {}

  StreamStep take(std::span<Datagram> datagrams, StreamState state) override {
    for (const Datagram& datagram : datagrams) {
      std::string_view lines = datagram.bytes;
      while (lines.ends_with('\n')) lines.remove_suffix(1);
      if (lines.empty()) continue;
      batch_.add(lines);
      batch_.add("\n");
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
};

}  // namespace

SocketHandlers make_statsd_handlers(const StatsdOptions& options, SocketIntake& intake) {
  return {.stream = {}, .datagram = [&options, &intake](const SocketAddress& address) {
            return std::make_unique<StatsdDatagrams>(options, intake, to_string(address));
          }};
}

}  // namespace inkling::ingest
