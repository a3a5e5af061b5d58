#include "tests/support/converse_rules.h"

#include <fmt/format.h>

#include <algorithm>
#include <initializer_list>
#include <string_view>
#include <vector>

namespace inkling::test {
namespace {

using Names = std::initializer_list<std::string_view>;

std::string unknown_member(const JsonValue& value, std::string_view where, Names names) {
  if (!value.is_object()) return fmt::format("{} must be a structure", where);
  for (const auto& [name, member] : value.object()) {
    if (std::find(names.begin(), names.end(), name) == names.end()) {
      return fmt::format("{}: unknown member {}", where, name);
    }
  }
  return "";
}

// A union: one member of the list.
std::string union_problem(const JsonValue& value, std::string_view where, Names names) {
  if (auto problem = unknown_member(value, where, names); !problem.empty()) return problem;
  if (value.object().size() != 1) return fmt::format("{}: one member of the union", where);
  return "";
}

std::string number_problem(const JsonValue& parent, std::string_view name, double low,
                           double high) {
  const JsonValue* value = parent.find(name);
  if (value == nullptr) return "";
  if (!value->is_number() || !(value->number() >= low && value->number() <= high)) {
    return fmt::format("{} must be in [{}, {}]", name, low, high);
  }
  return "";
}

bool is_tool_name(std::string_view name) {
  return !name.empty() && name.size() <= 64 && std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '-';
  });
}

std::string cache_point_problem(const JsonValue& point) {
  if (auto p = unknown_member(point, "cachePoint", {"type", "ttl"}); !p.empty()) return p;
  return point.text_of({"type"}) == "default" ? "" : "cachePoint.type must be default";
}

class Messages {
 public:
  explicit Messages(bool has_tools) : has_tools_(has_tools) {}

  std::string check(const JsonValue& messages) {
    if (!messages.is_array() || messages.array().empty()) return "messages must be a list";
    std::string_view expected = "user";
    for (const JsonValue& message : messages.array()) {
      if (auto p = unknown_member(message, "message", {"role", "content"}); !p.empty()) return p;
      const std::string_view role = message.text_of({"role"});
      if (role != expected) return fmt::format("roles must alternate, expected {}", expected);
      expected = role == "user" ? "assistant" : "user";
      const JsonValue* content = message.find("content");
      if (content == nullptr || !content->is_array() || content->array().empty()) {
        return "message.content must be a list";
      }
      answered_.clear();
      for (const JsonValue& block : content->array()) {
        if (auto p = check_block(block, role); !p.empty()) return p;
      }
      if (role == "user" && answered_ != asked_) return "every toolUse must be answered";
      if (role == "user") asked_.clear();
    }
    return asked_.empty() ? "" : "every toolUse must be answered";
  }

 private:
  std::string check_block(const JsonValue& block, std::string_view role) {
    if (auto p = union_problem(block, "content",
                               {"text", "image", "document", "video", "toolUse", "toolResult",
                                "guardContent", "cachePoint", "reasoningContent"});
        !p.empty()) {
      return p;
    }
    if (const JsonValue* text = block.find("text"); text && !text->is_string()) return "text";
    if (const JsonValue* point = block.find("cachePoint")) return cache_point_problem(*point);
    if (const JsonValue* use = block.find("toolUse")) {
      if (auto p = unknown_member(*use, "toolUse", {"toolUseId", "name", "input"}); !p.empty()) {
        return p;
      }
      if (!has_tools_) return "toolConfig is needed with toolUse blocks";
      if (role != "assistant") return "toolUse is the assistant's";
      if (!is_tool_name(use->text_of({"toolUseId"})) || !is_tool_name(use->text_of({"name"})) ||
          use->find("input") == nullptr) {
        return "toolUse needs toolUseId, name, input";
      }
      asked_.emplace_back(use->text_of({"toolUseId"}));
    }
    if (const JsonValue* result = block.find("toolResult")) {
      if (auto p = unknown_member(*result, "toolResult", {"toolUseId", "content", "status"});
          !p.empty()) {
        return p;
      }
      if (!has_tools_) return "toolConfig is needed with toolResult blocks";
      const std::string_view status = result->text_of({"status"});
      if (!status.empty() && status != "success" && status != "error") return "toolResult.status";
      const JsonValue* content = result->find("content");
      if (content == nullptr || !content->is_array()) return "toolResult.content";
      for (const JsonValue& part : content->array()) {
        if (auto p = union_problem(part, "toolResult.content",
                                   {"json", "text", "image", "document", "video"});
            !p.empty()) {
          return p;
        }
      }
      answered_.emplace_back(result->text_of({"toolUseId"}));
    }
    return "";
  }

