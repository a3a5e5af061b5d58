#include "ingest/socket/forward_source.h"

#include <deque>
#include <optional>
#include <utility>

#include "core/json_writer.h"
#include "ingest/journal_format.h"
#include "ingest/socket/forward_handshake.h"
#include "ingest/socket/frame_batch.h"
#include "ingest/wire/forward_message.h"
#include "ingest/wire/json_scanner.h"
#include "ingest/wire/msgpack.h"

namespace inkling::ingest {
namespace {

using Next = StreamStep::Next;

constexpr std::size_t kMaxPingBytes = 8 * 1024;  // from somebody we do not know yet

// Acknowledgements that wait for the journal, in the order of their messages. Shared with the
// journal's callbacks, which may come when the connection is gone.
struct Acks {
  struct Ack {
    std::string answer;
    std::optional<bool> durable;  // not known yet; false: the disk failed
  };
  Mutex mutex;
  std::deque<std::shared_ptr<Ack>> waiting INKLING_GUARDED_BY(mutex);
};

std::string json_ack(std::string_view chunk) {
  JsonWriter writer;
  writer.begin_object();
  writer.key("ack");
  writer.value(chunk);
  writer.end_object();
  return writer.take();
}

class ForwardSession final : public StreamHandler {
 public:
  ForwardSession(const ForwardOptions& options, SocketIntake& intake,
                 std::shared_ptr<StreamClient> client)
      : options_(options),
        intake_(intake),
        client_(std::move(client)),
        batch_(options.sockets, intake, client_->name()),
        msgpack_(options.sockets.max_message_bytes),
        json_(options.sockets.max_message_bytes) {
    if (options_.shared_key.empty()) return;
    handshake_.emplace(options_);
    handshake_until_ = intake_.clock().monotonic() + options_.handshake_timeout;
    client_->send(handshake_->hello());
  }

  StreamStep take(std::string_view bytes, StreamState state) override {
    const std::size_t before = bytes.size();
    StreamStep step = take_some(bytes, state);
    step.used = before - bytes.size();
    return step;
  }

 private:
  // Removes from `bytes` what was used.
  StreamStep take_some(std::string_view& bytes, StreamState state) {
    if (!send_acks()) return {.next = Next::kClose};
    if (handshake_) {
      if (const auto step = take_ping(bytes, state)) return *step;
    }
    // Draining, only what is on its way is finished: what was not acknowledged comes again.
    while (state != StreamState::kDraining && !bytes.empty()) {
      switch (take_message(bytes)) {
        case Took::kOne:
          continue;
        case Took::kNothing:
          break;
        case Took::kMustWait:
          return {.next = Next::kPause, .wake_in = FrameBatch::kRetry};
        case Took::kClose:
          return {.next = Next::kClose};
      }
      break;
    }
    const auto when = state == StreamState::kOpen ? FrameBatch::When::kDue : FrameBatch::When::kNow;
    if (!batch_.flush(when)) return {.next = Next::kPause, .wake_in = FrameBatch::kRetry};
    const std::size_t waiting = waiting_acks();
    if (state != StreamState::kOpen && waiting == 0) {
      if (state == StreamState::kEnded && !bytes.empty()) {
        intake_.count_refused(SocketRefusal::kCut);
      }
      return {.next = Next::kClose};
    }
    // The journal's answer asks us again.
    if (waiting >= options_.max_unacknowledged) return {.next = Next::kPause};
    return {.next = Next::kRead, .wake_in = batch_.due_in()};
  }

  // Nothing: the client may go on with messages.
  std::optional<StreamStep> take_ping(std::string_view& bytes, StreamState state) {
    const auto refuse = [this] {
      intake_.count_refused(SocketRefusal::kAccess);
      return StreamStep{.next = Next::kClose};
    };
    if (state != StreamState::kOpen) return StreamStep{.next = Next::kClose};
    MsgpackScanner scanner(kMaxPingBytes);
    const auto status = scanner.scan(bytes);
    const Duration left = handshake_until_ - intake_.clock().monotonic();
    if (status == MsgpackScanner::Status::kBad || left <= Duration(0)) return refuse();
    if (status == MsgpackScanner::Status::kNeedMore) return StreamStep{.wake_in = left};
    const auto answer = handshake_->answer(bytes.substr(0, scanner.size()));
    if (!answer) return refuse();
    bytes.remove_prefix(scanner.size());
    client_->send(answer->pong);
    if (!answer->granted) return refuse();
    handshake_.reset();
    return std::nullopt;
  }

  enum class Took : std::uint8_t { kOne, kNothing, kMustWait, kClose };

