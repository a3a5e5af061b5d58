#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace inkling::ingest {

// What an action line asks for.
enum class BulkVerb : std::uint8_t { kIndex, kCreate, kUpdate, kDelete };
std::string_view bulk_verb_name(BulkVerb verb);

// One action of an Elasticsearch _bulk body, with its document.
struct BulkAction {
  BulkVerb verb = BulkVerb::kIndex;
  bool valid = true;          // false: no action line, or its document is missing or does not close
  std::string_view index;     // as written, "" = not said
  std::string_view id;        // as written, "" = not said
  std::string_view document;  // the object; of an update what it updates to; empty for delete
  std::string_view text;      // the lines as they came
};

// Reads the actions of a _bulk body in order, for who answers it and for who decodes it alike. A
// line that is no action is an invalid one of its own, and the next line is looked at afresh.
// Whether a document is sound is only told by its strings and brackets. Not thread-safe: one owner.
class ElasticBulkReader {
 public:
  // The bytes outlive the reader and what it gives.
  explicit ElasticBulkReader(std::string_view bytes) : rest_(bytes) {}

  std::optional<BulkAction> next();

 private:
  // The next line that is not blank; empty behind the last one.
  std::string_view next_line();

  std::string_view rest_;
};

}  // namespace inkling::ingest
