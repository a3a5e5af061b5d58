#pragma once

#include "core/socket_server.h"
#include "ingest/options.h"
#include "ingest/socket/socket_intake.h"

namespace inkling::ingest {

// Fluent forward protocol v1. Each message with a `chunk` is one frame and is acknowledged once
// that is durable, in order; messages without one are collected (FrameBatch). While the journal is
// full the client is not read. docs/components/forward.md tells the rest.
//
// kInvalidArgument names the option that is wrong. `options` and `intake` outlive the handlers.
Result<SocketHandlers> make_forward_handlers(const ForwardOptions& options, SocketIntake& intake);

}  // namespace inkling::ingest
