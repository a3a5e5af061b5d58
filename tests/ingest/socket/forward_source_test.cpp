#include "ingest/socket/forward_source.h"

#include <gmock/gmock.h>

#include "core/secrets.h"
#include "ingest/wire/msgpack_json.h"
#include "tests/ingest/socket/session_support.h"
#include "tests/ingest/wire/msgpack_builder.h"

namespace inkling::ingest {
namespace {

using namespace pack;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

std::string message(std::string_view line, std::string_view chunk = "") {
  const std::string entries = array({array({integer(1'700'000'000), map({{"log", text(line)}})})});
  if (chunk.empty()) return array({text("app"), entries});
  return array({text("app"), entries, map({{"chunk", text(chunk)}})});
}
std::string ack(std::string_view chunk) { return map({{"ack", text(chunk)}}); }

class ForwardSourceTest : public SessionTest {
 protected:
  ForwardSourceTest() { open({}); }
  void open(ForwardOptions options) {
    client_->sent.clear();
    options_ = std::move(options);
    auto handlers = make_forward_handlers(options_, intake_);
    ASSERT_TRUE(handlers);
    handler_ = handlers->stream(client_);
  }

  ForwardOptions options_;
  SocketIntake intake_{"forward", Format::kForward, journal_, clock_, metrics_, 100};
};

TEST_F(ForwardSourceTest, AcknowledgesAfterTheCommitOnly) {
  give(message("a", "chunk-1"));
  EXPECT_THAT(bodies(), ElementsAre(message("a", "chunk-1")));
  EXPECT_EQ(journal_.frames[0].client_key, "chunk-1");
  EXPECT_EQ(journal_.frames[0].format, Format::kForward);
  EXPECT_EQ(journal_.frames[0].origin_name, "forward 192.0.2.1");
  EXPECT_EQ(client_->sent, "");
  commit();
  EXPECT_EQ(client_->resumed, 1);
  give("");
  EXPECT_EQ(client_->sent, ack("chunk-1"));
}

TEST_F(ForwardSourceTest, AcknowledgesInOrder) {
  give(message("a", "one") + message("b", "two"));
  commit(1);
  give("");
  EXPECT_EQ(client_->sent, "");
  commit(0);
  give("");
  EXPECT_EQ(client_->sent, ack("one") + ack("two"));
}

TEST_F(ForwardSourceTest, TakesMessagesSplitAnywhere) {
  const std::string bytes = message("a", "one") + nil() + message("b", "two");
  for (std::size_t cut = 0; cut <= bytes.size(); ++cut) {
    open({});
    journal_.frames.clear();
    give(bytes.substr(0, cut));
    give(bytes.substr(cut));
    ASSERT_THAT(bodies(), ElementsAre(message("a", "one"), message("b", "two"))) << cut;
  }
}

TEST_F(ForwardSourceTest, WithholdsTheAckWhileTheJournalIsFull) {
  journal_.refusal = ErrorCode::kUnavailable;
  const StreamStep step = give(message("a", "one"));
  EXPECT_EQ(step.next, Next::kPause);
  EXPECT_EQ(step.used, 0u);
  EXPECT_TRUE(step.wake_in);
  give("");
  journal_.refusal.reset();
  EXPECT_EQ(give("").next, Next::kRead);
  EXPECT_THAT(bodies(), ElementsAre(message("a", "one")));
  EXPECT_EQ(metric("inkling_ingest_socket_waits_total", "forward"), 1);
  commit();
  give("");
  EXPECT_EQ(client_->sent, ack("one"));
}

TEST_F(ForwardSourceTest, EndsTheConnectionWhereTheDiskFailed) {
  give(message("a", "one"));
  fail_commit();
  EXPECT_EQ(give("").next, Next::kClose);
  EXPECT_EQ(client_->sent, "");
  EXPECT_EQ(metric("inkling_ingest_socket_refused_total", "forward", "disk"), 1);
}

TEST_F(ForwardSourceTest, CollectsWhatNobodyWaitsFor) {
  EXPECT_TRUE(give(message("a") + message("b")).wake_in);
  EXPECT_THAT(bodies(), IsEmpty());
  clock_.advance(std::chrono::milliseconds(200));
  give(message("c"));
  EXPECT_THAT(bodies(), ElementsAre(message("a") + message("b") + message("c")));
  EXPECT_EQ(journal_.frames[0].client_key, "");
}

TEST_F(ForwardSourceTest, WaitsForTheRestOfALineThatDockerCut) {
  const auto part = [](std::string_view line, bool last) {
    return array({text("app"), integer(1'700'000'000),
                  map({{"log", text(line)},
                       {"partial_message", text("true")},
                       {"partial_id", text("p1")},
                       {"partial_ordinal", text(last ? "2" : "1")},
                       {"partial_last", text(last ? "true" : "false")}})});
  };
  give(part("a", false));
  clock_.advance(std::chrono::milliseconds(900));
  give("");
  EXPECT_THAT(bodies(), IsEmpty());
  give(part("b", true));
  EXPECT_THAT(bodies(), ElementsAre(part("a", false) + part("b", true)));
  // Not for ever.
  give(part("c", false));
  clock_.advance(std::chrono::milliseconds(1200));
  give("");
  EXPECT_EQ(bodies().size(), 2u);
}

TEST_F(ForwardSourceTest, KeepsTheOrderOfBothKinds) {
  give(message("a") + message("b", "one"));
  EXPECT_THAT(bodies(), ElementsAre(message("a"), message("b", "one")));
}

TEST_F(ForwardSourceTest, SpeaksJson) {
  const std::string json = R"(["app",1700000000,{"log":"a"},{"chunk":"x\"y"}])";
  give(json + "\n");
  EXPECT_THAT(bodies(), ElementsAre(json));
  commit();
  give("");
  EXPECT_EQ(client_->sent, R"({"ack":"x\"y"})");
}

TEST_F(ForwardSourceTest, EndsWhoSpeaksSomethingElse) {
  for (const std::string& bytes :
       {std::string("GET / HTTP/1.1\r\n\r\n"), array({integer(1), integer(2)}), byte(0xC1),
        byte(0xDB) + big_endian(0xFFFFFFF0, 4), byte(0xDD) + big_endian(0xFFFFFFF0, 4)}) {
    open({});
    received_.clear();
    EXPECT_EQ(give(bytes).next, Next::kClose) << bytes;
  }
  EXPECT_EQ(metric("inkling_ingest_socket_refused_total", "forward", "malformed"), 5);
  EXPECT_THAT(bodies(), IsEmpty());
}

TEST_F(ForwardSourceTest, KeepsNothingOfAMessageThatWasCut) {
  const std::string bytes = message("a", "one");
  for (std::size_t cut = 1; cut < bytes.size(); ++cut) {
    open({});
    received_.clear();
    give(bytes.substr(0, cut));
    EXPECT_EQ(give("", StreamState::kEnded).next, Next::kClose);
  }
  EXPECT_THAT(bodies(), IsEmpty());
  EXPECT_EQ(metric("inkling_ingest_socket_refused_total", "forward", "cut"),
            static_cast<double>(bytes.size() - 1));
}

TEST_F(ForwardSourceTest, WaitsForAcksWhenTheClientEnds) {
  give(message("a", "one"));
  EXPECT_EQ(give("", StreamState::kEnded).next, Next::kRead);
  commit();
  EXPECT_EQ(give("", StreamState::kEnded).next, Next::kClose);
  EXPECT_EQ(client_->sent, ack("one"));
}

TEST_F(ForwardSourceTest, TakesNothingNewWhileDraining) {
  give(message("a", "one"));
  give(message("b", "two"), StreamState::kDraining);
  EXPECT_EQ(bodies().size(), 1u);
  commit();
  EXPECT_EQ(give("", StreamState::kDraining).next, Next::kClose);
  EXPECT_EQ(client_->sent, ack("one"));
}

TEST_F(ForwardSourceTest, ReadsNoMoreThanItMayOwe) {
  open({.max_unacknowledged = 2});
  EXPECT_EQ(give(message("a", "1") + message("b", "2") + message("c", "3")).next, Next::kPause);
  EXPECT_EQ(bodies().size(), 2u);
  commit(0);
  give("");
  EXPECT_EQ(bodies().size(), 3u);
}

// The client's side of the handshake, written after the specification.
class ForwardHandshakeTest : public ForwardSourceTest {
 protected:
  void connect(std::vector<ForwardUser> users = {}) {
    client_->sent.clear();
    received_.clear();
    open({.shared_key = "secret", .hostname = "here", .users = std::move(users)});
    const auto hello = msgpack_to_json(client_->sent);
    client_->sent.clear();
    ASSERT_TRUE(hello);
    ASSERT_EQ(hello->array()[0].text(), "HELO");
    nonce_ = hello->array()[1].find("nonce")->text();
    auth_ = hello->array()[1].find("auth")->text();
    EXPECT_EQ(nonce_.size(), 16u);
  }
  std::string ping(std::string_view key, std::string_view user = "",
                   std::string_view password = "") const {
    const std::string digest = auth_.empty() ? "" : sha512_hex({auth_, user, password});
    return array({text("PING"), text("client"), text("salt"),
                  text(sha512_hex({"salt", "client", nonce_, key})), text(user), text(digest)});
  }
  bool granted() const {
    const auto pong = msgpack_to_json(client_->sent);
    return pong && pong->array()[0].text() == "PONG" && pong->array()[1].boolean();
  }

  std::string nonce_;
  std::string auth_;
};

TEST_F(ForwardHandshakeTest, GrantsTheRightKey) {
  connect();
  const std::string first = ping("secret");
  for (const char c : first.substr(0, first.size() - 1)) give(std::string(1, c));
  EXPECT_EQ(client_->sent, "");
  EXPECT_EQ(give(first.substr(first.size() - 1) + message("a", "one")).next, Next::kRead);
  EXPECT_TRUE(granted());
  EXPECT_EQ(msgpack_to_json(client_->sent)->array()[4].text(),
            sha512_hex({"salt", "here", nonce_, "secret"}));
  EXPECT_EQ(bodies().size(), 1u);
}

TEST_F(ForwardHandshakeTest, SaysItsSaltsAsBinary) {
  // Clients that read them as text would change what is no UTF-8.
  open({.shared_key = "secret", .users = {{"ann", "a1"}}});
  const auto hello = msgpack_to_json(client_->sent)->array()[1];
  EXPECT_EQ(client_->sent, array({text("HELO"), map({{"nonce", binary(hello.find("nonce")->text())},
                                                     {"auth", binary(hello.find("auth")->text())},
                                                     {"keepalive", boolean(true)}})}));
}

TEST_F(ForwardHandshakeTest, RefusesAWrongKeyAndTellsIt) {
  connect();
  EXPECT_EQ(give(ping("guess") + message("a", "one")).next, Next::kClose);
  EXPECT_FALSE(granted());
  EXPECT_EQ(msgpack_to_json(client_->sent)->array()[2].text(), "shared_key mismatch");
  EXPECT_THAT(bodies(), IsEmpty());
  EXPECT_EQ(metric("inkling_ingest_socket_refused_total", "forward", "access"), 1);
}

TEST_F(ForwardHandshakeTest, RefusesMessagesWithoutAPing) {
  connect();
  EXPECT_EQ(give(message("a", "one")).next, Next::kClose);
  EXPECT_THAT(bodies(), IsEmpty());
}

TEST_F(ForwardHandshakeTest, WaitsForAPingOnlySoLong) {
  connect();
  EXPECT_EQ(give("").next, Next::kRead);
  clock_.advance(std::chrono::seconds(10));
  EXPECT_EQ(give("").next, Next::kClose);
}

TEST_F(ForwardHandshakeTest, AsksForUsers) {
  const std::vector<ForwardUser> users = {{"ann", "a1"}, {"bob", "b2"}};
  const auto may = [&](std::string_view user, std::string_view password) {
    connect(users);
    return give(ping("secret", user, password)).next == Next::kRead && granted();
  };
  EXPECT_TRUE(may("bob", "b2"));
  EXPECT_FALSE(may("bob", "a1"));
  EXPECT_FALSE(may("", ""));
  EXPECT_FALSE(may("annbob", ""));
}

TEST_F(ForwardHandshakeTest, UsersNeedAKey) {
  const ForwardOptions options{.users = {{"a", "b"}}};
  EXPECT_FALSE(make_forward_handlers(options, intake_));
}

TEST_F(ForwardSourceTest, AnswersHeartbeatsOverUdp) {
  const auto handlers = make_forward_handlers(options_, intake_);
  std::vector<Datagram> datagrams = {{.bytes = "x", .sender = "192.0.2.1"}};
  handlers->datagram({})->take(datagrams, StreamState::kOpen);
  EXPECT_EQ(datagrams[0].reply, std::string(1, '\0'));
}

}  // namespace
}  // namespace inkling::ingest