  const bool has_tools_;
  std::vector<std::string> asked_;
  std::vector<std::string> answered_;
};

std::string tool_config_problem(const JsonValue& config) {
  if (auto p = unknown_member(config, "toolConfig", {"tools", "toolChoice"}); !p.empty()) return p;
  const JsonValue* tools = config.find("tools");
  if (tools == nullptr || !tools->is_array() || tools->array().empty()) return "toolConfig.tools";
  std::vector<std::string_view> names;
  for (const JsonValue& tool : tools->array()) {
    if (auto p = union_problem(tool, "tool", {"toolSpec", "cachePoint", "systemTool"});
        !p.empty()) {
      return p;
    }
    const JsonValue* spec = tool.find("toolSpec");
    if (spec == nullptr) continue;
    if (auto p =
            unknown_member(*spec, "toolSpec", {"name", "description", "inputSchema", "strict"});
        !p.empty()) {
      return p;
    }
    const JsonValue* schema = spec->find("inputSchema", "json");
    if (!is_tool_name(spec->text_of({"name"})) || schema == nullptr || !schema->is_object() ||
        schema->text_of({"type"}) != "object") {
      return "toolSpec needs a name and an inputSchema of type object";
    }
    names.push_back(spec->text_of({"name"}));
  }
  const JsonValue* choice = config.find("toolChoice");
  if (choice == nullptr) return "";
  if (auto p = union_problem(*choice, "toolChoice", {"auto", "any", "tool"}); !p.empty()) return p;
  if (const JsonValue* tool = choice->find("tool")) {
    if (std::find(names.begin(), names.end(), tool->text_of({"name"})) == names.end()) {
      return "toolChoice names no tool";
    }
  }
  return "";
}

std::string inference_problem(const JsonValue& config) {
  if (auto p = unknown_member(config, "inferenceConfig",
                              {"maxTokens", "temperature", "topP", "stopSequences"});
      !p.empty()) {
    return p;
  }
  for (const auto& [name, low, high] :
       {std::tuple{"maxTokens", 1.0, 1e9}, std::tuple{"temperature", 0.0, 1.0},
        std::tuple{"topP", 0.0, 1.0}}) {
    if (auto p = number_problem(config, name, low, high); !p.empty()) return p;
  }
  return "";
}

std::string guardrail_problem(const JsonValue& config) {
  if (auto p = unknown_member(config, "guardrailConfig",
                              {"guardrailIdentifier", "guardrailVersion", "trace"});
      !p.empty()) {
    return p;
  }
  const std::string_view version = config.text_of({"guardrailVersion"});
  const bool number = !version.empty() && version.size() <= 8 && version.front() != '0' &&
                      version.find_first_not_of("0123456789") == std::string_view::npos;
  if (config.text_of({"guardrailIdentifier"}).empty()) return "guardrailIdentifier";
  return number || version == "DRAFT" ? "" : "guardrailVersion must be a number or DRAFT";
}

}  // namespace

std::string converse_problem(const JsonValue& body) {
  if (auto p = unknown_member(
          body, "request",
          {"messages", "system", "inferenceConfig", "toolConfig", "guardrailConfig",
           "additionalModelRequestFields", "promptVariables", "additionalModelResponseFieldPaths",
           "requestMetadata", "performanceConfig", "serviceTier", "outputConfig"});
      !p.empty()) {
    return p;
  }
  const JsonValue* tools = body.find("toolConfig");
  if (tools != nullptr) {
    if (auto p = tool_config_problem(*tools); !p.empty()) return p;
  }
  const JsonValue* messages = body.find("messages");
  if (messages == nullptr) return "messages must be a list";
  if (auto p = Messages(tools != nullptr).check(*messages); !p.empty()) return p;
  if (const JsonValue* system = body.find("system")) {
    for (const JsonValue& block : system->array()) {
      if (auto p = union_problem(block, "system", {"text", "guardContent", "cachePoint"});
          !p.empty()) {
        return p;
      }
      if (const JsonValue* point = block.find("cachePoint")) {
        if (auto p = cache_point_problem(*point); !p.empty()) return p;
      }
    }
  }
  if (const JsonValue* inference = body.find("inferenceConfig")) {
    if (auto p = inference_problem(*inference); !p.empty()) return p;
  }
  if (const JsonValue* guardrail = body.find("guardrailConfig")) {
    if (auto p = guardrail_problem(*guardrail); !p.empty()) return p;
  }
  if (const JsonValue* metadata = body.find("requestMetadata")) {
    if (metadata->object().empty() || metadata->object().size() > 16) return "requestMetadata";
  }
  return "";
}

}  // namespace inkling::test
