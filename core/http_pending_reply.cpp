#include "core/http_pending_reply.h"

#include <atomic>
#include <boost/asio/post.hpp>
#include <optional>
#include <utility>

#include "core/http_connection.h"
#include "core/http_server_state.h"

namespace inkling {
namespace {

namespace asio = boost::asio;

class PendingReply {
 public:
  PendingReply(std::shared_ptr<HttpServerState> state, std::weak_ptr<HttpConnection> connection)
      : state_(std::move(state)), connection_(std::move(connection)) {}
  ~PendingReply() { give(std::nullopt); }
  PendingReply(const PendingReply&) = delete;
  PendingReply& operator=(const PendingReply&) = delete;

  // Nothing: there is no answer.
  void give(std::optional<HttpResponse> response) {
    if (used_.exchange(true)) return;
    // The lock keeps the server from taking Asio down while we post to it.
    MutexLock lock(state_->mutex);
    if (!state_->running) return;
    auto connection = connection_.lock();
    if (!connection) return;
    const auto executor = connection->executor();
    asio::post(executor, [connection = std::move(connection),
                          response = std::move(response)]() mutable {
      response ? connection->respond(std::move(*response)) : connection->respond_without_answer();
    });
  }

 private:
  const std::shared_ptr<HttpServerState> state_;
  const std::weak_ptr<HttpConnection> connection_;
  std::atomic<bool> used_{false};
};

}  // namespace

HttpReply make_http_reply(std::shared_ptr<HttpServerState> state,
                          std::weak_ptr<HttpConnection> connection) {
  return [pending = std::make_shared<PendingReply>(std::move(state), std::move(connection))](
             HttpResponse response) { pending->give(std::move(response)); };
}

}  // namespace inkling
