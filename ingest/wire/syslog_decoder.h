#pragma once

#include "ingest/utc_offset.h"
#include "ingest/wire/enveloped_record.h"
#include "ingest/wire/syslog_message.h"
#include "ingest/wire_decoder.h"

namespace inkling::ingest {

// Decodes syslog messages (kSyslog), RFC 5424 or RFC 3164, one by one: app-name to service,
// severity to level, known names of structured data to what they mean, and the text as a line of
// the application.
class SyslogDecoder final : public WireDecoder {
 public:
  explicit SyslogDecoder(const WireContext& context)
      : max_line_bytes_(context.options.max_line_bytes),
        utc_offset_(utc_offset_of(context.options)),
        names_(context.fields),
        builder_(context.lines) {}

  void decode(std::string_view bytes, Batch& batch) override;

 private:
  void decode_message(std::string_view message, Batch& batch);

  const std::uint32_t max_line_bytes_;
  const Duration utc_offset_;
  const FieldTable& names_;
  EnvelopedRecord builder_;
  RecordFields fields_;
  SyslogMessage message_;
};

}  // namespace inkling::ingest
