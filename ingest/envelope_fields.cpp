#include "ingest/envelope_fields.h"

#include <algorithm>
#include <charconv>

namespace inkling::ingest {
namespace {

Level read_level(std::string_view text) {
  if (text.empty() || text[0] < '0' || text[0] > '9') return parse_level(text);
  std::int64_t number = 0;
  const char* const end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, number);
  return error == std::errc() && rest == end ? level_from_number(number) : Level::kUnknown;
}

// The place of a role in the ranks, or -1.
int place_of(FieldRole role) {
  switch (role) {
    case FieldRole::kService:
      return 0;
    case FieldRole::kVersion:
      return 1;
    case FieldRole::kRoute:
      return 2;
    case FieldRole::kPeer:
      return 3;
    case FieldRole::kLevel:
      return 4;
    default:
      return -1;
  }
}

}  // namespace

void EnvelopeFields::reset() {
  envelope_ = {};
  ranks_.fill(kNothing);
}

void EnvelopeFields::drop_said_labels(std::size_t first, Batch& batch) const {
  const auto is_said = [&](const LabelView& label) {
    const FieldNode node = fields_->find(FieldTable::kRoot, label.name).node;
    const FieldRole role = fields_->meaning(node).role;
    return (role == FieldRole::kService && label.value == envelope_.service) ||
           (role == FieldRole::kVersion && label.value == envelope_.version);
  };
  const auto begin = batch.labels.begin() + static_cast<std::ptrdiff_t>(first);
  batch.labels.erase(std::remove_if(begin, batch.labels.end(), is_said), batch.labels.end());
}

void EnvelopeFields::offer(std::string_view name, std::string_view value) {
  if (value.empty()) return;
  const FieldTable::Match match = fields_->find(FieldTable::kRoot, name);
  const FieldMeaning& meaning = fields_->meaning(match.node);
  const int place = place_of(meaning.role);
  if (place < 0) return;
  const int rank = std::min(254, int{meaning.rank} + match.penalty);
  std::uint8_t& best = ranks_[static_cast<std::size_t>(place)];
  if (best <= rank) return;
  switch (meaning.role) {
    case FieldRole::kService:
      envelope_.service = value;
      break;
    case FieldRole::kVersion:
      envelope_.version = value;
      break;
    case FieldRole::kRoute:
      envelope_.route = value;
      break;
    case FieldRole::kPeer:
      envelope_.peer = value;
      break;
    default: {
      const Level level = read_level(value);
      if (level == Level::kUnknown) return;
      envelope_.level = level;
      break;
    }
  }
  best = static_cast<std::uint8_t>(rank);
}

}  // namespace inkling::ingest
