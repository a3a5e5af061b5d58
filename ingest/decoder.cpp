#include "ingest/decoder.h"

#include <algorithm>
#include <array>

#include "core/decompress.h"
#include "core/frame_attributes.h"
#include "ingest/csv_decoder.h"
#include "ingest/document_decoder.h"
#include "ingest/envelope_fields.h"
#include "ingest/line_reader.h"
#include "ingest/ndjson_decoder.h"
#include "ingest/text_decoder.h"
#include "ingest/wire_decoder.h"

namespace inkling::ingest {

struct Decoder::State {
  explicit State(const DecoderOptions& decoder_options)
      : options(decoder_options),
        fields(std::make_shared<const FieldTable>(options.fields)),
        ndjson(options, fields),
        document(options, &ndjson),
        csv(options),
        lines(options, ndjson),
        text(options, lines) {}

  // The plain bytes of the chunk, or false if they cannot be had.
  bool inflate(Batch& batch) {
    const Encoding encoding = batch.chunk.header.encoding;
    if (encoding == Encoding::kIdentity) return true;
    auto& inflater = inflaters[static_cast<std::size_t>(encoding)];
    if (!inflater) {
      inflater = make_inflater(encoding);
      if (!inflater) return false;
    } else {
      inflater->reset();
    }
    InflateLimits limits = options.inflate;
    if (batch.chunk.header.format == Format::kFirehose) {
      limits.max_bytes = std::max(limits.max_bytes, kMaxFirehoseBytes);
    }
    return inflate_all(*inflater, batch.chunk.bytes.view(), batch.inflated, limits).has_value();
  }

  void decode_wire(Format format, std::string_view bytes, Batch& batch) {
    auto& decoder = wire[static_cast<std::size_t>(format)];
    if (!decoder) decoder = make_wire_decoder(format, {options, *fields, ndjson, lines});
    if (decoder) {
      decoder->decode(bytes, batch);
    } else {
      batch.broken.push_back({batch.lines++, ParseError::kUnknownShape, bytes});
    }
  }

  DecoderOptions options;
  std::shared_ptr<const FieldTable> fields;
  NdjsonDecoder ndjson;
  DocumentDecoder document;
  CsvDecoder csv;
  LineReader lines;
  TextDecoder text;
  // Made when first needed, by encoding and by format.
  std::array<std::unique_ptr<Inflater>, kEncodingCount> inflaters;
  std::array<std::unique_ptr<WireDecoder>, kFormatCount> wire;
};

namespace {

// What the sender said of the whole frame fills what its records do not say.
void apply_attributes(const FieldTable& fields, Batch& batch) {
  if (!batch.chunk.attributes) return;
  EnvelopeFields known(fields);
  for_each_attribute(*batch.chunk.attributes, [&](std::string_view name, std::string_view value) {
    known.offer(name, value);
  });
  const std::string_view service = batch.arena.copy(known.envelope().service);
  const std::string_view version = batch.arena.copy(known.envelope().version);
  if (service.empty() && version.empty()) return;
  for (LogRecord& log : batch.logs) {
    if (log.service.empty()) log.service = service;
    if (log.version.empty()) log.version = version;
  }
  for (MetricPoint& point : batch.points) {
    if (point.service.empty()) point.service = service;
    if (point.version.empty()) point.version = version;
  }
}

}  // namespace

Decoder::Decoder(const DecoderOptions& options) : state_(std::make_unique<State>(options)) {}
Decoder::~Decoder() = default;
Decoder::Decoder(Decoder&&) noexcept = default;
Decoder& Decoder::operator=(Decoder&&) noexcept = default;

void Decoder::decode(Batch& batch) {
  if (!state_->inflate(batch)) {
    batch.inflated.clear();
    batch.broken.push_back({batch.lines++, ParseError::kBadEncoding, {}});
    return;
  }
  const std::string_view bytes = batch.bytes();
  if (bytes.empty()) return;
  switch (batch.chunk.header.format) {
    case Format::kNdjson:
      state_->ndjson.decode(bytes, batch);
      state_->lines.refine(0, batch);
      break;
    case Format::kJsonDocument:
      state_->document.decode(bytes, batch);
      state_->lines.refine(0, batch);
      break;
    case Format::kCsvMetrics:
      state_->csv.decode(bytes, batch);
      break;
    case Format::kText:
    case Format::kAuto:  // never reaches us; as text nothing is lost
      state_->text.decode(bytes, batch);
      break;
    case Format::kMessage:
      decode_messages(bytes, state_->options, batch);
      break;
    case Format::kTick:
      break;
    default:
      state_->decode_wire(batch.chunk.header.format, bytes, batch);
      break;
  }
  apply_attributes(*state_->fields, batch);
}

}  // namespace inkling::ingest
