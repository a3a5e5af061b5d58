#include "ingest/http/elastic_reply.h"
#include "tests/fuzz/decode_any.h"

// What is decoded, and what is answered before that.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  inkling::decode_any(inkling::Format::kElasticBulk, data, size);
  const std::string_view body(reinterpret_cast<const char*>(data), size);
  const inkling::ingest::BulkItems items = inkling::ingest::make_bulk_items(body, "i", 1);
  INKLING_CHECK(items.documents <= items.actions);
  return 0;
}
