#include "ingest/socket/syslog_source.h"

#include <gmock/gmock.h>

#include "ingest/wire/syslog_framing.h"
#include "tests/ingest/decode_support.h"
#include "tests/ingest/socket/session_support.h"

namespace inkling::ingest {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class SyslogSourceTest : public SessionTest {
 protected:
  SyslogSourceTest() { open(); }
  void open(SyslogOptions options = {}) {
    options_ = std::move(options);
    received_.clear();
    handler_ = make_syslog_handlers(options_, intake_).stream(client_);
  }
  // The messages of all frames so far, as the decoder reads them.
  std::vector<std::string> texts() {
    std::string all;
    for (const std::string& body : bodies()) all += body;
    return messages(decode(Format::kSyslog, all));
  }

  SyslogOptions options_;
  SocketIntake intake_{"syslog", Format::kSyslog, journal_, clock_, metrics_, 100};
};

TEST_F(SyslogSourceTest, ReadsBothFramingsSplitAtEveryByte) {
  const std::string bytes =
      "<14>1 - h app - - - one\n"
      "27 <14>1 - h app - - - t\nw\no 0<14>1 - h app - - - three\r\n"
      "24 <14>1 - h app - - - four\n12 just digits\n<14>last";
  // "12 " is a length: whoever sends lines must not begin them like one.
  const std::vector<std::string> expected = {"one",  "t\nw\no 0",     "three",
                                             "four", "just digits\n", "last"};
  for (std::size_t cut = 0; cut <= bytes.size(); ++cut) {
    open();
    journal_.frames.clear();
    give(bytes.substr(0, cut));
    give(bytes.substr(cut));
    EXPECT_EQ(give("", StreamState::kEnded).next, Next::kClose);
    ASSERT_EQ(texts(), expected) << cut;
  }
}

TEST_F(SyslogSourceTest, CollectsForAWhile) {
  const StreamStep step = give("<14>a\n<14>b\n");
  EXPECT_EQ(step.wake_in, std::chrono::milliseconds(200));
  EXPECT_THAT(bodies(), IsEmpty());
  clock_.advance(std::chrono::milliseconds(200));
  give("");
  EXPECT_THAT(bodies(), ElementsAre("<14>a\n<14>b\n"));
  EXPECT_EQ(journal_.frames[0].format, Format::kSyslog);
}

TEST_F(SyslogSourceTest, ReadsNothingWhileTheJournalIsFull) {
  open({.sockets = {.max_message_bytes = 1 << 20, .frame_bytes = 8}});
  journal_.refusal = ErrorCode::kUnavailable;
  const StreamStep step = give("<14>first\n<14>second\n");
  EXPECT_EQ(step.next, Next::kPause);
  EXPECT_EQ(step.used, 10u);
  EXPECT_TRUE(step.wake_in);
  journal_.refusal.reset();
  give("");
  clock_.advance(std::chrono::seconds(1));
  give("");
  EXPECT_THAT(bodies(), ElementsAre("<14>first\n", "<14>second\n"));
}

TEST_F(SyslogSourceTest, SkipsAMessageThatIsTooLong) {
  open({.sockets = {.max_message_bytes = 4096}});
  const std::string huge(10'000, 'x');
  give("10000 ");
  for (std::size_t at = 0; at < huge.size(); at += 1000) give(huge.substr(at, 1000));
  give("<14>between\n");
  for (std::size_t at = 0; at < huge.size(); at += 1000) give(huge.substr(at, 1000));
  give("\n<14>behind\n");
  give("", StreamState::kEnded);
  EXPECT_THAT(bodies(), ElementsAre("<14>between\n<14>behind\n"));
  EXPECT_EQ(metric("inkling_ingest_socket_refused_total", "syslog", "too_large"), 2);
}

TEST_F(SyslogSourceTest, SaysGoodbyeAndTakesWhatIsStillSent) {
  give("<14>a\n");
  EXPECT_EQ(give("", StreamState::kDraining).next, Next::kRead);
  EXPECT_TRUE(client_->finished);
  give("<14>b\n", StreamState::kDraining);
  EXPECT_EQ(give("", StreamState::kEnded).next, Next::kClose);
  EXPECT_THAT(bodies(), ElementsAre("<14>a\n", "<14>b\n"));
}

TEST_F(SyslogSourceTest, LeavesAClientThatDoesNotNotice) {
  give("", StreamState::kDraining);
  clock_.advance(std::chrono::seconds(1));
  EXPECT_EQ(give("", StreamState::kDraining).next, Next::kClose);
}

TEST_F(SyslogSourceTest, TakesADatagramAsAMessage) {
  auto handler =
      make_syslog_handlers(options_, intake_)
          .datagram({.kind = SocketKind::kUdp, .host = "127.0.0.1", .port = 514, .path = ""});
  std::vector<Datagram> datagrams = {{.bytes = "<14>two\nlines\n", .sender = ""},
                                     {.bytes = "", .sender = ""},
                                     {.bytes = "<14>b", .sender = ""}};
  EXPECT_EQ(handler->take(datagrams, StreamState::kDraining).next, Next::kClose);
  EXPECT_THAT(bodies(), ElementsAre("13 <14>two\nlines\n<14>b\n"));
  EXPECT_EQ(journal_.frames[0].origin_name, "syslog udp://127.0.0.1:514");
}

TEST(SyslogFramingTest, ReadsBackWhatItWrites) {
  for (const char* message : {"a", "<1>x", "12 a", "a\nb", "\r", "0", "a\r", "9"}) {
    std::string bytes;
    append_syslog_message(bytes, message);
    const SyslogPiece piece = next_syslog_message(bytes, 1000, false);
    EXPECT_EQ(piece.message, message);
  }
}

}  // namespace
}  // namespace inkling::ingest
