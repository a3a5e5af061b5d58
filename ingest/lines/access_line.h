#pragma once

#include <optional>
#include <string_view>

#include "core/arena.h"
#include "ingest/lines/line_fields.h"

namespace inkling::ingest {

// Reads a line of an access log: common and combined format (nginx, Apache, and what follows them:
// a request time in seconds), AWS application and classic load balancers. The message is the
// request and, where it stands beside it, the status; the route is the path without its query and
// with identifiers replaced (route_of). Nothing if the line is none.
std::optional<LineFields> read_access_line(std::string_view line, const LineContext& context,
                                           Arena& arena);

// The path of a request target, "/orders/17?x=1" as "/orders/{id}": segments that are numbers,
// UUIDs or long hex or mixed words stand for things, not for places. A view of `target` where
// nothing was replaced, else copied to the arena.
std::string_view route_of(std::string_view target, Arena& arena);

}  // namespace inkling::ingest
