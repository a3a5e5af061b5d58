#pragma once

#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "core/decompress.h"
#include "ingest/record_builder.h"
#include "ingest/wire/enveloped_record.h"
#include "ingest/wire/msgpack_fields.h"
#include "ingest/wire_decoder.h"

namespace inkling::ingest {

// Decodes messages of the Fluent forward protocol (kForward; also its JSON form), or entries alone
// (kMsgpackEvents). Each entry is one record; both shapes of entries are read:
// [time, record] and [[time, metadata], record]. docs/components/forward.md says what becomes what.
class ForwardDecoder final : public WireDecoder {
 public:
  ForwardDecoder(Format format, const WireContext& context);

  void decode(std::string_view bytes, Batch& batch) override;

 private:
  struct Option {
    std::string_view compressed;
    std::int64_t signal = 0;
    bool good = true;
  };
  // A line that came in several records, so far.
  struct Parts {
    std::string_view id;
    std::uint32_t record = 0;  // of the first part
    RecordFields fields;       // of the first part
    ShipperFields shipper;
    Timestamp time;
    std::size_t bytes = 0;
    std::vector<std::pair<std::int64_t, std::string_view>> texts;
  };

  void decode_json(std::string_view& bytes, Batch& batch);
  void decode_message(std::string_view message, Batch& batch);
  void decode_blob(std::string_view blob, const Option& option, Batch& batch);
  void decode_entries(std::string_view entries, Batch& batch);
  void decode_entry(std::string_view entry, Batch& batch);
  void add_record(const MsgpackTime& time, std::string_view metadata, std::string_view record,
                  Batch& batch);
  void begin_group(std::string_view record, Batch& batch);
  bool join_part(Timestamp time, std::uint32_t record, Batch& batch);
  void finish_parts(Parts& parts, Batch& batch);
  // Makes the event of what is in fields_ and shipper_.
  void add_event(Timestamp time, std::string_view raw, std::uint32_t record, Batch& batch);
  void offer(FieldRole role, std::string_view text, std::uint8_t rank);
  std::string_view fallback_service() const;
  static Option read_option(MsgpackReader& message, std::uint32_t left);

  const Format format_;
  const DecoderOptions& options_;
  MsgpackFields reader_;
  EnvelopedRecord builder_;
  const Duration utc_offset_;
  TimeReader times_;
  std::unique_ptr<Inflater> gzip_;
  std::unique_ptr<Inflater> zstd_;
  PaddedBuffer inflated_;

  // Of the message, group and record being read.
  std::string_view tag_;
  std::string_view group_service_;
  std::string_view group_version_;
  RecordFields fields_;
  ShipperFields shipper_;
  std::vector<Parts> parts_;
};

}  // namespace inkling::ingest
