#include "core/socket_address.h"

#include <gtest/gtest.h>

namespace inkling {
namespace {

TEST(SocketAddressTest, ReadsEveryKind) {
  for (const char* text : {"tcp://127.0.0.1:24224", "tls://[::1]:6514", "udp://0.0.0.0:8125",
                           "unix:///run/x.sock", "unixgram:///run/y.sock", "tcp://[::]:0"}) {
    const auto address = parse_socket_address(text);
    ASSERT_TRUE(address) << text;
    EXPECT_EQ(to_string(*address), text);
  }
}

TEST(SocketAddressTest, IsLoopbackUnlessItSaysOtherwise) {
  EXPECT_EQ(to_string(*parse_socket_address("udp://:8125")), "udp://127.0.0.1:8125");
  EXPECT_EQ(to_string(*parse_socket_address("tcp://localhost:1")), "tcp://127.0.0.1:1");
}

TEST(SocketAddressTest, RefusesWhatIsNoAddress) {
  for (const char* text : {"", "127.0.0.1:1", "http://127.0.0.1:1", "tcp://127.0.0.1",
                           "tcp://127.0.0.1:", "tcp://127.0.0.1:65536", "tcp://example.org:1",
                           "unix://run/x", "unix://", "tcp://127.0.0.1:1x"}) {
    EXPECT_FALSE(parse_socket_address(text)) << text;
  }
  EXPECT_FALSE(parse_socket_address("unix:///" + std::string(120, 'x')));
}

}  // namespace
}  // namespace inkling
