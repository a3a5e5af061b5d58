#include "ingest/shape_cache.h"

namespace inkling::ingest {

const ShapeCache::Entry* ShapeCache::refill(Entry& entry, FieldNode parent, const char* key,
                                            const char* end) {
  const char* quote = key;
  while (quote < end && *quote != '"') quote += *quote == '\\' ? 2 : 1;
  if (quote >= end) return nullptr;
  const auto size = static_cast<std::size_t>(quote - key);
  const bool fits = size + 1 <= Entry::kCapacity;
  Entry& target = fits ? entry : overflow_;
  target.size = 0;
  if (fits) {
    std::memcpy(target.key, key, size + 1);
    target.size = static_cast<std::uint16_t>(size + 1);
  }
  target.parent = parent;
  const FieldTable::Match match = fields_->find(parent, {key, size});
  target.node = match.node;
  target.penalty = match.penalty;
  target.meaning = fields_->meaning(match.node);
  target.meaning.rank =
      static_cast<std::uint8_t>(std::min(255, int{target.meaning.rank} + match.penalty));
  target.has_members = match.node != FieldTable::kUnknown && fields_->has_members(match.node);
  return &target;
}

}  // namespace inkling::ingest
