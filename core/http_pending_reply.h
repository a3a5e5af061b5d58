#pragma once

#include <memory>

#include "core/http_server.h"

namespace inkling {

class HttpConnection;
struct HttpServerState;

// Private to the HTTP server. The promise of one answer, to be given to a handler. Does nothing
// once the connection is gone or the server stopped.
HttpReply make_http_reply(std::shared_ptr<HttpServerState> state,
                          std::weak_ptr<HttpConnection> connection);

}  // namespace inkling
