// Requests given at once and byte by byte must be understood in the same way: what two readers of
// one connection see differently is how requests are smuggled.
#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>

#include "core/check.h"
#include "core/http_request_parser.h"

namespace {

using inkling::HttpRequestParser;

struct Outcome {
  int status = 0;  // 0: not finished, 1: a request, else what it was refused with
  std::size_t used = 0;
  std::string text;
  friend bool operator==(const Outcome&, const Outcome&) = default;
};

std::string describe(HttpRequestParser& parser) {
  const auto& request = parser.request();
  std::string text = request.method + "\n" + request.path + "\n" + request.query + "\n";
  for (const auto& [name, value] : request.headers) text += name + ":" + value + "\n";
  text += request.body.view();
  return text + (parser.keep_alive() ? "+" : "-");
}

// Feeds the bytes as they come from a socket, `step` at a time.
Outcome read_request(std::string_view bytes, std::size_t step) {
  HttpRequestParser parser(1024);
  std::string pending;
  std::size_t used = 0;
  bool in_head = true;
  while (true) {
    const auto progress = in_head ? parser.put_head(pending) : parser.put_chunks(pending);
    INKLING_CHECK(progress.used <= pending.size());
    used += progress.used;
    pending.erase(0, progress.used);
    if (progress.step == HttpRequestParser::Step::kRejected) {
      return {inkling::kHttpRefusalStatus[static_cast<std::size_t>(progress.refusal)], 0, ""};
    }
    if (progress.step == HttpRequestParser::Step::kDone) {
      if (in_head && parser.has_body() && !parser.limit_body(4096)) return {413, 0, ""};
      if (!in_head || !parser.has_body() || parser.body_length()) {
        return {1, used, describe(parser)};
      }
      in_head = false;
      continue;
    }
    if (bytes.empty()) return {};
    pending += bytes.substr(0, step);
    bytes.remove_prefix(std::min(step, bytes.size()));
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const Outcome whole = read_request(bytes, size + 1);
  const Outcome pieces = read_request(bytes, 1);
  // Which of several faults is found first may depend on the cut; whether there is one may not,
  // but for a head that is only too long where it is not whole yet.
  INKLING_CHECK((whole.status == 1) == (pieces.status == 1));
  if (whole.status == 1) INKLING_CHECK(whole == pieces);
  return 0;
}
