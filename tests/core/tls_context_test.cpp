#include "core/tls_context.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tests/support/temp_directory.h"
#include "tests/support/tls_client.h"

namespace inkling {
namespace {

using ::testing::AnyOf;
using ::testing::HasSubstr;
using ::testing::Not;

// Two non-blocking sockets that are connected with each other.
struct SocketPair {
  SocketPair() {
    if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, ends) != 0) std::abort();
  }
  ~SocketPair() {
    for (const int end : ends) ::close(end);
  }
  int ends[2] = {-1, -1};
};

// A client and a session of `context`, after their handshake.
struct Meeting {
  explicit Meeting(TlsContext& context, const TlsClientOptions& options = {})
      : client(sockets.ends[0], options), session(*context.accept(sockets.ends[1])) {
    bool client_done = false;
    auto io = TlsSession::Io::kWantRead;
    for (int i = 0; i < 20 && !(client_done && io == TlsSession::Io::kDone); ++i) {
      client_done = client_done || client.handshake();
      if (io != TlsSession::Io::kDone) io = session->handshake();
    }
    good = client_done && io == TlsSession::Io::kDone;
  }

  SocketPair sockets;
  TlsClient client;
  std::unique_ptr<TlsSession> session;
  bool good = false;
};

class TlsContextTest : public ::testing::Test {
 protected:
  TlsContextTest() { TestCertificate("first").write(options_.certificate, options_.key); }
  void create() {
    auto made = TlsContext::create(options_);
    ASSERT_TRUE(made) << made.error().message;
    context_ = std::move(*made);
  }
  std::string failure() {
    auto made = TlsContext::create(options_);
    return made ? "" : made.error().message;
  }

  const TempDirectory directory_;
  TlsOptions options_{.certificate = directory_.file("cert.pem"),
                      .key = directory_.file("key.pem"),
                      .reload_interval = Duration(0)};
  std::unique_ptr<TlsContext> context_;
};

TEST_F(TlsContextTest, CarriesBytesBothWays) {
  create();
  Meeting meeting(*context_);
  ASSERT_TRUE(meeting.good);
  ASSERT_TRUE(meeting.client.send("ping"));
  char got[16] = "";
  const auto read = meeting.session->read(got, sizeof got);
  EXPECT_EQ(std::string(got, read.size), "ping");
  EXPECT_EQ(meeting.session->read(got, sizeof got).io, TlsSession::Io::kWantRead);
  EXPECT_EQ(meeting.session->write("pong", 4).size, 4u);
  EXPECT_EQ(meeting.client.receive(), "pong");
}

TEST_F(TlsContextTest, TellsAnEndFromACut) {
  create();
  char got[16];
  Meeting ended(*context_);
  ended.client.finish();
  EXPECT_EQ(ended.session->read(got, sizeof got).io, TlsSession::Io::kClosed);
  Meeting cut(*context_);
  ::shutdown(cut.sockets.ends[0], SHUT_WR);
  EXPECT_EQ(cut.session->read(got, sizeof got).io, TlsSession::Io::kFailed);
  EXPECT_THAT(cut.session->failure(), HasSubstr("cut off"));
}

TEST_F(TlsContextTest, WritesIntoABrokenConnectionWithoutASignal) {
  create();
  Meeting meeting(*context_);
  ::close(meeting.sockets.ends[0]);
  meeting.sockets.ends[0] = ::dup(meeting.sockets.ends[1]);
  EXPECT_EQ(meeting.session->write("pong", 4).io, TlsSession::Io::kFailed);
}

TEST_F(TlsContextTest, SpeaksTwoVersionsAndNoOlderOne) {
  create();
  const auto version = [&](int only) {
    Meeting meeting(*context_, {.min_version = only, .max_version = only});
    return meeting.good ? meeting.client.version() : "none";
  };
  EXPECT_EQ(version(TLS1_3_VERSION), "TLSv1.3");
  EXPECT_EQ(version(TLS1_2_VERSION), "TLSv1.2");
  EXPECT_EQ(version(TLS1_1_VERSION), "none");
  EXPECT_EQ(version(TLS1_VERSION), "none");
}

TEST_F(TlsContextTest, RefusesCiphersWithoutForwardSecrecyOrAuthentication) {
  create();
  const auto works = [&](const std::string& ciphers) {
    return Meeting(*context_, {.max_version = TLS1_2_VERSION, .ciphers = ciphers}).good;
  };
  EXPECT_TRUE(works("ECDHE-ECDSA-AES128-GCM-SHA256"));
  EXPECT_TRUE(works("ECDHE-ECDSA-CHACHA20-POLY1305"));
  EXPECT_FALSE(works("AES128-GCM-SHA256"));
  EXPECT_FALSE(works("ECDHE-ECDSA-AES128-SHA"));
  EXPECT_FALSE(works("aNULL"));
}

