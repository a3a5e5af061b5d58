#pragma once

#include "core/socket_server.h"
#include "ingest/options.h"
#include "ingest/socket/socket_intake.h"

namespace inkling::ingest {

// StatsD and DogStatsD over UDP and unix datagram sockets: the lines of all datagrams of a socket
// are collected into frames (FrameBatch). Nothing is acknowledged; while the journal is full
// nothing is read, and what the kernel then drops it counts. `options` and `intake` outlive the
// handlers.
SocketHandlers make_statsd_handlers(const StatsdOptions& options, SocketIntake& intake);

}  // namespace inkling::ingest
