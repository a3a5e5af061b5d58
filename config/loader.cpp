#include "config/loader.h"

#include <fmt/format.h>
#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <fstream>
#include <map>
#include <set>

#include "config/checks.h"
#include "config/option_table.h"
#include "config/scalar.h"
#include "config/suggest.h"
#include "config/yaml_documents.h"

namespace inkling::config {
namespace {

std::string join(const std::string& path, std::string_view name) {
  return path.empty() ? std::string(name) : fmt::format("{}.{}", path, name);
}

std::string kind_of(const YAML::Node& node) {
  if (node.IsMap()) return "a map";
  if (node.IsSequence()) return "a list";
  if (node.IsScalar()) return fmt::format("\"{}\"", node.Scalar());
  return "nothing";
}

// Walks a YAML document and the table of options side by side.
class Reader {
 public:
  Reader(const Environment& environment, std::vector<Problem>& problems)
      : environment_(environment), problems_(problems) {}

  void read_section(const YAML::Node& node, const OptionList& options, const std::string& path) {
    if (node.IsNull()) return;  // "detect:" with nothing behind it
    if (!node.IsMap()) {
      add(node.Mark(), path, fmt::format("expected a map of options, got {}", kind_of(node)));
      return;
    }
    std::set<std::string> seen;
    for (const auto& entry : node) {
      if (full()) return;
      const YAML::Mark mark = entry.first.Mark();
      if (!entry.first.IsScalar()) {
        add(mark, path, fmt::format("expected a key, got {}", kind_of(entry.first)));
        continue;
      }
      const std::string& name = entry.first.Scalar();
      const std::string key = join(path, name);
      if (!seen.insert(name).second) {
        add(mark, key, "is there twice");
        continue;
      }
      const auto option = std::find_if(options.begin(), options.end(),
                                       [&](const Option& o) { return o.name == name; });
      if (option == options.end()) {
        add(mark, key, unknown_key(name, options));
        continue;
      }
      places_[key] = {entry.second.IsNull() ? mark : entry.second.Mark(),
                      entry.second.IsScalar() && is_literal(entry.second)};
      read_option(entry.second, *option, key, mark);
    }
  }

  // Where a key stands in the file: itself, or the nearest part of the file it belongs to.
  void add_violation(const Violation& violation) {
    std::string path = violation.key;
    auto place = places_.find(path);
    const bool literal = place != places_.end() && place->second.literal;
    while (place == places_.end() && !path.empty()) {
      const std::size_t cut = path.find_last_of(".[");
      path.resize(cut == std::string::npos ? 0 : cut);
      place = places_.find(path);
    }
    std::string message = violation.message;
    if (literal && !violation.detail.empty()) message += ": " + violation.detail;
    add(place == places_.end() ? YAML::Mark::null_mark() : place->second.mark, violation.key,
        std::move(message));
  }

 private:
  struct Place {
    YAML::Mark mark;
    bool literal = false;  // nothing is substituted in it: it may be shown
  };

  static bool is_literal(const YAML::Node& scalar) {
    return scalar.Scalar().find("${") == std::string::npos;
  }

  static std::string unknown_key(const std::string& name, const OptionList& options) {
    if (options.empty()) return "not supported yet";
    std::vector<std::string_view> known;
    for (const Option& option : options) known.push_back(option.name);
    const std::string hint = did_you_mean(name, known);
    if (!hint.empty()) return "unknown key" + hint;
    return fmt::format("unknown key, expected one of {}", fmt::join(known, ", "));
  }

  // `key_mark` is used where the value has no place of its own.
  void read_option(const YAML::Node& node, const Option& option, const std::string& key,
                   YAML::Mark key_mark) {
    switch (option.type) {
      case OptionType::kSection:
        read_section(node, option.children, key);
        return;
      case OptionType::kList:
        read_list(node, option, key, key_mark);
        return;
      case OptionType::kMap:
        read_map(node, option, key, key_mark);
        return;
      case OptionType::kTextList:
        read_text_list(node, option, key, key_mark);
        return;
      default:
        read_scalar(node, option, key, key_mark);
    }
  }

