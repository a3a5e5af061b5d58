#include "ingest/document_elements.h"

#include <simdjson.h>

#include "core/padded_buffer.h"
#include "ingest/lines.h"
#include "ingest/text_decoder.h"

namespace inkling::ingest {
namespace {

namespace ondemand = simdjson::ondemand;

// Members that hold the elements of a document that is an object.
constexpr std::string_view kListNames[] = {"events",  "changes", "deploys", "deployments",
                                           "commits", "flags",   "alerts",  "alarms",
                                           "spans",   "metrics", "logs"};
constexpr std::size_t kMaxKeptScratch = 8u << 20;

std::string_view trim_back(std::string_view text) {
  const std::size_t last = text.find_last_not_of(" \t\r\n");
  return text.substr(0, last == std::string_view::npos ? 0 : last + 1);
}

bool begins_scalar(char c) {
  return c == '"' || c == '-' || (c >= '0' && c <= '9') || c == 't' || c == 'f' || c == 'n';
}

using Visit = std::function<bool(std::string_view)>;

// False if the document breaks off inside the array.
bool visit_array(ondemand::array array, const Visit& visit, bool& stopped) {
  for (auto next : array) {
    ondemand::value value;
    if (std::move(next).get(value) != simdjson::SUCCESS) return false;
    std::string_view text = value.raw_json_token();
    if (text.empty()) return false;
    if (text[0] == '{') {
      ondemand::object object;
      if (value.get_object().get(object) != simdjson::SUCCESS) return false;
      if (object.raw_json().get(text) != simdjson::SUCCESS) return false;
    } else if (text[0] == '[') {
      ondemand::array inner;
      if (value.get_array().get(inner) != simdjson::SUCCESS) return false;
      if (inner.raw_json().get(text) != simdjson::SUCCESS) return false;
    } else if (!begins_scalar(text[0])) {
      return false;
    }
    if (!visit(trim_back(text))) {
      stopped = true;
      return true;
    }
  }
  return true;
}

// Moves to the list inside an object, if it has one.
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

}  // namespace

struct DocumentElements::State {
  ondemand::parser parser;
};

DocumentElements::DocumentElements() : state_(std::make_unique<State>()) {}
DocumentElements::~DocumentElements() = default;
DocumentElements::DocumentElements(DocumentElements&&) noexcept = default;
DocumentElements& DocumentElements::operator=(DocumentElements&&) noexcept = default;

bool DocumentElements::visit(std::string_view bytes, const Visit& visit) {
  // simdjson's scratch is several times the document: not kept for large ones.
  if (state_->parser.capacity() > kMaxKeptScratch) state_->parser = ondemand::parser();
  const simdjson::padded_string_view padded(bytes.data(), bytes.size(),
                                            bytes.size() + PaddedBuffer::kPadding);
  ondemand::document document;
  if (state_->parser.iterate(padded).get(document) != simdjson::SUCCESS) return false;
  ondemand::json_type type;
  if (document.type().get(type) != simdjson::SUCCESS) return false;
  bool stopped = false;
  if (type == ondemand::json_type::array) {
    ondemand::array array;
    if (document.get_array().get(array) != simdjson::SUCCESS) return false;
    if (!visit_array(array, visit, stopped)) return false;
    const char* behind = nullptr;
    return stopped || document.current_location().get(behind) != simdjson::SUCCESS;
  }
  if (type != ondemand::json_type::object) return false;
  ondemand::object object;
  ondemand::array list;
  if (document.get_object().get(object) != simdjson::SUCCESS) return false;
  if (find_list(object, list)) return visit_array(list, visit, stopped);
  visit(trim_back(bytes));
  return true;
}

std::optional<std::string_view> find_record(Format format, std::string_view bytes,
                                            std::uint32_t record) {
  std::optional<std::string_view> found;
  if (format == Format::kJsonDocument) {
    std::uint32_t number = 0;
    DocumentElements elements;
    elements.visit(without_mark(bytes), [&](std::string_view element) {
      if (number++ != record) return true;
      found = element;
      return false;
    });
    return found;
  }
  if (format == Format::kText) {
    const std::string_view lines = find_text_record(bytes, record);
    if (lines.data() != nullptr) return lines;  // else it is no record's first line
  }
  for_each_line(bytes, [&](std::string_view line, std::uint32_t number) {
    if (number == record) found = line;
  });
  return found;
}

}  // namespace inkling::ingest
