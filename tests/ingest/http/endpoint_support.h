#pragma once

#include <gmock/gmock.h>

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "ingest/http/endpoints.h"
#include "tests/support/manual_clock.h"

namespace inkling::ingest {

// Remembers what it was given; commits when it is told to.
class CommittingJournal final : public Journal {
 public:
  Result<void> append(IncomingFrame frame, Committed committed) override {
    if (refusal) return fail(*refusal, "no");
    frames.push_back(std::move(frame));
    pending.push_back(std::move(committed));
    return {};
  }
  void close() override {}
  Result<bool> next(FrameChunk&) override { return false; }
  void note_times(Position, Timestamp, Timestamp) override {}
  Result<void> read_range(TimeRange, const std::function<bool(FrameChunk&&)>&) override {
    return {};
  }
  Result<std::string> read_record(Position) override {
    return fail(ErrorCode::kNotFound, "nothing is kept");
  }

  std::optional<ErrorCode> refusal;
  std::vector<IncomingFrame> frames;
  std::vector<Committed> pending;
};

// Keeps the routes, and calls them without sockets.
class FakeServer final : public HttpServer {
 public:
  void add_route(HttpRoute route) override { routes.push_back(std::move(route)); }
  Result<void> start() override { return {}; }
  std::uint16_t port() const override { return 0; }
  void drain() override {}
  void stop() override {}
  Stats stats() const override { return {}; }

  // The route of exactly that path, else the longest that ends in "/" and begins it; null: none.
  const HttpRoute* find(std::string_view method, std::string_view path) const {
    const HttpRoute* best = nullptr;
    for (const HttpRoute& route : routes) {
      if (route.method != method) continue;
      if (route.path == path) return &route;
      const bool is_prefix = route.path.ends_with('/') && path.starts_with(route.path);
      if (is_prefix && (best == nullptr || best->path.size() < route.path.size())) best = &route;
    }
    return best;
  }

  std::vector<HttpRoute> routes;
};

// What a request was answered; empty until then.
struct Answers {
  std::vector<HttpResponse> given;
};

// Endpoints in front of a journal that commits on command, without sockets.
class EndpointTest : public ::testing::Test {
 protected:
  // Registers `endpoints` (one of the register_... functions), with these keys.
  template <class Register>
  void open(Register endpoints, std::vector<std::string> keys = {}) {
    keys_ = AccessKeys(std::move(keys));
    endpoints(EndpointContext{server_, intake_, keys_, options_});
  }

  // Sends a request: guard first, then handler. The answers come into the list, maybe later.
  std::shared_ptr<Answers> send(HttpRequest request) {
    auto answers = std::make_shared<Answers>();
    const HttpRoute* const route = server_.find(request.method, request.path);
    if (route == nullptr) {
      answers->given.push_back({.status = 404});
      return answers;
    }
    if (route->guard) {
      if (auto refusal = route->guard(request)) {
        answers->given.push_back(std::move(*refusal));
        return answers;
      }
    }
    route->handler(std::move(request), [answers](HttpResponse response) {
      answers->given.push_back(std::move(response));
    });
    return answers;
  }

  static HttpRequest make_request(std::string method, std::string path, std::string_view body,
                                  std::map<std::string, std::string, std::less<>> headers = {}) {
    HttpRequest request;
    request.method = std::move(method);
    if (const std::size_t mark = path.find('?'); mark != std::string::npos) {
      request.query = path.substr(mark + 1);
      path.resize(mark);
    }
    request.path = std::move(path);
    request.client = "192.0.2.1";
    request.headers = std::move(headers);
    request.body = PaddedBuffer::copy_of(body);
    return request;
  }

  // Commits frame number `i`.
  void commit(std::size_t i = 0) { journal_.pending.at(i)(Position{}); }

  // The only answer's status, or 0 if there is not exactly one.
  static int status_of(const std::shared_ptr<Answers>& answers) {
    return answers->given.size() == 1 ? answers->given[0].status : 0;
  }
  static std::string body_of(const std::shared_ptr<Answers>& answers) {
    return answers->given.size() == 1 ? answers->given[0].body : "";
  }

  CommittingJournal journal_;
  ManualClock clock_{Timestamp::from_seconds(1'700'000'000)};
  MetricsRegistry metrics_;
  HttpIntake intake_{journal_, clock_, metrics_, 100};
  HttpSourceOptions options_;
  AccessKeys keys_;
  FakeServer server_;
};

}  // namespace inkling::ingest
