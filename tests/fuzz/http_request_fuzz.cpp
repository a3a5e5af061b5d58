// The requests of a connection, given at once and in pieces, must be understood in the same way:
// what two readers of one connection see differently is how requests are smuggled.
//
// An input is the bytes of a connection; one that begins with a NUL byte is a recipe instead: each
// byte behind it chooses a piece of a request, so that heads, lengths, chunks and trailers meet in
// every order.
#include <algorithm>
#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/check.h"
#include "core/http_request_parser.h"

namespace {

using namespace std::string_view_literals;
using inkling::HttpRequestParser;

constexpr std::size_t kMaxHead = 1024;
constexpr std::size_t kMaxBody = 4096;
constexpr std::size_t kMaxRequests = 8;

constexpr std::array kPieces = {
    "POST /ingest/ndjson HTTP/1.1\r\nHost: a\r\n"sv,
    "GET / HTTP/1.1\r\nHost: a\r\n\r\n"sv,
    "PUT http://a/_bulk?q=%41 HTTP/1.1\r\nHost: a\r\n"sv,
    "POST / HTTP/1.0\r\n"sv,
    "HEAD /%zz HTTP/1.1\r\nHost: a\r\n"sv,
    "Content-Length: 5\r\n"sv,
    "Content-Length: 0\r\n"sv,
    "Content-Length: 5, 5\r\n"sv,
    "Content-Length: +5\r\n"sv,
    "Content-Length: 4097\r\n"sv,
    "content-length:5\r\n"sv,
    "Transfer-Encoding: chunked\r\n"sv,
    "Transfer-Encoding: identity, chunked\r\n"sv,
    "Transfer-Encoding:\tchunked \r\n"sv,
    "Transfer-Encoding: xchunked\r\n"sv,
    "Transfer-Encoding : chunked\r\n"sv,
    "Connection: close\r\n"sv,
    "Connection: keep-alive, x\r\n"sv,
    "Expect: 100-continue\r\n"sv,
    "Expect: 200\r\n"sv,
    "Host: b\r\n"sv,
    " folded\r\n"sv,
    "X: \0\r\n"sv,
    "X: \x80\xFF\r\n"sv,
    "Trailer: T\r\n"sv,
    "\r\n"sv,
    "\n"sv,
    "\r"sv,
    "hello"sv,
    "5\r\nhello\r\n"sv,
    "0\r\n\r\n"sv,
    "0\r\n"sv,
    "5;name=value;q=\"a;b\"\r\nhello\r\n"sv,
    "5 \r\nhello\r\n"sv,
    "0x5\r\nhello\r\n"sv,
    "-1\r\n"sv,
    "FFFFFFFFFFFFFFFF\r\n"sv,
    "10000000000000005\r\nhello\r\n"sv,
    "005\r\nhello"sv,
    "T: 1\r\n"sv,
    "Content-Length: 3\r\n\r\n"sv,
    "Transfer-Encoding: chunked\r\n\r\n"sv,
    "1\r\nx\r\n"sv,
    "1\nx\n"sv,
};

std::string follow_recipe(std::string_view recipe) {
  std::string bytes;
  for (const char c : recipe.substr(0, 256)) {
    bytes += kPieces[static_cast<unsigned char>(c) % kPieces.size()];
  }
  return bytes;
}

std::string describe(HttpRequestParser& parser) {
  const auto& request = parser.request();
  std::string text = request.method + "\n" + request.path + "\n" + request.query + "\n";
  for (const auto& [name, value] : request.headers) text += name + ":" + value + "\n";
  text += request.body.view();
  return text + (parser.keep_alive() ? "+" : "-");
}

// What holds of every request that is taken.
void check_request(HttpRequestParser& parser) {
  const auto& request = parser.request();
  const bool has_length = !request.header("content-length").empty();
  const bool has_coding = !request.header("transfer-encoding").empty();
  INKLING_CHECK(!(has_length && has_coding));
  INKLING_CHECK(request.body.size() <= kMaxBody);
  if (has_length) INKLING_CHECK(request.body.size() == parser.body_length());
  if (!has_length && !has_coding) INKLING_CHECK(request.body.size() == 0);
}

// What the requests of a connection say, up to the first that is refused or does not end. Which of
// these it is may depend on the cut: of several faults another one is found first, and a head that
// is too long is refused before it is whole.
std::vector<std::string> read_connection(std::string_view bytes, std::size_t step) {
  enum class Part { kHead, kLength, kChunks };
  std::vector<std::string> seen;
  std::string pending;
  while (seen.size() < kMaxRequests) {
    HttpRequestParser parser(kMaxHead);
    Part part = Part::kHead;
    bool done = false;
    while (!done) {
      if (part == Part::kLength) {
        auto& body = parser.request().body;
        const std::string piece = pending.substr(0, *parser.body_length() - body.size());
        body.append(piece);
        pending.erase(0, piece.size());
        done = body.size() == *parser.body_length();
      } else {
        const auto progress =
            part == Part::kHead ? parser.put_head(pending) : parser.put_chunks(pending);
        INKLING_CHECK(progress.used <= pending.size());
        pending.erase(0, progress.used);
        if (progress.step == HttpRequestParser::Step::kRejected) return seen;
        done = progress.step == HttpRequestParser::Step::kDone;
        if (done && part == Part::kHead && parser.has_body()) {
          if (!parser.limit_body(kMaxBody)) return seen;
          part = parser.body_length() ? Part::kLength : Part::kChunks;
          done = false;
          continue;  // what is there may be enough
        }
      }
      if (done) break;
      if (bytes.empty()) return seen;
      pending += bytes.substr(0, step);
      bytes.remove_prefix(std::min(step, bytes.size()));
    }
    check_request(parser);
    seen.push_back(describe(parser));
    if (!parser.keep_alive()) return seen;
  }
  return seen;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const std::string bytes =
      input.starts_with('\0') ? follow_recipe(input.substr(1)) : std::string(input);
  const auto at_once = read_connection(bytes, std::max<std::size_t>(bytes.size(), 1));
  for (const std::size_t step : {std::size_t{1}, std::size_t{7}, std::size_t{61}}) {
    INKLING_CHECK(read_connection(bytes, step) == at_once);
  }
  return 0;
}