  void read_scalar(const YAML::Node& node, const Option& option, const std::string& key,
                   YAML::Mark key_mark) {
    if (!node.IsScalar()) {
      add(node.IsNull() ? key_mark : node.Mark(), key,
          fmt::format("expected {}, got {}", expected(option), kind_of(node)));
      return;
    }
    const auto text = resolve(node, key);
    if (!text) return;
    // The text is shown as written: what was put in for ${...} may be a secret.
    if (const auto problem = assign(option, *text)) {
      add(node.Mark(), key,
          fmt::format("{}, got \"{}\"{}", *problem, node.Scalar(),
                      did_you_mean(node.Scalar(), option.choices)));
    }
  }

  void read_text_list(const YAML::Node& node, const Option& option, const std::string& key,
                      YAML::Mark key_mark) {
    if (!node.IsSequence()) {
      const std::string got = option.secret && node.IsScalar() ? "a text" : kind_of(node);
      add(node.IsNull() ? key_mark : node.Mark(), key,
          fmt::format("expected {}, got {}", expected(option), got));
      return;
    }
    auto& texts = *std::get<std::vector<std::string>*>(option.target);
    texts.clear();
    for (std::size_t i = 0; i < node.size() && !full(); ++i) {
      const std::string item_key = fmt::format("{}[{}]", key, i);
      if (!node[i].IsScalar()) {
        add(node[i].IsNull() ? node.Mark() : node[i].Mark(), item_key,
            fmt::format("expected text, got {}", kind_of(node[i])));
      } else if (option.secret && is_literal(node[i])) {
        add(node[i].Mark(), item_key,
            "expected a reference such as ${secret:file/run/secrets/key}, got the text itself");
      } else if (auto text = resolve(node[i], item_key)) {
        texts.push_back(std::move(*text));
      }
    }
  }

  void read_list(const YAML::Node& node, const Option& option, const std::string& key,
                 YAML::Mark key_mark) {
    if (!node.IsSequence()) {
      add(node.IsNull() ? key_mark : node.Mark(), key,
          fmt::format("expected {}, got {}", expected(option), kind_of(node)));
      return;
    }
    for (std::size_t i = 0; i < node.size() && !full(); ++i) {
      const std::string item_key = fmt::format("{}[{}]", key, i);
      const OptionList options = std::get<ListTarget>(option.target).append();
      const YAML::Mark mark = node[i].IsNull() ? node.Mark() : node[i].Mark();
      places_[item_key] = {mark, false};
      if (!node[i].IsMap()) {
        add(mark, item_key, fmt::format("expected a map of options, got {}", kind_of(node[i])));
        continue;
      }
      read_section(node[i], options, item_key);
      for (const Option& wanted : options) {
        if (wanted.required) require_present(node[i], wanted, join(item_key, wanted.name), mark);
      }
    }
  }

  // A key that an element of a list must have, and whose text must not be empty.
  void require_present(const YAML::Node& element, const Option& wanted, const std::string& key,
                       const YAML::Mark& element_mark) {
    const YAML::Node value = element[std::string(wanted.name)];
    if (!value) {
      add(element_mark, key, fmt::format("is missing, expected {}", expected(wanted)));
      return;
    }
    const auto* field = std::get_if<std::string*>(&wanted.target);
    const bool said = !problems_.empty() && problems_.back().key == key;
    if (field && (*field)->empty() && value.IsScalar() && !said) {
      add(value.Mark(), key, "must not be empty");
    }
  }

  void read_map(const YAML::Node& node, const Option& option, const std::string& key,
                YAML::Mark key_mark) {
    if (!node.IsMap()) {
      add(node.IsNull() ? key_mark : node.Mark(), key,
          fmt::format("expected {}, got {}", expected(option), kind_of(node)));
      return;
    }
    std::set<std::string> seen;
    for (const auto& entry : node) {
      if (full()) return;
      const std::string name = entry.first.IsScalar() ? entry.first.Scalar() : "";
      const std::string entry_key = join(key, name);
      if (name.empty()) {
        add(entry.first.Mark(), key, "expected a name, got " + kind_of(entry.first));
        continue;
      }
      if (!seen.insert(name).second) {
        add(entry.first.Mark(), entry_key, "is there twice");
        continue;
      }
      std::size_t chosen = 0;
      Option value{
          .name = option.name,
          .type = OptionType::kChoice,
          .help = option.help,
          .target = ChoiceTarget{[&] { return chosen; }, [&](std::size_t i) { chosen = i; }},
          .limits = {},
          .choices = option.choices,
          .children = {}};
      const std::size_t before = problems_.size();
      read_scalar(entry.second, value, entry_key, entry.first.Mark());
      if (problems_.size() == before) std::get<MapTarget>(option.target).add(name, chosen);
    }
  }

