#include "ingest/document_decoder.h"

#include <simdjson.h>

#include <vector>

#include "core/json.h"
#include "ingest/lines.h"
#include "ingest/rare_events.h"
#include "ingest/span_calls.h"

namespace inkling::ingest {
namespace {

namespace ondemand = simdjson::ondemand;

// Members that hold the elements of a document that is an object.
constexpr std::string_view kListNames[] = {"events",  "changes", "deploys", "deployments",
                                           "commits", "flags",   "alerts",  "alarms",
                                           "spans",   "metrics", "logs"};
// Elements up to this size are looked at as trees when they are none of the known shapes.
constexpr std::size_t kMaxTreeBytes = 1u << 20;
constexpr std::size_t kMaxKeptScratch = 8u << 20;

std::string_view trim_back(std::string_view text) {
  const std::size_t last = text.find_last_not_of(" \t\r\n");
  return text.substr(0, last == std::string_view::npos ? 0 : last + 1);
}

}  // namespace

struct DocumentDecoder::State {
  State(const DecoderOptions& decoder_options, NdjsonDecoder* element_decoder)
      : options(decoder_options), elements(element_decoder) {}

  void take_element(std::string_view text, Batch& batch) {
    const std::uint32_t record = batch.lines++;
    const ParseError error = decode_element(text, record, batch);
    if (error != ParseError::kNone) batch.broken.push_back({record, error, text});
  }

  ParseError decode_element(std::string_view text, std::uint32_t record, Batch& batch) {
    if (text.size() > options.max_line_bytes) return ParseError::kOverlong;
    if (text.empty() || text.front() != '{') return ParseError::kNotAnObject;
    // Spans and status entries need the document around them; everything else is as on a line.
    if (may_hold(text, "\"span_id\"") || may_hold(text, "\"started_at\"")) {
      const auto tree = parse_json(text);
      if (!tree) return ParseError::kBadJson;
      RareOutcome outcome = decode_status_entry(tree.value(), record, batch);
      if (!outcome.is_rare) outcome = decode_rare(tree.value(), record, batch, &spans);
      if (outcome.is_rare) return outcome.error;
    }
    return elements->decode_object(text, record, batch);
  }

  static bool may_hold(std::string_view text, std::string_view key) {
    return text.size() <= kMaxTreeBytes && text.find(key) != std::string_view::npos;
  }

  // Takes the elements of an array; false if the document breaks off inside.
  bool take_array(ondemand::array array, Batch& batch) {
    for (auto next : array) {
      ondemand::value value;
      if (std::move(next).get(value) != simdjson::SUCCESS) return false;
      std::string_view text = value.raw_json_token();
      if (text.empty()) return false;
      if (text[0] == '{') {
        ondemand::object object;
        if (value.get_object().get(object) != simdjson::SUCCESS) return false;
        if (object.raw_json().get(text) != simdjson::SUCCESS) return false;
      } else if (text[0] != '[' && text[0] != '"' && text[0] != '-' &&
                 !(text[0] >= '0' && text[0] <= '9') && !(text[0] >= 'a' && text[0] <= 'z')) {
        return false;
      }
      take_element(trim_back(text), batch);
    }
    return true;
  }

  // The list inside an object, if it is such a document.
  bool find_list(ondemand::object object, ondemand::array& list) {
    for (auto next : object) {
      ondemand::field field;
      if (std::move(next).get(field) != simdjson::SUCCESS) return false;
      for (const std::string_view name : kListNames) {
        if (field.key() != name) continue;
        if (field.value().get_array().get(list) == simdjson::SUCCESS) return true;
        break;
      }
    }
    return false;
  }

  bool decode(std::string_view bytes, Batch& batch) {
    ondemand::document document;
    const simdjson::padded_string_view padded(bytes.data(), bytes.size(),
                                              bytes.size() + PaddedBuffer::kPadding);
    if (parser.iterate(padded).get(document) != simdjson::SUCCESS) return false;
    ondemand::json_type type;
    if (document.type().get(type) != simdjson::SUCCESS) return false;
    if (type == ondemand::json_type::array) {
      ondemand::array array;
      if (document.get_array().get(array) != simdjson::SUCCESS) return false;
      if (!take_array(array, batch)) return false;
      const char* behind = nullptr;
      return document.current_location().get(behind) != simdjson::SUCCESS;
    }
    if (type != ondemand::json_type::object) return false;
    ondemand::object object;
    ondemand::array list;
    if (document.get_object().get(object) != simdjson::SUCCESS) return false;
    if (find_list(object, list)) return take_array(list, batch);
    take_element(trim_back(bytes), batch);
    return true;
  }

  DecoderOptions options;
  NdjsonDecoder* elements;  // outlives us
  ondemand::parser parser;
  std::vector<Span> spans;
};

DocumentDecoder::DocumentDecoder(const DecoderOptions& options, NdjsonDecoder* elements)
    : state_(std::make_unique<State>(options, elements)) {}
DocumentDecoder::~DocumentDecoder() = default;
DocumentDecoder::DocumentDecoder(DocumentDecoder&&) noexcept = default;
DocumentDecoder& DocumentDecoder::operator=(DocumentDecoder&&) noexcept = default;

void DocumentDecoder::decode(std::string_view bytes, Batch& batch) {
  bytes = without_mark(bytes);
  if (is_blank(bytes)) {
    ++batch.lines;
    ++batch.empty_lines;
    return;
  }
  state_->spans.clear();
  if (!state_->decode(bytes, batch)) {
    const std::uint32_t record = batch.lines++;
    batch.broken.push_back({record, ParseError::kBadJson, bytes});
  }
  add_calls(state_->spans, batch);
  // simdjson's scratch is several times the document: not kept for large ones.
  if (bytes.size() > kMaxKeptScratch) state_->parser = ondemand::parser();
}

}  // namespace inkling::ingest
