#include "config/yaml_documents.h"

#include <yaml-cpp/anchor.h>
#include <yaml-cpp/emitterstyle.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/mark.h>
#include <yaml-cpp/parser.h>

#include <sstream>

#include "core/utf8.h"

namespace inkling::config {
namespace {

// Takes the events of a document and keeps nothing.
class NoEvents final : public YAML::EventHandler {
  using Mark = YAML::Mark;
  using Style = YAML::EmitterStyle::value;
  void OnDocumentStart(const Mark&) override {}
  void OnDocumentEnd() override {}
  void OnNull(const Mark&, YAML::anchor_t) override {}
  void OnAlias(const Mark&, YAML::anchor_t) override {}
  void OnScalar(const Mark&, const std::string&, YAML::anchor_t, const std::string&) override {}
  void OnSequenceStart(const Mark&, const std::string&, YAML::anchor_t, Style) override {}
  void OnSequenceEnd() override {}
  void OnMapStart(const Mark&, const std::string&, YAML::anchor_t, Style) override {}
  void OnMapEnd() override {}
};

}  // namespace

std::optional<std::size_t> first_unprintable(std::string_view yaml) {
  std::size_t at = 0;
  while (at < yaml.size()) {
    const auto [c, length] = front_code_point(yaml.substr(at));
    const bool control = c < 0x20 && c != '\t' && c != '\n' && c != '\r';
    if (length == 0 || control || (c >= 0x7F && c < 0xA0 && c != 0x85) || c == 0xFFFE ||
        c == 0xFFFF) {
      return at;
    }
    at += length;
  }
  return std::nullopt;
}

bool has_more_documents(const std::string& yaml) {
  std::istringstream stream(yaml);
  YAML::Parser parser(stream);
  NoEvents nothing;
  return parser.HandleNextDocument(nothing) && parser.HandleNextDocument(nothing);
}

}  // namespace inkling::config