TEST_F(TlsContextTest, ChoosesTheProtocol) {
  options_.protocols = {"http/1.1"};
  create();
  EXPECT_EQ(Meeting(*context_, {.protocols = "\x02h2\x08http/1.1"}).client.protocol(), "http/1.1");
  EXPECT_TRUE(Meeting(*context_).good);
  EXPECT_FALSE(Meeting(*context_, {.protocols = "\x02h2"}).good);
}

TEST_F(TlsContextTest, UsesNewFilesForNewSessions) {
  create();
  Meeting before(*context_);
  TestCertificate("second").write(options_.certificate, options_.key);
  Meeting after(*context_);
  EXPECT_EQ(before.client.server_name(), "first");
  EXPECT_EQ(after.client.server_name(), "second");
  EXPECT_EQ(context_->stats().reloads, 1u);
  ASSERT_TRUE(before.client.send("still here"));
  char got[16];
  EXPECT_EQ(before.session->read(got, sizeof got).size, 10u);
}

TEST_F(TlsContextTest, KeepsWhatItHasWhenTheNewFilesAreBad) {
  create();
  const TestCertificate second("second");
  second.write(options_.certificate, directory_.file("elsewhere.pem"));  // not of that key
  EXPECT_EQ(Meeting(*context_).client.server_name(), "first");
  EXPECT_EQ(Meeting(*context_).client.server_name(), "first");
  EXPECT_EQ(context_->stats().failed_reloads, 1u);  // not tried again as long as nothing changes
  second.write(options_.certificate, options_.key);
  EXPECT_EQ(Meeting(*context_).client.server_name(), "second");
}

TEST_F(TlsContextTest, KeepsWhatItHasWhenTheFilesAreGone) {
  create();
  ::unlink(options_.key.c_str());
  EXPECT_EQ(Meeting(*context_).client.server_name(), "first");
  EXPECT_EQ(context_->stats().failed_reloads, 1u);
}

TEST_F(TlsContextTest, LooksAtTheFilesOnlyNowAndThen) {
  options_.reload_interval = std::chrono::hours(1);
  create();
  TestCertificate("second").write(options_.certificate, options_.key);
  EXPECT_EQ(Meeting(*context_).client.server_name(), "first");
  EXPECT_EQ(context_->reload(), TlsContext::Reload::kDone);
  EXPECT_EQ(Meeting(*context_).client.server_name(), "second");
  EXPECT_EQ(context_->reload(), TlsContext::Reload::kUnchanged);
}

TEST_F(TlsContextTest, KnowsWhenItsCertificateExpires) {
  create();
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  const double left =
      context_->stats().expires.seconds() - std::chrono::duration<double>(now).count();
  EXPECT_NEAR(left, 24 * 3600, 60);
}

TEST_F(TlsContextTest, AsksForCertificatesOfItsClients) {
  const TestCertificate ours("our CA");
  const TestCertificate theirs("their CA");
  options_.client_ca = directory_.file("ca.pem");
  ours.write(options_.client_ca, directory_.file("ca_key.pem"));
  create();
  const TestCertificate good("client", &ours);
  const TestCertificate bad("client", &theirs);
  // A client of TLS 1.3 is done before it is looked at, so the session decides.
  const auto accepted = [&](const TestCertificate* shown) {
    return Meeting(*context_, {.certificate = shown}).good;
  };
  EXPECT_TRUE(accepted(&good));
  EXPECT_FALSE(accepted(&bad));
  EXPECT_FALSE(accepted(nullptr));
}

TEST_F(TlsContextTest, SaysWhichFileIsWrong) {
  options_.certificate = directory_.file("none.pem");
  EXPECT_THAT(failure(), HasSubstr("tls.certificate cannot be used: " + options_.certificate +
                                   ": No such file or directory"));
  options_.certificate = directory_.file("cert.pem");
  options_.client_ca = options_.key;
  EXPECT_THAT(failure(), HasSubstr("tls.client_ca cannot be used: " + options_.key));
}

TEST_F(TlsContextTest, SaysNothingOfWhatIsInAFile) {
  write_file(options_.key, "-----BEGIN PRIVATE KEY-----\nc2VjcmV0\n-----END PRIVATE KEY-----\n");
  EXPECT_THAT(failure(), Not(AnyOf(HasSubstr("c2VjcmV0"), HasSubstr("secret"))));
}

TEST_F(TlsContextTest, NeedsBothFiles) {
  options_.key.clear();
  EXPECT_THAT(failure(), HasSubstr("tls.key must name a file"));
}

}  // namespace
}  // namespace inkling
