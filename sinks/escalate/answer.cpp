#include "sinks/escalate/answer.h"

#include <fmt/format.h>

#include <algorithm>

#include "sinks/escape.h"

namespace inkling::sinks {
namespace {

Failure<Error> wrong(std::string message) {
  return fail(ErrorCode::kBadInput, "answer: " + std::move(message));
}

Result<void> check_members(const JsonValue& value, std::string_view where,
                           std::initializer_list<std::string_view> names) {
  if (!value.is_object()) return wrong(fmt::format("{} must be an object", where));
  for (const auto& [name, member] : value.object()) {
    if (std::find(names.begin(), names.end(), name) == names.end()) {
      return wrong(fmt::format("{} has an unknown member \"{}\"", where, clean_text(name, 40)));
    }
  }
  for (const std::string_view name : names) {
    if (value.find(name) == nullptr) return wrong(fmt::format("{} needs \"{}\"", where, name));
  }
  return {};
}

Result<Statement> read_statement(const JsonValue& value, std::size_t index) {
  const std::string where = fmt::format("statements[{}]", index);
  INKLING_TRY(check_members(value, where, {"kind", "text", "evidence"}));
  Statement statement;
  const std::string_view kind = value.find("kind")->text();
  const auto at = std::find(kStatementKinds.begin(), kStatementKinds.end(), kind);
  if (at == kStatementKinds.end()) {
    return wrong(fmt::format("{}.kind must be one of {}", where, fmt::join(kStatementKinds, ", ")));
  }
  statement.kind = static_cast<StatementKind>(at - kStatementKinds.begin());
  const JsonValue& text = *value.find("text");
  if (!text.is_string() || text.text().size() > kMaxStatementBytes) {
    return wrong(
        fmt::format("{}.text must be a text of at most {} bytes", where, kMaxStatementBytes));
  }
  statement.text = clean_text(text.text(), kMaxStatementBytes);
  if (statement.text.empty()) return wrong(fmt::format("{}.text is empty", where));
  const JsonValue& evidence = *value.find("evidence");
  if (!evidence.is_array() || evidence.array().empty() || evidence.array().size() > kMaxCitations) {
    return wrong(
        fmt::format("{}.evidence must be a list of 1 to {} handles", where, kMaxCitations));
  }
  for (const JsonValue& handle : evidence.array()) {
    if (!handle.is_string()) return wrong(fmt::format("{}.evidence must hold texts", where));
    statement.evidence.push_back(clean_text(handle.text(), 40));
  }
  return statement;
}

}  // namespace

Result<Answer> read_answer(const JsonValue& input) {
  INKLING_TRY(check_members(input, "the input", {"suspect", "statements"}));
  const JsonValue& suspect = *input.find("suspect");
  const JsonValue& statements = *input.find("statements");
  if (!suspect.is_string() || suspect.text().empty()) return wrong("suspect must be a text");
  if (!statements.is_array() || statements.array().size() > kMaxStatements) {
    return wrong(fmt::format("statements must be a list of at most {}", kMaxStatements));
  }
  Answer answer;
  answer.suspect = clean_text(suspect.text(), 40);
  for (std::size_t i = 0; i < statements.array().size(); ++i) {
    INKLING_TRY_ASSIGN(Statement statement, read_statement(statements.array()[i], i));
    answer.statements.push_back(std::move(statement));
  }
  for (const StatementKind kind : {StatementKind::kHeadline, StatementKind::kCause}) {
    const auto count =
        std::count_if(answer.statements.begin(), answer.statements.end(),
                      [kind](const Statement& statement) { return statement.kind == kind; });
    if (count != 1) {
      return wrong(fmt::format("exactly one statement must be of kind {}: {}",
                               kStatementKinds[static_cast<std::size_t>(kind)], count));
    }
  }
  return answer;
}

}  // namespace inkling::sinks
