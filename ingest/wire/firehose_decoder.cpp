#include "ingest/wire/firehose_decoder.h"

#include <algorithm>
#include <cstring>
#include <optional>

#include "ingest/base64.h"
#include "ingest/json_cursor.h"
#include "ingest/json_scan.h"
#include "ingest/json_splitter.h"
#include "ingest/lines.h"
#include "ingest/wire/protobuf_reader.h"

namespace inkling::ingest {
namespace {

// All records of a frame may inflate to this many times what one body may.
constexpr std::size_t kFrameFactor = 4;

// The base64 of {"data":"..."}; nothing if the record is none.
std::optional<std::string_view> find_data(std::string_view record) {
  JsonCursor cursor(record);
  if (!cursor.begin_object()) return std::nullopt;
  std::optional<std::string_view> data;
  while (const auto key = cursor.next_key()) {
    const JsonToken token = cursor.value();
    if (*key == "data" && token.kind == JsonKind::kString) data = token.text;
  }
  return cursor.failed() ? std::nullopt : data;
}

// Calls visit(message) for each length-delimited message; false, before any call, if the lengths
// do not lead to the end or a message does not begin with field 1 (resource_metrics).
template <class Visit>
bool for_each_delimited(std::string_view bytes, Visit&& visit) {
  constexpr char kField1 = 0x0A;
  for (const bool is_trial : {true, false}) {
    std::string_view rest = bytes;
    while (!rest.empty()) {
      ProtobufReader reader(rest);
      std::uint64_t size = 0;
      if (!reader.read_varint(size)) return false;
      rest = reader.rest();
      if (size == 0 || size > rest.size() || rest.front() != kField1) return false;
      if (!is_trial) visit(rest.substr(0, size));
      rest.remove_prefix(size);
    }
  }
  return !bytes.empty();
}

// The first attribute of the frame that names its service.
std::string_view service_of(const Batch& batch, EnvelopeFields& fields) {
  fields.reset();
  if (batch.chunk.attributes) {
    for_each_attribute(*batch.chunk.attributes, [&](std::string_view name, std::string_view value) {
      fields.offer(name, value);
    });
  }
  return fields.envelope().service;
}

}  // namespace

FirehoseDecoder::FirehoseDecoder(const WireContext& context)
    : context_(context),
      logs_(context.lines),
      metrics_(context.fields),
      gunzip_(make_inflater(Encoding::kGzip)),
      otlp_(make_wire_decoder(Format::kOtlpMetrics, context)) {}
FirehoseDecoder::~FirehoseDecoder() = default;

void FirehoseDecoder::decode(std::string_view bytes, Batch& batch) {
  EnvelopeFields attributes(context_.fields);
  service_ = batch.arena.copy(service_of(batch, attributes));
  inflated_bytes_ = 0;
  JsonCursor cursor(without_mark(bytes));
  bool found = false;
  if (cursor.begin_object()) {
    while (const auto key = cursor.next_key()) {
      if (*key == "records" && cursor.begin_array()) {
        found = true;
        while (cursor.next_element()) {
          const JsonToken record = cursor.value();
          if (!cursor.failed()) read_record(record.text, batch);
        }
      } else {
        cursor.value();
      }
    }
  }
  if (found && cursor.at_end()) return;
  batch.broken.push_back({batch.lines++, ParseError::kBadJson, cursor.rest()});
}

void FirehoseDecoder::read_record(std::string_view record, Batch& batch) {
  const auto data = find_data(record);
  const ParseError error =
      data ? open(unescape_json(*data, batch.arena), batch) : ParseError::kUnknownShape;
  if (error != ParseError::kNone) {
    batch.broken.push_back({batch.lines++, error, record});
  } else if (is_blank(content_)) {
    ++batch.lines;
    ++batch.empty_lines;
  } else {
    read_content(content_, batch);
  }
}

ParseError FirehoseDecoder::open(std::string_view base64, Batch& batch) {
  char* const plain = batch.arena.allocate(base64_room(base64.size()) + PaddedBuffer::kPadding);
  const auto size = decode_base64(base64, plain);
  if (!size) return ParseError::kBadEncoding;
  std::memset(plain + *size, 0, PaddedBuffer::kPadding);
  content_ = {plain, *size};
  if (detect_encoding(content_) != Encoding::kGzip) return ParseError::kNone;

  InflateLimits limits = context_.options.inflate;
  const std::size_t frame_limit = kFrameFactor * limits.max_bytes;
  limits.max_bytes = std::min(limits.max_bytes, frame_limit - inflated_bytes_);
  gunzip_->reset();
  if (!inflate_all(*gunzip_, content_, inflated_, limits)) return ParseError::kBadEncoding;
  inflated_bytes_ += inflated_.size();
  char* const copy = batch.arena.allocate(inflated_.size() + PaddedBuffer::kPadding);
  std::memcpy(copy, inflated_.data(), inflated_.size() + PaddedBuffer::kPadding);
  content_ = {copy, inflated_.size()};
  return ParseError::kNone;
}

void FirehoseDecoder::read_content(std::string_view content, Batch& batch) {
  const std::size_t first = content.find_first_not_of(" \t\r\n");
  if (content[first] == '{') {
    const auto piece = JsonSplitter(content.substr(first)).next();
    const bool is_known =
        piece && (CloudWatchLogs::is_one(piece->text) || MetricStream::is_one(piece->text));
    return is_known ? read_documents(content, batch) : read_lines(content, batch);
  }
  if (!read_otlp(content, batch)) read_lines(content, batch);
}

void FirehoseDecoder::read_documents(std::string_view content, Batch& batch) {
  JsonSplitter splitter(content);
  while (const auto piece = splitter.next()) {
    if (piece->whole && CloudWatchLogs::is_one(piece->text)) {
      logs_.read(piece->text, service_, batch);
      continue;
    }
    const std::uint32_t record = batch.lines++;
    const ParseError error =
        piece->whole ? metrics_.read(piece->text, record, batch) : ParseError::kBadJson;
    if (error != ParseError::kNone) batch.broken.push_back({record, error, piece->text});
  }
}

void FirehoseDecoder::read_lines(std::string_view content, Batch& batch) {
  for_each_line(content, [&](std::string_view line, std::uint32_t) {
    // Producers that put no line break between objects write {...}{...}.
    const std::size_t first = line.find_first_not_of(" \t");
    if (first == std::string_view::npos || line[first] != '{' || is_one_object(line)) {
      return read_line(line, batch);
    }
    JsonSplitter trial(line);
    while (const auto piece = trial.next()) {
      if (!piece->whole || piece->text.front() != '{') return read_line(line, batch);
    }
    JsonSplitter splitter(line);
    while (const auto piece = splitter.next()) read_line(piece->text, batch);
  });
}

void FirehoseDecoder::read_line(std::string_view line, Batch& batch) {
  const std::uint32_t record = batch.lines++;
  if (is_blank(line)) {
    ++batch.empty_lines;
    return;
  }
  const ParseError error = context_.lines.add(line, Envelope{}, record, batch);
  if (error != ParseError::kNone) batch.broken.push_back({record, error, line});
}

bool FirehoseDecoder::read_otlp(std::string_view content, Batch& batch) {
  return for_each_delimited(content, [&](std::string_view message) {
    if (otlp_) {
      otlp_->decode(message, batch);
    } else {
      batch.broken.push_back({batch.lines++, ParseError::kUnknownShape, message});
    }
  });
}

}  // namespace inkling::ingest
