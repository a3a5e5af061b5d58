#include <fmt/format.h>

#include <atomic>
#include <iterator>
#include <memory>
#include <string>
#include <utility>

#include "core/ascii.h"
#include "core/json.h"
#include "ingest/http/body.h"
#include "ingest/http/endpoints.h"
#include "ingest/http/splunk_acks.h"
#include "ingest/http/splunk_reply.h"
#include "ingest/json_splitter.h"
#include "ingest/lines.h"
#include "ingest/wire/hec_event.h"

namespace inkling::ingest {
namespace {

// Said to be unhealthy for so long after a refusal.
constexpr Duration kUnhealthyFor = std::chrono::seconds(5);
constexpr std::size_t kMaxAsked = 100'000;  // ids in one question

// What the events of a body are, before it is taken.
struct EventSurvey {
  std::uint64_t events = 0;
  std::uint64_t good = 0;
  std::optional<std::uint64_t> first_bad = {};
  SplunkCode flaw = SplunkCode::kSuccess;  // of the first bad one
};

EventSurvey survey(std::string_view body) {
  EventSurvey found;
  JsonSplitter splitter(body);
  while (const auto piece = splitter.next()) {
    const std::uint64_t number = found.events++;
    const HecFlaw flaw = piece->whole ? read_hec_event(piece->text).flaw : HecFlaw::kBadFormat;
    if (flaw == HecFlaw::kNone) {
      ++found.good;
    } else if (!found.first_bad) {
      found.first_bad = number;
      found.flaw = flaw == HecFlaw::kBadFormat ? SplunkCode::kInvalidFormat
                   : flaw == HecFlaw::kNoEvent ? SplunkCode::kNoEvent
                                               : SplunkCode::kBlankEvent;
    }
  }
  return found;
}

// "0aeeac95-ac74-4aa9-b30d-6c4c0ac581ba".
bool is_guid(std::string_view text) {
  if (text.size() != 36) return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool is_dash = i == 8 || i == 13 || i == 18 || i == 23;
    const bool good = is_dash ? text[i] == '-' : hex_digit(text[i]) >= 0;
    if (!good) return false;
  }
  return true;
}

std::string channel_of(const HttpRequest& request) {
  const std::string_view header = request.header("x-splunk-request-channel");
  return header.empty() ? query_parameter(request.query, "channel") : std::string(header);
}

class SplunkEndpoint {
 public:
  explicit SplunkEndpoint(const EndpointContext& context)
      : endpoint_(context.intake.make_endpoint("splunk")),
        clock_(context.intake.clock()),
        acks_on_(context.options.splunk_acks),
        limits_(inflate_limits(context.options)) {}

  HttpIntake::Endpoint& counts() { return endpoint_; }

  void take_events(HttpRequest&& request, const HttpReply& reply) {
    const std::string channel = channel_of(request);
    if (!channel.empty() && !is_guid(channel)) return refuse(reply, SplunkCode::kInvalidChannel);
    const BodyCheck check = check_body(request);
    if (check.refusal) return refuse_body(reply, check);
    EventSurvey found;
    {
      const PlainBody body = read_body(request, check.encoding, limits_);
      if (body.refusal) return refuse(reply, SplunkCode::kInvalidFormat, *body.refusal);
      if (is_blank(body.text)) return refuse(reply, SplunkCode::kNoData, IntakeRefusal::kEmpty);
      found = survey(body.text);
    }
    if (found.events == 0) return refuse(reply, SplunkCode::kNoData, IntakeRefusal::kEmpty);
    if (found.good == 0) {
      endpoint_.count_refused(IntakeRefusal::kMalformed);
      return reply(splunk_invalid_event(found.flaw, *found.first_bad));
    }
    submit(std::move(request), Format::kHecEvents, check.encoding, {}, channel, found, reply);
  }

  void take_raw(HttpRequest&& request, const HttpReply& reply) {
    const std::string channel = channel_of(request);
    if (channel.empty()) return refuse(reply, SplunkCode::kNoChannel);
    if (!is_guid(channel)) return refuse(reply, SplunkCode::kInvalidChannel);
    const BodyCheck check = check_body(request);
    if (check.refusal) return refuse_body(reply, check);
    if (check.encoding == Encoding::kIdentity && is_blank(request.body.view())) {
      return refuse(reply, SplunkCode::kNoData, IntakeRefusal::kEmpty);
    }
    FrameAttributes attributes;
    for (const char* name : {"host", "source", "sourcetype", "index", "service", "version"}) {
      attributes.add(name, query_parameter(request.query, name));
    }
    submit(std::move(request), Format::kText, check.encoding, std::move(attributes), channel, {},
           reply);
  }

  void tell_acks(const HttpRequest& request, const HttpReply& reply) {
    if (!acks_on_) return refuse(reply, SplunkCode::kAckDisabled);
    const std::string channel = channel_of(request);
    if (channel.empty()) return refuse(reply, SplunkCode::kNoChannel);
    if (!is_guid(channel)) return refuse(reply, SplunkCode::kInvalidChannel);
    const auto question = parse_json(request.body.view());
    const JsonValue* const asked = question ? question->find("acks") : nullptr;
    if (asked == nullptr || !asked->is_array() || asked->array().size() > kMaxAsked) {
      return refuse(reply, SplunkCode::kInvalidFormat);
    }
    std::vector<std::uint64_t> ids;
    for (const JsonValue& id : asked->array()) {
      if (id.integer(-1) < 0) return refuse(reply, SplunkCode::kInvalidFormat);
      ids.push_back(static_cast<std::uint64_t>(id.integer()));
    }
    const std::vector<bool> answers = acks_.take(channel, ids, clock_.now());
    std::string body = R"({"acks":{)";
    for (std::size_t i = 0; i < ids.size(); ++i) {
      fmt::format_to(std::back_inserter(body), R"({}"{}":{})", i == 0 ? "" : ",", ids[i],
                     static_cast<bool>(answers[i]));
    }
    reply({.status = 200, .content_type = "application/json", .body = body + "}}"});
  }

