#include "core/http_message.h"

#include <fmt/format.h>

#include <boost/beast/http/status.hpp>
#include <utility>

#include "core/ascii.h"

namespace inkling {
namespace {

// The byte of "%XX" at the front, or -1.
int escaped_byte(std::string_view text) {
  if (text.size() < 3) return -1;
  const int high = hex_digit(text[1]);
  const int low = hex_digit(text[2]);
  return high < 0 || low < 0 ? -1 : high * 16 + low;
}

bool is_one_line(std::string_view text) {
  return text.find_first_of(std::string_view("\r\n\0", 3)) == std::string_view::npos;
}

}  // namespace

std::optional<std::string> percent_decode(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    int c = static_cast<unsigned char>(text[i]);
    if (c == '%') {
      c = escaped_byte(text.substr(i));
      i += 2;
    }
    if (c <= 0) return std::nullopt;  // a broken escape, or NUL
    out.push_back(static_cast<char>(c));
  }
  return out;
}

std::string form_decode(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    const int escaped = text[i] == '%' ? escaped_byte(text.substr(i)) : -1;
    if (escaped >= 0) {
      out.push_back(static_cast<char>(escaped));
      i += 2;
    } else {
      out.push_back(text[i] == '+' ? ' ' : text[i]);
    }
  }
  return out;
}

std::optional<HttpTarget> parse_http_target(std::string_view target) {
  for (const std::string_view scheme : {"http://", "https://"}) {
    if (!target.starts_with(scheme)) continue;
    target.remove_prefix(scheme.size());
    const std::size_t slash = target.find('/');
    target = slash == std::string_view::npos ? "/" : target.substr(slash);
    break;
  }
  if (!target.starts_with('/')) return std::nullopt;
  const std::size_t mark = target.find('?');
  auto path = percent_decode(target.substr(0, mark));
  if (!path) return std::nullopt;
  HttpTarget result{std::move(*path), ""};
  if (mark != std::string_view::npos) result.query = target.substr(mark + 1);
  return result;
}

std::string format_http_head(const HttpResponse& response, HttpFraming framing) {
  const auto status = boost::beast::http::int_to_status(static_cast<unsigned>(response.status));
  const auto reason = boost::beast::http::obsolete_reason(status);
  std::string head = fmt::format("HTTP/1.1 {} {}\r\nServer: inkling\r\n", response.status,
                                 std::string_view(reason.data(), reason.size()));
  const auto add = [&](std::string_view name, std::string_view value) {
    if (!is_one_line(name) || !is_one_line(value)) return;
    fmt::format_to(std::back_inserter(head), "{}: {}\r\n", name, value);
  };
  const bool may_have_body = response.status >= 200 && response.status != 204;
  if (may_have_body && response.status != 304) {
    if (!response.content_type.empty()) add("Content-Type", response.content_type);
    fmt::format_to(std::back_inserter(head), "Content-Length: {}\r\n", response.body.size());
  }
  for (const auto& [name, value] : response.headers) add(name, value);
  if (!framing.keep_alive) {
    add("Connection", "close");
  } else if (!framing.http11) {
    add("Connection", "keep-alive");
  }
  head += "\r\n";
  return head;
}

}  // namespace inkling
