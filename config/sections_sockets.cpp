// The keys of the protocols on raw sockets, in the section inputs.
#include <chrono>
#include <string_view>

#include "config/option_table.h"

namespace inkling::config {
namespace {

using namespace std::chrono_literals;

constexpr double kKiB = 1024;
constexpr double kMiB = 1024 * kKiB;
constexpr double kGiB = 1024 * kMiB;

void add_socket_options(OptionList& options, ingest::SocketInputOptions& sockets,
                        std::string_view listen_help) {
  OptionList shared = {
      text_list("listen", sockets.listen, listen_help),
      section("tls", "Of the tls:// addresses.", tls_options(sockets.tls)),
      integer("max_connections", sockets.max_connections, between(1, 1'000'000),
              "Clients at the same time; further ones are disconnected and counted."),
      size("max_message_bytes", sockets.max_message_bytes, between(4 * kKiB, kGiB),
           "A client that sends a longer message is disconnected and counted."),
      size("max_buffered_bytes", sockets.max_buffered_bytes, between(4 * kKiB, 64 * kGiB),
           "Of all clients, received and not used yet; beyond it they wait."),
      duration("idle_timeout", sockets.idle_timeout, between(1s, 24h * 365),
               "A client that says nothing for so long is disconnected."),
      duration("message_timeout", sockets.message_timeout, between(10ms, 1h),
               "So is one whose message takes longer than this."),
      size("receive_buffer_bytes", sockets.receive_buffer_bytes, between(0, kGiB),
           "Of a datagram socket, in the kernel, which may give less; 0: its default."),
      size("frame_bytes", sockets.frame_bytes, between(kKiB, 64 * kMiB),
           "What needs no acknowledgement is collected: most that is taken at a time."),
      duration("flush_interval", sockets.flush_interval, between(1ms, 1min),
               "It waits for more at most this long."),
  };
  options.insert(options.begin(), std::make_move_iterator(shared.begin()),
                 std::make_move_iterator(shared.end()));
}

OptionList user_options(ingest::ForwardUser& user) {
  return {required(text("name", user.name, "As the client sends it.")),
          required(text("password", user.password, "Better as ${secret:...}."))};
}

}  // namespace

OptionList tls_options(TlsOptions& tls) {
  return {
      text("certificate", tls.certificate,
           "PEM file: the server's certificate and those above it. Read again when it changes."),
      text("key", tls.key, "PEM file: its private key, without a passphrase."),
      text("client_ca", tls.client_ca,
           "PEM file: only clients with a certificate of one of these. Empty: anybody."),
      duration("reload_interval", tls.reload_interval, between(1s, 24h),
               "Changed files are used for new connections; looked at this often."),
  };
}

OptionList forward_options(ingest::ForwardOptions& forward) {
  OptionList options = {
      text("shared_key", forward.shared_key,
           "Both sides prove that they know it. Empty: no handshake. Better as ${secret:...}."),
      text("hostname", forward.hostname, "What we are called in the handshake."),
      list("users", forward.users, user_options,
           "Names and passwords, on top of the shared key. None: the key is enough."),
      duration("handshake_timeout", forward.handshake_timeout, between(10ms, 1h),
               "A client that has not proved itself by then is disconnected."),
      integer("max_unacknowledged", forward.max_unacknowledged, between(1, 65'536),
              "Messages of a client that may wait for the disk; then it is not read."),
  };
  add_socket_options(
      options, forward.sockets,
      "Addresses: tcp://127.0.0.1:24224, tls://..., unix:///path, udp://... (heartbeats "
      "only). Without a host: loopback. None: off.");
  return options;
}

OptionList syslog_options(ingest::SyslogOptions& syslog) {
  OptionList options;
  add_socket_options(options, syslog.sockets,
                     "Addresses: tcp://127.0.0.1:601, tls://:6514, udp://:514, unix:///path, "
                     "unixgram:///path. Without a host: loopback. None: off.");
  return options;
}

OptionList statsd_options(ingest::StatsdOptions& statsd) {
  OptionList options;
  add_socket_options(options, statsd.sockets,
                     "Addresses: udp://127.0.0.1:8125, unixgram:///path. Without a host: loopback. "
                     "None: off.");
  return options;
}

}  // namespace inkling::config