  void tell_health(const HttpReply& reply) {
    const std::int64_t since = clock_.now().ns - refused_ns_.load(std::memory_order_relaxed);
    reply(splunk_reply(since < kUnhealthyFor.count() ? SplunkCode::kUnhealthy
                                                     : SplunkCode::kHealthy));
  }

  static HttpResponse word(int status) {
    if (status == 503) return splunk_reply(SplunkCode::kBusy);
    HttpResponse response = splunk_reply(SplunkCode::kInvalidFormat);
    response.status = status;
    return response;
  }

 private:
  void refuse(const HttpReply& reply, SplunkCode code,
              IntakeRefusal reason = IntakeRefusal::kMalformed) {
    endpoint_.count_refused(reason);
    reply(splunk_reply(code));
  }

  void refuse_body(const HttpReply& reply, const BodyCheck& check) {
    endpoint_.count_refused(*check.refusal);
    HttpResponse response = splunk_reply(
        *check.refusal == IntakeRefusal::kEmpty ? SplunkCode::kNoData : SplunkCode::kInvalidFormat);
    response.status = check.status;
    reply(std::move(response));
  }

  void submit(HttpRequest&& request, Format format, Encoding encoding, FrameAttributes attributes,
              const std::string& channel, const EventSurvey& found, const HttpReply& reply) {
    std::optional<std::uint64_t> ack;
    if (acks_on_ && !channel.empty()) {
      ack = acks_.open(channel, clock_.now());
      if (!ack) {
        note_refusal();
        return refuse(reply, SplunkCode::kBusy, IntakeRefusal::kTooLarge);
      }
    }
    IntakeFrame frame{.format = format, .encoding = encoding, .attributes = std::move(attributes)};
    frame.bytes = std::move(request.body);
    endpoint_.submit(request.client, std::move(frame),
                     [this, channel, ack, found, reply](IntakeOutcome outcome) {
                       finish(outcome, channel, ack, found, reply);
                     });
  }

  void finish(IntakeOutcome outcome, const std::string& channel, std::optional<std::uint64_t> ack,
              const EventSurvey& found, const HttpReply& reply) {
    if (outcome != IntakeOutcome::kDurable) {
      if (ack) acks_.forget(channel, *ack);
      note_refusal();
    }
    switch (outcome) {
      case IntakeOutcome::kDurable:
        if (ack) acks_.commit(channel, *ack);
        // The good events are kept; the sender hears of the first bad one, as from Splunk.
        return reply(found.first_bad ? splunk_invalid_event(found.flaw, *found.first_bad)
                                     : splunk_success(ack));
      case IntakeOutcome::kFull:
        return reply(splunk_reply(SplunkCode::kBusy));
      case IntakeOutcome::kFailed:
        return reply(splunk_reply(SplunkCode::kInternalError));
      case IntakeOutcome::kRefused:
        return reply(splunk_reply(SplunkCode::kInvalidFormat));
    }
  }

  void note_refusal() { refused_ns_.store(clock_.now().ns, std::memory_order_relaxed); }

  HttpIntake::Endpoint& endpoint_;
  const Clock& clock_;
  const bool acks_on_;
  const InflateLimits limits_;
  SplunkAcks acks_;
  std::atomic<std::int64_t> refused_ns_{0};  // when something was refused last; a hint only
};

}  // namespace

void register_splunk(const EndpointContext& context) {
  const auto splunk = std::make_shared<SplunkEndpoint>(context);
  const HttpGuard guard = worded_guard(context.keys, splunk->counts(), splunk_refusal);
  const auto add = [&](const char* method, std::string path, HttpHandler handler) {
    const bool is_health = std::string_view(method) == "GET";  // asked by load balancers
    context.server.add_route(
        {.method = method,
         .path = "/services/collector" + std::move(path),
         .handler = std::move(handler),
         .guard = is_health ? HttpGuard() : guard,
         .wording = [](int status, const HttpRequest&) { return SplunkEndpoint::word(status); }});
  };
  for (const char* path : {"", "/event", "/event/1.0"}) {
    add("POST", path, [splunk](HttpRequest&& request, const HttpReply& reply) {
      splunk->take_events(std::move(request), reply);
    });
  }
  for (const char* path : {"/raw", "/raw/1.0"}) {
    add("POST", path, [splunk](HttpRequest&& request, const HttpReply& reply) {
      splunk->take_raw(std::move(request), reply);
    });
  }
  for (const char* path : {"/ack", "/ack/1.0"}) {
    add("POST", path, [splunk](HttpRequest&& request, const HttpReply& reply) {
      splunk->tell_acks(request, reply);
    });
  }
  for (const char* path : {"/health", "/health/1.0"}) {
    add("GET", path,
        [splunk](HttpRequest&&, const HttpReply& reply) { splunk->tell_health(reply); });
  }
}

}  // namespace inkling::ingest
