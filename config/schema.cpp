#include "config/schema.h"

#include <fmt/format.h>

#include <cmath>

#include "config/option_table.h"
#include "core/json_writer.h"

namespace inkling::config {
namespace {

// As core/units.h reads them.
constexpr const char* kDurationPattern = "^(0|([0-9]*\\.?[0-9]+(ns|us|ms|s|m|h|d))+)$";
constexpr const char* kSizePattern = "^[0-9]*\\.?[0-9]+(B|kB|KB|MB|GB|TB|KiB|MiB|GiB|TiB)?$";
constexpr const char* kSharePattern = "^[0-9]*\\.?[0-9]+%?$";

class SchemaWriter {
 public:
  std::string write() {
    Config defaults;
    w_.begin_object();
    w_.member("$schema", "https://json-schema.org/draft/2020-12/schema");
    w_.member("title", "Inkling configuration");
    w_.key("$defs").begin_object();
    w_.key("substituted").begin_object();
    w_.member("type", "string");
    w_.member("pattern", "\\$\\{");
    w_.member("description",
              "Text with ${VAR}, ${VAR:-default}, ${VAR:?message} or ${secret:...}.");
    w_.end_object().end_object();
    properties(option_table(defaults));
    w_.end_object();
    return w_.take() + "\n";
  }

 private:
  void properties(const OptionList& options) {
    w_.key("type").begin_array().value("object").value("null").end_array();
    w_.member("additionalProperties", false);
    w_.key("properties").begin_object();
    bool any_required = false;
    for (const Option& option : options) {
      w_.key(option.name).begin_object();
      schema(option);
      w_.end_object();
      any_required = any_required || option.required;
    }
    w_.end_object();
    if (!any_required) return;
    w_.key("required").begin_array();
    for (const Option& option : options) {
      if (option.required) w_.value(option.name);
    }
    w_.end_array();
  }

  void schema(const Option& option) {
    const std::string range = range_text(option);
    w_.member("description", range.empty() ? std::string(option.help)
                                           : fmt::format("{} Range: {}.", option.help, range));
    switch (option.type) {
      case OptionType::kSection:
        properties(option.children);
        return;
      case OptionType::kList:
        w_.member("type", "array").key("items").begin_object();
        properties(std::get<ListTarget>(option.target).prototype);
        w_.end_object();
        return;
      case OptionType::kMap:
        w_.member("type", "object").key("additionalProperties").begin_object();
        words(option);
        w_.end_object();
        return;
      case OptionType::kTextList:
        w_.member("type", "array").key("items").begin_object().member("type", "string");
        w_.end_object();
        return;
      case OptionType::kText:
        w_.member("type", "string");
        break;
      case OptionType::kChoice:
        words(option);
        break;
      default:
        one_of_kinds(option);
    }
    default_value(option);
  }

  // Either the value itself or text that is replaced by it.
  void one_of_kinds(const Option& option) {
    w_.key("anyOf").begin_array();
    w_.begin_object();
    switch (option.type) {
      case OptionType::kBool:
        w_.member("type", "boolean");
        break;
      case OptionType::kInteger:
        w_.member("type", "integer");
        bounds(option);
        break;
      case OptionType::kNumber:
        w_.member("type", "number");
        bounds(option);
        break;
      case OptionType::kShare:
        w_.member("type", "number");
        bounds(option);
        w_.end_object().begin_object();
        w_.member("type", "string").member("pattern", kSharePattern);
        break;
      case OptionType::kSize:
        w_.member("type", "integer");
        bounds(option);
        w_.end_object().begin_object();
        w_.member("type", "string").member("pattern", kSizePattern);
        break;
      default:
        w_.member("type", "string").member("pattern", kDurationPattern);
        w_.end_object().begin_object();
        w_.member("const", 0);
    }
    w_.end_object();
    substituted();
    w_.end_array();
  }

  void bounds(const Option& option) {
    const auto bound = [&](const char* name, const char* open_name, bool open, double value) {
      if (std::isfinite(value)) w_.member(open ? open_name : name, value);
    };
    bound("minimum", "exclusiveMinimum", option.limits.open_min, option.limits.min);
    bound("maximum", "exclusiveMaximum", option.limits.open_max, option.limits.max);
  }

  void words(const Option& option) {
    w_.key("anyOf").begin_array();
    w_.begin_object().key("enum").begin_array();
    for (const std::string_view word : option.choices) w_.value(word);
    w_.end_array().end_object();
    substituted();
    w_.end_array();
  }

  void substituted() {
    w_.begin_object().member("$ref", "#/$defs/substituted");
    w_.end_object();
  }

  void default_value(const Option& option) {
    if (option.required) return;
    const std::string value = value_text(option);
    switch (option.type) {
      case OptionType::kBool:
      case OptionType::kInteger:
      case OptionType::kNumber:
      case OptionType::kShare:
      case OptionType::kText:
        w_.key("default").raw(value);
        break;
      default:
        w_.member("default", std::string_view(value));
    }
  }

  JsonWriter w_;
};

}  // namespace

std::string schema_json() { return SchemaWriter().write(); }

}  // namespace inkling::config
