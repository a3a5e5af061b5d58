// Configurations as YAML and as a reference for people (config/schema.h).
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "config/option_table.h"
#include "config/schema.h"
#include "core/json_writer.h"

namespace inkling::config {
namespace {

enum class Comments : std::uint8_t { kWithout, kWith };

constexpr std::size_t kColumns = 100;

constexpr std::string_view kHeader =
    "# Every option with its default. A file needs only what it changes.\n"
    "#\n"
    "# Durations: 500ms, 10s, 1h30m. Sizes: 64MiB, 10kB, or bytes. Shares: 5% or 0.05.\n"
    "# In any value: ${VAR}, ${VAR:-default}, ${VAR:?message}, ${secret:file/run/secrets/key}; "
    "$$ is a\n"
    "# dollar sign.\n";

// The words of `text` in lines that begin with `first`, and after that with `rest`.
std::string wrap(std::string_view text, const std::string& first, const std::string& rest) {
  std::string out;
  std::string line = first;
  bool empty = true;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(' '), text.size());
    if (!empty && line.size() + 1 + end > kColumns) {
      out += line + "\n";
      line = rest;
    }
    empty = false;
    line += ' ';
    line += text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return out + line + "\n";
}

std::string comment_of(const Option& option) {
  std::string text(option.help);
  const std::string range = range_text(option);
  if (!range.empty()) text += fmt::format(" Range: {}.", range);
  if (option.type == OptionType::kChoice || option.type == OptionType::kMap) {
    text += fmt::format(" One of: {}.", fmt::join(option.choices, ", "));
  }
  return text;
}

class YamlWriter {
 public:
  explicit YamlWriter(Comments comments) : comments_(comments) {}

  // `first_indent`, if given, begins the first line instead of `indent`: an element of a list.
  void write(const OptionList& options, const std::string& indent,
             const std::string& first_indent = "") {
    bool first = !first_indent.empty();
    for (const Option& option : options) {
      if (comments_ == Comments::kWith) comment(option, indent);
      out_ += fmt::format("{}{}:", first ? first_indent : indent, option.name);
      first = false;
      value(option, indent + "  ");
    }
  }

  std::string take() { return std::move(out_); }

 private:
  void comment(const Option& option, const std::string& indent) {
    if (indent.empty()) out_ += "\n";
    out_ += wrap(comment_of(option), indent + "#", indent + "#");
    if (const auto* list = std::get_if<ListTarget>(&option.target)) {
      out_ += fmt::format("{}# Keys of an element:\n", indent);
      for (const Option& key : list->prototype) {
        out_ += wrap(
            fmt::format("{}{}: {}", key.name, key.required ? " (required)" : "", comment_of(key)),
            indent + "#  ", indent + "#    ");
      }
    }
  }

  void value(const Option& option, const std::string& indent) {
    if (option.type == OptionType::kSection) {
      out_ += option.children.empty() ? " {}\n" : "\n";
      write(option.children, indent);
    } else if (const auto* list = std::get_if<ListTarget>(&option.target)) {
      const auto elements = list->elements();
      out_ += elements.empty() ? " []\n" : "\n";
      for (const OptionList& element : elements) write(element, indent + "  ", indent + "- ");
    } else if (const auto* map = std::get_if<MapTarget>(&option.target)) {
      const auto entries = map->entries();
      out_ += entries.empty() ? " {}\n" : "\n";
      for (const auto& [name, word] : entries) {
        out_ += fmt::format("{}{}: {}\n", indent, json_quote(name), option.choices[word]);
      }
    } else {
      out_ += fmt::format(" {}\n", escape(value_text(option)));
    }
  }

  // A dollar sign of a value is not the begin of a substitution.
  static std::string escape(std::string_view text) {
    std::string out;
    for (const char c : text) out += c == '$' ? "$$" : std::string(1, c);
    return out;
  }

  Comments comments_;
  std::string out_;
};

std::string_view type_name(OptionType type) {
  switch (type) {
    case OptionType::kSection:
      return "section";
    case OptionType::kBool:
      return "true, false";
    case OptionType::kInteger:
      return "integer";
    case OptionType::kNumber:
      return "number";
    case OptionType::kShare:
      return "share";
    case OptionType::kSize:
      return "size";
    case OptionType::kDuration:
      return "duration";
    case OptionType::kText:
      return "text";
    case OptionType::kChoice:
      return "choice";
    case OptionType::kTextList:
      return "list of texts";
    case OptionType::kList:
      return "list";
    case OptionType::kMap:
      return "map";
  }
  return "";
}

// Rows of a Markdown table, those of sections and of elements below their own.
void reference_rows(const OptionList& options, const std::string& path, std::string& out) {
  for (const Option& option : options) {
    const std::string key = path + std::string(option.name);
    if (option.type == OptionType::kSection) {
      reference_rows(option.children, key + ".", out);
      continue;
    }
    std::string help = comment_of(option);
    for (std::size_t at = 0; (at = help.find('|', at)) != std::string::npos; at += 2) {
      help.insert(at, 1, '\\');
    }
    const std::string value = option.required ? "required" : "`" + value_text(option) + "`";
    out += fmt::format("| `{}` | {} | {} | {} |\n", key, type_name(option.type), value, help);
    if (const auto* list = std::get_if<ListTarget>(&option.target)) {
      reference_rows(list->prototype, key + "[].", out);
    }
  }
}

}  // namespace

std::string config_yaml(const Config& config) {
  Config copy = config;  // tables are bound to what can be changed
  YamlWriter writer(Comments::kWithout);
  writer.write(option_table(copy), "");
  return writer.take();
}

std::string thresholds_yaml(const std::vector<detect::ThresholdRule>& rules) {
  Config config;
  config.detect.thresholds = rules;
  OptionList options = option_table(config);
  std::erase_if(options, [](const Option& o) { return o.name != "detect"; });
  std::erase_if(options.at(0).children, [](const Option& o) { return o.name != "thresholds"; });
  YamlWriter writer(Comments::kWithout);
  writer.write(options, "");
  return writer.take();
}

std::string default_yaml() {
  Config defaults;
  YamlWriter writer(Comments::kWith);
  writer.write(option_table(defaults), "");
  return std::string(kHeader) + writer.take();
}

std::string reference_markdown() {
  Config defaults;
  std::string out =
      "# Configuration reference\n\n"
      "Every key with its type, default and range. How files are written, substituted and checked: "
      "[configuration](configuration.md).\n";
  for (const Option& section : option_table(defaults)) {
    out += fmt::format("\n## {}\n\n{}\n", section.name, section.help);
    if (section.children.empty()) continue;
    out += "\n| key | type | default | meaning |\n|---|---|---|---|\n";
    reference_rows(section.children, std::string(section.name) + ".", out);
  }
  return out;
}

}  // namespace inkling::config
