#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string_view>

#include "core/frame.h"

namespace inkling::ingest {

// Finds the elements of a JSON document: of an array, or of the array a known member of an object
// holds ({"events": [...]}, {"deploys": [...]}), else the object itself is the only one.
// Not thread-safe: it owns simdjson's scratch.
class DocumentElements {
 public:
  DocumentElements();
  ~DocumentElements();
  DocumentElements(DocumentElements&&) noexcept;
  DocumentElements& operator=(DocumentElements&&) noexcept;

  // Visits the text of each element in order until `visit` returns false. At least
  // PaddedBuffer::kPadding readable bytes must follow `bytes`. False if the document breaks off or
  // has something behind it; the elements before that were visited.
  bool visit(std::string_view bytes, const std::function<bool(std::string_view)>& visit);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

// The bytes of record number `record` of a frame's plain bytes: a line without its line break, or
// an element of a document. Nothing if there are fewer. The padding is as above.
std::optional<std::string_view> find_record(Format format, std::string_view bytes,
                                            std::uint32_t record);

}  // namespace inkling::ingest
