#include "ingest/decoder.h"

#include <array>

#include "core/decompress.h"
#include "ingest/csv_decoder.h"
#include "ingest/document_decoder.h"
#include "ingest/ndjson_decoder.h"
#include "ingest/text_decoder.h"

namespace inkling::ingest {

struct Decoder::State {
  explicit State(const DecoderOptions& decoder_options)
      : options(decoder_options),
        ndjson(options, std::make_shared<const FieldTable>(options.fields)),
        document(options, &ndjson),
        csv(options) {}

  // The plain bytes of the chunk, or false if they cannot be had.
  bool inflate(Batch& batch) {
    const Encoding encoding = batch.chunk.header.encoding;
    if (encoding == Encoding::kIdentity) return true;
    auto& inflater = inflaters[static_cast<std::size_t>(encoding)];
    if (!inflater) {
      inflater = make_inflater(encoding);
    } else {
      inflater->reset();
    }
    return inflate_all(*inflater, batch.chunk.bytes.view(), batch.inflated, options.inflate)
        .has_value();
  }

  DecoderOptions options;
  NdjsonDecoder ndjson;
  DocumentDecoder document;
  CsvDecoder csv;
  std::array<std::unique_ptr<Inflater>, 3> inflaters;  // by encoding, made when first needed
};

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
      break;
    case Format::kJsonDocument:
      state_->document.decode(bytes, batch);
      break;
    case Format::kCsvMetrics:
      state_->csv.decode(bytes, batch);
      break;
    case Format::kText:
    case Format::kAuto:  // never reaches us; as text nothing is lost
      decode_text(bytes, state_->options, batch);
      break;
    case Format::kTick:
      break;
  }
}

}  // namespace inkling::ingest