  // The text of a scalar with ${...} replaced.
  std::optional<std::string> resolve(const YAML::Node& node, const std::string& key) {
    auto text = substitute(node.Scalar(), environment_);
    if (text) return std::move(*text);
    add(node.Mark(), key, text.error().message);
    return std::nullopt;
  }

  bool full() const { return problems_.size() >= kMaxProblems; }

  void add(const YAML::Mark& mark, std::string key, std::string message) {
    if (full()) return;
    const bool known = !mark.is_null();
    problems_.push_back({known ? static_cast<std::size_t>(mark.line) + 1 : 0,
                         known ? static_cast<std::size_t>(mark.column) + 1 : 0, std::move(key),
                         std::move(message)});
  }

  const Environment& environment_;
  std::vector<Problem>& problems_;
  std::map<std::string, Place> places_;  // of the values of all keys met
};

void read_document(const std::string& yaml, const Environment& environment, Outcome& outcome) {
  Reader reader(environment, outcome.problems);
  if (has_more_documents(yaml)) {
    outcome.problems.push_back({0, 0, "", "expected one YAML document and nothing behind it"});
    return;
  }
  reader.read_section(YAML::Load(yaml), option_table(outcome.config), "");
  for (const Violation& violation : check(outcome.config)) reader.add_violation(violation);
}

}  // namespace

std::string Problem::to_string(std::string_view file) const {
  std::string text(file);
  if (line > 0) text += fmt::format(":{}:{}", line, column);
  if (!key.empty()) text += fmt::format(": {}", key);
  return fmt::format("{}: {}", text, message);
}

Outcome parse(std::string_view yaml, const Environment& environment) {
  Outcome outcome;
  if (yaml.size() > kMaxConfigBytes) {
    outcome.problems.push_back({0, 0, "", fmt::format("larger than {} bytes", kMaxConfigBytes)});
    return outcome;
  }
  if (const auto at = first_unprintable(yaml)) {
    const std::string_view before = yaml.substr(0, *at);
    const std::size_t line_begin = before.rfind('\n') + 1;  // npos + 1 = 0
    outcome.problems.push_back(
        {static_cast<std::size_t>(std::count(before.begin(), before.end(), '\n')) + 1,
         *at - line_begin + 1, "",
         fmt::format("expected printable UTF-8, found the byte 0x{:02X}",
                     static_cast<unsigned char>(yaml[*at]))});
    return outcome;
  }
  try {
    read_document(std::string(yaml), environment, outcome);
  } catch (const YAML::Exception& error) {
    const bool known = !error.mark.is_null();
    outcome.problems.push_back({known ? static_cast<std::size_t>(error.mark.line) + 1 : 0,
                                known ? static_cast<std::size_t>(error.mark.column) + 1 : 0, "",
                                "not YAML: " + error.msg});
  }
  std::stable_sort(outcome.problems.begin(), outcome.problems.end(),
                   [](const Problem& a, const Problem& b) {
                     return std::tie(a.line, a.column) < std::tie(b.line, b.column);
                   });
  return outcome;
}

Result<Config> load_text(std::string_view yaml, std::string_view name,
                         const Environment& environment) {
  Outcome outcome = parse(yaml, environment);
  if (outcome.problems.empty()) return std::move(outcome.config);
  std::string message;
  for (const Problem& problem : outcome.problems) {
    if (!message.empty()) message += '\n';
    message += problem.to_string(name);
  }
  if (outcome.problems.size() == kMaxProblems) message += "\nperhaps more, not shown";
  return fail(ErrorCode::kInvalidConfig, std::move(message));
}

Result<Config> load_file(const std::string& path, const Environment& environment) {
  std::ifstream file(path, std::ios::binary);
  if (!file) {
    return fail(ErrorCode::kInvalidConfig, fmt::format("{}: cannot be opened", path));
  }
  // One byte more than allowed shows that it is too large.
  std::string text(kMaxConfigBytes + 1, '\0');
  file.read(text.data(), static_cast<std::streamsize>(text.size()));
  if (file.bad()) return fail(ErrorCode::kInvalidConfig, fmt::format("{}: cannot be read", path));
  text.resize(static_cast<std::size_t>(file.gcount()));
  return load_text(text, path, environment);
}

}  // namespace inkling::config
