// The sections outputs, state and server.
#include <chrono>

#include "config/option_table.h"

namespace inkling::config {

using namespace std::chrono_literals;

OptionList output_options(Config& config) {
  return {
      section("report", "Reports as files: Markdown, JSON, HTML.",
              {text("directory", config.report.directory,
                    "Empty: the default of the command; none are written in replay.")}),
      section("store", "Incidents in an SQLite file.",
              {text("path", config.store.path, "Empty: the default of the command.")}),
  };
}

OptionList state_options(Config& config) {
  return {
      duration(
          "checkpoint_interval", config.state.checkpoint_interval, between(0s, 24h),
          "Between two checkpoints; after a crash so much of the journal is run again. 0: only "
          "at the end."),
  };
}

OptionList server_options(Config& config) {
  auto& server = config.server;
  return {
      text("address", server.address, "IPv4 or IPv6 address to listen on."),
      integer("port", server.port, between(0, 65535), "0 takes any free port."),
      integer("threads", server.threads, between(1, 256), "Threads that answer requests."),
      integer("max_connections", server.max_connections, between(1, 1'000'000),
              "Further connections get 503."),
      size("max_head_bytes", server.max_head_bytes, between(1 << 10, 1 << 20),
           "Request line and headers; beyond it 431."),
      size("max_body_bytes", server.max_body_bytes, between(1 << 10, 4.0 * (1 << 30)),
           "Body as sent; beyond it 413."),
      duration("head_timeout", server.head_timeout, between(100ms, 1h), "To send the head in."),
      duration("body_timeout", server.body_timeout, between(100ms, 1h), "To send the body in."),
      duration("idle_timeout", server.idle_timeout, between(100ms, 24h),
               "Between two requests of a connection."),
      size("max_buffered_bytes", server.max_buffered_bytes, between(1 << 20, 64.0 * (1 << 30)),
           "Bodies received and not answered yet, all together; beyond it 503."),
      section("tls", "HTTPS instead of HTTP, in TLS 1.2 and 1.3. Empty: HTTP.",
              tls_options(server.tls)),
      secret(text_list("keys", config.server_keys,
                       "Keys of senders, as references such as ${secret:file/run/secrets/key}; any "
                       "of them opens the ingest endpoints. Empty: everybody may send.")),
  };
}

}  // namespace inkling::config
