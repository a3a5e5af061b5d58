#pragma once

#include "core/socket_server.h"
#include "ingest/options.h"
#include "ingest/socket/socket_intake.h"

namespace inkling::ingest {

// Syslog over TCP, TLS, unix and datagram sockets. Messages are collected into frames (FrameBatch);
// the protocol knows no acknowledgement, so what a client has sent and we have not written is lost
// in a crash. While the journal is full nothing is read. `options` and `intake` outlive the
// handlers.
SocketHandlers make_syslog_handlers(const SyslogOptions& options, SocketIntake& intake);

}  // namespace inkling::ingest