  Took take_message(std::string_view& bytes) {
    const char first = bytes[0];
    if (first == '\n' || first == '\r' || first == ' ' || first == '\t') {  // between JSON texts
      bytes.remove_prefix(1);
      return Took::kOne;
    }
    const bool is_json = first == '{' || first == '[';
    if (!last_ && !find_message(bytes, is_json)) return Took::kNothing;
    if (!last_->good) return refuse();
    const std::string_view message = bytes.substr(0, size_);
    const bool taken =
        last_->heartbeat || (last_->chunk.empty() ? collect(message) : submit(message, is_json));
    if (failed_) return Took::kClose;
    if (!taken) return Took::kMustWait;
    last_.reset();
    bytes.remove_prefix(size_);
    return Took::kOne;
  }

  // Fills last_ and size_ once the whole message is there.
  bool find_message(std::string_view bytes, bool is_json) {
    const auto read = [&](auto& scanner, auto status, auto parse) {
      using Status = decltype(status);
      if (status == Status::kNeedMore) return false;
      size_ = scanner.size();
      last_ = status == Status::kDone ? parse(bytes.substr(0, size_)) : ForwardMessage{};
      scanner.reset();
      return true;
    };
    if (is_json) return read(json_, json_.scan(bytes), read_forward_json);
    return read(msgpack_, msgpack_.scan(bytes), read_forward_message);
  }

  // Not this protocol: where the next message begins is not known.
  Took refuse() {
    intake_.count_refused(SocketRefusal::kMalformed);
    return Took::kClose;
  }

  bool collect(std::string_view message) {
    if (batch_.is_full() && !batch_.flush(FrameBatch::When::kDue)) return false;
    batch_.add(message, last_->is_open_part);
    return true;
  }

  bool submit(std::string_view message, bool is_json) {
    if (waiting_acks() >= options_.max_unacknowledged) return false;
    if (!batch_.flush(FrameBatch::When::kNow)) return false;  // what came before stays before
    const std::string& chunk = last_->chunk;
    auto ack = std::make_shared<Acks::Ack>();
    ack->answer = is_json ? json_ack(chunk) : forward_ack(chunk);
    push(ack);
    const auto outcome = intake_.submit(client_->name(), message,
                                        chunk.size() <= kMaxClientKeyBytes ? chunk : std::string(),
                                        [acks = acks_, ack, client = client_](SocketOutcome done) {
                                          {
                                            MutexLock lock(acks->mutex);
                                            ack->durable = done == SocketOutcome::kTaken;
                                          }
                                          client->resume();
                                        });
    if (outcome == SocketOutcome::kTaken) {
      held_back_ = false;
      return true;
    }
    {
      MutexLock lock(acks_->mutex);
      std::erase(acks_->waiting, ack);
    }
    if (outcome == SocketOutcome::kFailed) failed_ = true;  // the ack is withheld
    if (!std::exchange(held_back_, true)) intake_.count_wait();
    return false;
  }

  void push(std::shared_ptr<Acks::Ack> ack) {
    MutexLock lock(acks_->mutex);
    acks_->waiting.push_back(std::move(ack));
  }
  std::size_t waiting_acks() {
    MutexLock lock(acks_->mutex);
    return acks_->waiting.size();
  }

  // Sends what is durable, up to the first that is not. False if one never will be.
  bool send_acks() {
    MutexLock lock(acks_->mutex);
    while (!acks_->waiting.empty() && acks_->waiting.front()->durable) {
      if (!*acks_->waiting.front()->durable) return false;
      client_->send(acks_->waiting.front()->answer);
      acks_->waiting.pop_front();
    }
    return true;
  }

  const ForwardOptions& options_;
  SocketIntake& intake_;
  const std::shared_ptr<StreamClient> client_;
  const std::shared_ptr<Acks> acks_ = std::make_shared<Acks>();
  FrameBatch batch_;
  MsgpackScanner msgpack_;
  JsonScanner json_;
  std::optional<ForwardMessage> last_;  // the message at the front, read but not taken
  std::size_t size_ = 0;                // of it
  std::optional<ForwardHandshake> handshake_;
  Duration handshake_until_{0};
  bool held_back_ = false;
  bool failed_ = false;
};

// The heartbeat of old clients: a byte, answered with one.
class Heartbeats final : public DatagramHandler {
 public:
  StreamStep take(std::span<Datagram> datagrams, StreamState state) override {
    for (Datagram& datagram : datagrams) datagram.reply = std::string(1, '\0');
    return {.next = state == StreamState::kOpen ? Next::kRead : Next::kClose};
  }
};

}  // namespace

Result<SocketHandlers> make_forward_handlers(const ForwardOptions& options, SocketIntake& intake) {
  if (!options.users.empty() && options.shared_key.empty()) {
    return fail(ErrorCode::kInvalidArgument,
                "inputs.forward.shared_key is needed where there are users");
  }
  return SocketHandlers{
      .stream =
          [&options, &intake](std::shared_ptr<StreamClient> client) {
            return std::make_unique<ForwardSession>(options, intake, std::move(client));
          },
      .datagram = [](const SocketAddress&) { return std::make_unique<Heartbeats>(); }};
}

}  // namespace inkling::ingest
