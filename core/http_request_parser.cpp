#include "core/http_request_parser.h"

#include <algorithm>
#include <boost/asio/buffer.hpp>
#include <boost/beast/http/error.hpp>
#include <boost/beast/http/parser.hpp>
#include <limits>
#include <string>
#include <utility>

#include "core/ascii.h"
#include "core/http_message.h"

namespace inkling {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;
using boost::system::error_code;

// Lets Beast's parser write a chunked body into a PaddedBuffer.
struct PaddedBody {
  using value_type = PaddedBuffer;

  class reader {
   public:
    template <bool kIsRequest, class Fields>
    reader(http::header<kIsRequest, Fields>&, value_type& body) : body_(body) {}
    void init(const boost::optional<std::uint64_t>&, error_code& ec) { ec = {}; }
    template <class Buffers>
    std::size_t put(const Buffers& buffers, error_code& ec) {
      ec = {};
      std::size_t total = 0;
      for (auto it = asio::buffer_sequence_begin(buffers); it != asio::buffer_sequence_end(buffers);
           ++it) {
        const asio::const_buffer piece = *it;
        body_.append({static_cast<const char*>(piece.data()), piece.size()});
        total += piece.size();
      }
      return total;
    }
    void finish(error_code& ec) { ec = {}; }

   private:
    value_type& body_;  // of the message being parsed, which owns us
  };
};

std::string_view view_of(beast::string_view text) { return {text.data(), text.size()}; }

// A field that goes on in the next line is read differently by different servers (RFC 9112, 5.2).
// Beast takes all fields of a head at once, so both parts of a fold are seen together.
bool has_folded_line(std::string_view head) {
  return head.find("\n ") != std::string_view::npos || head.find("\n\t") != std::string_view::npos;
}

}  // namespace

struct HttpRequestParser::Parser : http::request_parser<PaddedBody> {};

HttpRequestParser::HttpRequestParser(std::size_t max_head_bytes)
    : parser_(std::make_unique<Parser>()), max_head_bytes_(max_head_bytes) {
  parser_->header_limit(
      static_cast<std::uint32_t>(std::min<std::size_t>(max_head_bytes, 1u << 30)));
  parser_->body_limit(std::numeric_limits<std::uint64_t>::max());  // until limit_body()
}

HttpRequestParser::~HttpRequestParser() = default;

HttpRequestParser::Progress HttpRequestParser::put_head(std::string_view bytes) {
  error_code ec;
  const std::size_t used = parser_->put(asio::buffer(bytes), ec);
  head_bytes_ += used;
  const bool incomplete = ec == http::error::need_more;
  // Beast's limit holds for the first line and for the fields; ours for both together.
  const std::size_t size_so_far = head_bytes_ + (incomplete ? bytes.size() - used : 0);
  if (ec == http::error::header_limit || size_so_far > max_head_bytes_) {
    return {used, Step::kRejected, HttpRefusal::kHeadSize};
  }
  if (has_folded_line(bytes.substr(0, used))) return {used, Step::kRejected};
  if (incomplete) return {used, Step::kNeedMore};
  if (ec || !parser_->is_header_done()) return {used, Step::kRejected, HttpRefusal::kMalformed};
  if (const auto refusal = take_head()) return {used, Step::kRejected, *refusal};
  return {used, Step::kDone};
}

// Moves what Beast read to the request; why it is rejected, if it is.
std::optional<HttpRefusal> HttpRequestParser::take_head() {
  const auto& head = parser_->get();
  keep_alive_ = parser_->keep_alive();
  is_http11_ = head.version() >= 11;
  request_.method = view_of(head.method_string());
  for (const auto& field : head) {
    const auto [at, is_new] =
        request_.headers.try_emplace(to_lower_ascii(view_of(field.name_string())));
    if (!is_new) at->second += ", ";
    at->second += view_of(field.value());
  }
  if (is_http11_ && head.count(http::field::host) != 1) return HttpRefusal::kMalformed;
  // One length, said once: equal ones are a sign of two senders in one head.
  if (head.count(http::field::content_length) > 1 ||
      view_of(head[http::field::content_length]).find(',') != std::string_view::npos) {
    return HttpRefusal::kMalformed;
  }
  // Chunks are not part of HTTP/1.0: who stands between us may have read the body otherwise.
  if (!is_http11_ && head.count(http::field::transfer_encoding) > 0) {
    return HttpRefusal::kMalformed;
  }
  const std::string_view coding = request_.header("transfer-encoding");
  if (!coding.empty() && !equals_ignoring_case(coding, "chunked"))
    return HttpRefusal::kTransferCoding;
  auto target = parse_http_target(view_of(head.target()));
  if (!target) return HttpRefusal::kMalformed;
  request_.path = std::move(target->path);
  request_.query = std::move(target->query);
  const std::string_view expected = request_.header("expect");
  if (is_http11_ && !expected.empty()) {
    if (!equals_ignoring_case(expected, "100-continue")) return HttpRefusal::kExpectation;
    expects_continue_ = true;
  }
  if (parser_->chunked()) parser_->eager(true);
  return std::nullopt;
}

bool HttpRequestParser::limit_body(std::size_t max_bytes) {
  parser_->body_limit(max_bytes);
  return body_length().value_or(0) <= max_bytes;
}

HttpRequestParser::Progress HttpRequestParser::put_chunks(std::string_view bytes) {
  error_code ec;
  const std::size_t used = parser_->put(asio::buffer(bytes), ec);
  if (ec == http::error::body_limit) return {used, Step::kRejected, HttpRefusal::kBodySize};
  if (ec == http::error::header_limit) return {used, Step::kRejected, HttpRefusal::kHeadSize};
  if (ec && ec != http::error::need_more) return {used, Step::kRejected, HttpRefusal::kMalformed};
  if (parser_->is_done()) {
    request_.body = std::move(parser_->get().body());
    return {used, Step::kDone};
  }
  // What is left is part of a chunk's head or of the trailer, which may be as long as a head.
  if (bytes.size() - used > max_head_bytes_) return {used, Step::kRejected, HttpRefusal::kHeadSize};
  return {used, Step::kNeedMore};
}

bool HttpRequestParser::has_body() const { return !parser_->is_done(); }

std::optional<std::size_t> HttpRequestParser::body_length() const {
  if (const auto length = parser_->content_length()) return static_cast<std::size_t>(*length);
  return std::nullopt;
}

std::size_t HttpRequestParser::chunked_bytes() const { return parser_->get().body().size(); }

}  // namespace inkling
