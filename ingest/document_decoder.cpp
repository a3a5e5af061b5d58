#include "ingest/document_decoder.h"

#include <vector>

#include "core/json.h"
#include "ingest/document_elements.h"
#include "ingest/lines.h"
#include "ingest/rare_events.h"
#include "ingest/span_calls.h"
#include "ingest/utc_offset.h"

namespace inkling::ingest {

struct DocumentDecoder::State {
  State(const DecoderOptions& decoder_options, NdjsonDecoder* element_decoder)
      : options(decoder_options), utc_offset(utc_offset_of(options)), elements(element_decoder) {}

  ParseError decode_element(std::string_view text, std::uint32_t record, Batch& batch) {
    if (text.size() > options.max_line_bytes) return ParseError::kOverlong;
    if (text.empty() || text.front() != '{') return ParseError::kNotAnObject;
    // Spans and status entries need the document around them; everything else is as on a line.
    const auto may_hold = [text](std::string_view key) {
      return text.find(key) != std::string_view::npos;
    };
    if (may_hold("\"span_id\"") || may_hold("\"started_at\"")) {
      const auto tree = parse_json(text);
      if (!tree) return ParseError::kBadJson;
      RareOutcome outcome = decode_status_entry(tree.value(), record, utc_offset, batch);
      if (!outcome.is_rare) outcome = decode_rare(tree.value(), record, utc_offset, batch, &spans);
      if (outcome.is_rare) return outcome.error;
    }
    return elements->decode_object(text, record, batch);
  }

  DecoderOptions options;
  const Duration utc_offset;
  NdjsonDecoder* elements;  // outlives us
  DocumentElements document;
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
  const bool whole = state_->document.visit(bytes, [&](std::string_view element) {
    const std::uint32_t record = batch.lines++;
    const ParseError error = state_->decode_element(element, record, batch);
    if (error != ParseError::kNone) batch.broken.push_back({record, error, element});
    return true;
  });
  if (!whole) batch.broken.push_back({batch.lines++, ParseError::kBadJson, bytes});
  add_calls(state_->spans, batch);
}

}  // namespace inkling::ingest
