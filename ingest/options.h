#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "core/decompress.h"
#include "core/frame.h"
#include "core/timestamp.h"
#include "core/tls_context.h"

namespace inkling::ingest {

// Which roles fields of a record can play (docs/components/field_recognition.md).
enum class FieldRole : std::uint8_t {
  kIgnore,
  kTime,
  kLevel,
  kMessage,
  kService,
  kVersion,
  kRoute,
  kStatus,
  kDurationMs,
  kDurationS,
  kDurationUs,
  kDurationNs,
  kPeer,
  kTraceId,
  kMetricName,
  kMetricValue,
  kMetricKind,
  kUnit,
  kLabels,
};

// A delivery of Data Firehose has at most 64 MiB of records; base64 and JSON around them make it a
// third larger.
inline constexpr std::size_t kMaxFirehoseBytes = 96u << 20;

// Limits and names for the decoders.
struct DecoderOptions {
  std::uint32_t max_line_bytes = 1u << 20;
  std::uint32_t max_depth = 64;
  std::uint32_t max_keys = 4096;  // of a record, those of nested objects that are read included
  InflateLimits inflate = {};     // of compressed bodies
  // Zone of times written as text that name none, e.g. "+02:00" or "-0530" (ingest/utc_offset.h).
  std::string utc_offset = "+00:00";
  // Field names of the user, dotted for nested ones; they win over the built-in names.
  std::vector<std::pair<std::string, FieldRole>> fields;
};

// Frames of replayed files.
struct FileReplayOptions {
  std::uint32_t frame_bytes = 1u << 20;  // decides where windows may close; not the batch size
  std::uint32_t batch_bytes = 256u << 10;
  std::uint32_t max_document_bytes = 64u << 20;
};

enum class Durability : std::uint8_t { kDisk, kMemory };

struct JournalOptions {
  std::string directory;  // made with mode 0700
  Durability durability = Durability::kDisk;
  Duration commit_interval = std::chrono::milliseconds(50);
  std::uint32_t commit_bytes = 4u << 20;
  std::uint64_t segment_bytes = 1ull << 30;
  std::uint64_t max_pending_bytes = 64ull
                                    << 20;  // accepted and not yet committed; then senders get 503
  // Accepted and not yet taken by the pipeline; then senders get 503, too.
  std::uint64_t max_backlog_bytes = 1ull << 30;
  // How long the key a sender gave its frame is remembered: a frame that comes again within it is
  // acknowledged and not kept a second time.
  Duration key_memory = std::chrono::minutes(30);
  std::uint64_t max_key_bytes = 16ull << 20;  // of these keys; the oldest go first
  // The oldest segments go when the journal would grow beyond this size, or when their frames are
  // older than this; never one that is still needed: then the journal is full. 0 = no bound.
  std::uint64_t max_bytes = 10ull << 30;
  Duration max_age = std::chrono::hours(7 * 24);
  std::uint64_t max_quarantine_bytes = 64ull << 20;  // copies of damaged places
  std::uint64_t max_evidence_bytes = 256ull << 20;   // copies of frames that incidents point at
  // After a failure of the disk it is tried again so often.
  Duration retry_interval = std::chrono::seconds(1);
};

struct FollowOptions {
  // Files, or patterns as of glob(7) that are looked at again with each poll.
  std::vector<std::string> paths;
  // What all of them are; kAuto: told by the first line of each.
  Format format = Format::kAuto;
  // Where files that exist at the start are read from. Files that come later: from their begin.
  bool from_beginning = false;
  Duration poll_interval = std::chrono::milliseconds(200);
  // A renamed or removed file is let go when it has not grown for so long.
  Duration rotate_wait = std::chrono::seconds(5);
  std::uint32_t frame_bytes = 1u << 20;  // most of a file that becomes one frame
  std::uint32_t max_files = 1024;        // open at the same time; further ones are not followed
  // A record that may go on with the next line (a stack trace, an error) waits for it at most so
  // long since the file last grew.
  Duration record_wait = std::chrono::seconds(1);
  // File that keeps how far each followed file was taken, so that a restart goes on there. "" = the
  // default of the command, or none.
  std::string checkpoint = {};
  Duration checkpoint_interval = std::chrono::seconds(1);  // it is written at most so often
};

struct StdinOptions {
  Format format = Format::kAuto;  // kAuto: told by the first line
  std::uint32_t frame_bytes = 256u << 10;
  Duration flush_interval = std::chrono::seconds(1);  // a line waits for others at most that long
  std::uint32_t max_line_bytes = 1u << 20;            // a longer one is cut into several
};

// Pages of metrics that are fetched.
struct ScrapeOptions {
  std::vector<std::string> targets = {};  // "http://...", "service=http://..."
  Duration interval = std::chrono::seconds(15);
  Duration timeout = std::chrono::seconds(10);
  std::uint32_t max_page_bytes = 16u << 20;  // after decompression
};

// The task metadata endpoint of ECS.
struct EcsOptions {
  bool enabled = false;
  // "" = from the environment, ECS_CONTAINER_METADATA_URI_V4.
  std::string endpoint = {};
  Duration interval = std::chrono::seconds(10);
  Duration timeout = std::chrono::seconds(5);
  std::uint32_t max_reply_bytes = 4u << 20;
};

struct DeadLetterOptions {
  std::string path;                       // made with mode 0600
  std::uint64_t max_bytes = 64ull << 20;  // of the file; further letters are only counted
  bool raw = false;                       // the lines themselves as well: they are not redacted
};

struct HttpSourceOptions {
  std::uint64_t max_inflated_bytes = 64ull << 20;
  std::uint32_t max_inflate_ratio = 1000;
  // What GET / tells clients of Elasticsearch; Beats refuse one that is older than they are.
  std::string elastic_version = "8.15.0";
  bool splunk_acks = true;  // ids of acknowledgement for events that name a channel
};

// Where a protocol on raw sockets listens, and what its clients may do.
struct SocketInputOptions {
  std::vector<std::string> listen = {};  // "tcp://127.0.0.1:24224", ...; none = off
  TlsOptions tls = {};                   // of the tls:// addresses
  std::uint32_t max_connections = 1000;
  std::uint32_t max_message_bytes = 64u << 20;
  std::uint64_t max_buffered_bytes = 256ull << 20;  // of all clients, not used yet
  Duration idle_timeout = std::chrono::hours(1);
  Duration message_timeout = std::chrono::seconds(60);
  std::uint32_t receive_buffer_bytes = 4u << 20;  // of datagram sockets, in the kernel
  // What comes without waiting for an acknowledgement is collected into frames.
  std::uint32_t frame_bytes = 256u << 10;
  Duration flush_interval = std::chrono::milliseconds(200);
};

struct ForwardUser {
  std::string name;
  std::string password;
};

struct ForwardOptions {
  SocketInputOptions sockets = {};
  std::string shared_key = {};          // "" = no handshake
  std::string hostname = "inkling";     // what we call ourselves in the handshake
  std::vector<ForwardUser> users = {};  // none = the key alone is enough
  Duration handshake_timeout = std::chrono::seconds(10);
  // Messages of a client that may wait for their commit; then it is not read.
  std::uint32_t max_unacknowledged = 64;
};

struct SyslogOptions {
  SocketInputOptions sockets = {.max_message_bytes = 1u << 20};
};

struct StatsdOptions {
  SocketInputOptions sockets = {};
};

}  // namespace inkling::ingest
