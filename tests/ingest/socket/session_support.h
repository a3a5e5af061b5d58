#pragma once

#include <gmock/gmock.h>

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/socket_server.h"
#include "ingest/socket/socket_intake.h"
#include "tests/ingest/http/endpoint_support.h"
#include "tests/support/manual_clock.h"

namespace inkling::ingest {

// Keeps what it is told.
class FakeClient final : public StreamClient {
 public:
  const std::string& name() const override { return name_; }
  void send(std::string bytes) override { sent += bytes; }
  void finish_sending() override { finished = true; }
  void resume() override { ++resumed; }

  std::string sent;
  bool finished = false;
  int resumed = 0;

 private:
  const std::string name_ = "192.0.2.1";
};

// A handler in front of a journal that commits on command, without sockets.
class SessionTest : public ::testing::Test {
 protected:
  using Next = StreamStep::Next;

  // Gives more bytes to the handler, as the server would.
  StreamStep give(std::string_view bytes, StreamState state = StreamState::kOpen) {
    received_ += bytes;
    const StreamStep step = handler_->take(received_, state);
    received_.erase(0, step.used);
    return step;
  }
  void commit(std::size_t i = 0) { journal_.pending.at(i)(Position{}); }
  void fail_commit(std::size_t i = 0) { journal_.pending.at(i)(fail(ErrorCode::kIo, "disk")); }
  std::vector<std::string> bodies() const {
    std::vector<std::string> all;
    for (const IncomingFrame& frame : journal_.frames) all.emplace_back(frame.bytes.view());
    return all;
  }
  double metric(const std::string& name, const std::string& protocol,
                const std::string& reason = "") {
    MetricsRegistry::Labels labels = {{"protocol", protocol}};
    if (!reason.empty()) labels["reason"] = reason;
    return metrics_.counter(name, "", labels).value();
  }

  CommittingJournal journal_;
  ManualClock clock_{Timestamp::from_seconds(1'700'000'000)};
  MetricsRegistry metrics_;
  std::shared_ptr<FakeClient> client_ = std::make_shared<FakeClient>();
  std::unique_ptr<StreamHandler> handler_;
  std::string received_;
};

}  // namespace inkling::ingest
