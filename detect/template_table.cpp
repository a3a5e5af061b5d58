#include "detect/template_table.h"

#include <algorithm>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "detect/hole_index.h"
#include "detect/skeleton.h"

namespace inkling::detect {
namespace {

// Bounds per template allowed: skeletons remembered, holes indexed, bytes of text.
constexpr std::size_t kMembersPerTemplate = 8;
constexpr std::size_t kHolesPerTemplate = 16;
constexpr std::size_t kTextBytesPerTemplate = 256;
constexpr std::size_t kMaxTextBytes = 1024;  // of one template
constexpr std::size_t kMinTextBytes = 64;    // once all texts together are at their bound

// Skeleton ids are hashes already.
struct IdHash {
  std::size_t operator()(std::uint64_t id) const { return id; }
};

std::string join_skeleton(const std::vector<ScannedToken>& tokens) {
  std::string joined;
  for (const auto& token : tokens) {
    if (!joined.empty()) joined += ' ';
    joined += token.text;
  }
  return joined;
}

// As the message spaced it; cut at a whole token.
std::string spell(const std::vector<ScannedToken>& tokens, std::size_t max_bytes) {
  std::string text;
  for (const auto& token : tokens) {
    if (text.size() + token.text.size() + 1 > max_bytes) return text + "...";
    if (token.space_before && !text.empty()) text += ' ';
    text += token.text;
  }
  return text;
}

}  // namespace

struct TemplateTable::State {
  explicit State(const TemplateOptions& table_options)
      : options(table_options),
        scan_options{.max_message_bytes = table_options.max_message_bytes,
                     .max_tokens = table_options.max_tokens},
        holes(kHolesPerTemplate * table_options.max_templates) {}

  // One skeleton. Groups are trees of members; the root knows the group.
  struct Member {
    std::uint32_t parent;  // itself: a root
    std::uint32_t oldest;  // of the group; of a root only
    std::uint64_t id;
  };
  static constexpr std::uint32_t kNone = UINT32_MAX;

  std::uint32_t find(std::uint64_t id) const {
    const auto found = by_id.find(id);
    return found == by_id.end() ? kNone : found->second;
  }
  std::uint32_t root_of(std::uint32_t member) const {
    while (members[member].parent != member) member = members[member].parent;
    return member;
  }
  TemplateId group_id(std::uint32_t member) const {
    return {members[members[root_of(member)].oldest].id};
  }
  bool has_room_for_member() const {
    return members.size() < kMembersPerTemplate * options.max_templates;
  }

  std::uint32_t create(std::uint64_t id) {
    const auto member = static_cast<std::uint32_t>(members.size());
    members.push_back({member, member, id});
    by_id.emplace(id, member);
    ++groups;
    return member;
  }
  // The root of the larger `oldest` goes under the other, so the depth is bounded by merges, which
  // are few; paths are halved on the way.
  void unite(std::uint32_t a, std::uint32_t b);
  void compress(std::uint32_t member) {
    while (members[member].parent != member) {
      members[member].parent = members[members[member].parent].parent;
      member = members[member].parent;
    }
  }
  void set_text(std::uint32_t root, const std::vector<ScannedToken>& tokens);
  void learn(std::uint32_t member, std::vector<ScannedToken> tokens);

  TemplateOptions options;
  SkeletonOptions scan_options;
  std::unordered_map<std::uint64_t, std::uint32_t, IdHash> by_id;
  std::vector<Member> members;
  std::unordered_map<std::uint32_t, std::string> texts;  // by root
  std::size_t text_bytes = 0;
  std::size_t groups = 0;
  HoleIndex holes;
};

void TemplateTable::State::unite(std::uint32_t a, std::uint32_t b) {
  compress(a);
  compress(b);
  auto older = root_of(a);
  auto younger = root_of(b);
  if (older == younger) return;
  if (members[younger].oldest < members[older].oldest) std::swap(older, younger);
  members[younger].parent = older;
  --groups;
  const auto text = texts.find(younger);
  if (text != texts.end()) {
    text_bytes -= text->second.size();
    texts.erase(text);
  }
}

void TemplateTable::State::set_text(std::uint32_t root, const std::vector<ScannedToken>& tokens) {
  const bool roomy = text_bytes < kTextBytesPerTemplate * options.max_templates;
  auto& text = texts[root];
  text_bytes -= text.size();
  text = spell(tokens, roomy ? kMaxTextBytes : kMinTextBytes);
  text_bytes += text.size();
}

// Indexes a new skeleton; each merge it brings about makes a more general one, which is indexed
// too.
void TemplateTable::State::learn(std::uint32_t member, std::vector<ScannedToken> tokens) {
  while (const auto merge = holes.add(tokens, member)) {
    tokens[merge->position].text = "<*>";
    collapse_variables(tokens);
    holes.generalise(tokens);
    for (const auto other : merge->members) unite(member, other);
    const auto general_id = hash_skeleton(join_skeleton(tokens));
    auto general = find(general_id);
    const bool is_new = general == kNone;
    if (is_new) {
      if (!has_room_for_member()) return;
      general = create(general_id);
    }
    unite(member, general);
    set_text(root_of(member), tokens);
    if (!is_new) return;
    member = general;
  }
}

TemplateTable::TemplateTable(const TemplateOptions& options)
    : state_(std::make_unique<State>(options)) {}
TemplateTable::~TemplateTable() = default;
TemplateTable::TemplateTable(TemplateTable&&) noexcept = default;
TemplateTable& TemplateTable::operator=(TemplateTable&&) noexcept = default;

TemplateTable::Lookup TemplateTable::find(std::uint64_t skeleton) const {
  const auto member = state_->find(skeleton);
  if (member == State::kNone) return {};
  Lookup lookup;
  lookup.id = state_->group_id(member);
  lookup.known = true;
  return lookup;
}

TemplateTable::Lookup TemplateTable::meet(std::uint64_t skeleton, std::string_view message) {
  if (const auto known = find(skeleton); known.known) return known;
  auto& state = *state_;
  std::vector<ScannedToken> tokens;
  scan_tokens(message, state.scan_options, tokens);
  state.holes.generalise(tokens);

  const auto general = state.find(hash_skeleton(join_skeleton(tokens)));
  if (general != State::kNone) {  // an alias of a known template
    const auto id = state.group_id(general);
    if (state.has_room_for_member()) state.unite(state.create(skeleton), general);
    return {.id = id};
  }
  if (state.groups >= state.options.max_templates || !state.has_room_for_member()) {
    Lookup lookup;
    lookup.full = true;
    return lookup;
  }
  const auto member = state.create(skeleton);
  const auto general_id = hash_skeleton(join_skeleton(tokens));
  if (general_id != skeleton && state.has_room_for_member()) {
    state.unite(member, state.create(general_id));
  }
  state.set_text(member, tokens);
  state.learn(member, std::move(tokens));
  const auto id = state.group_id(member);
  return {.id = id, .new_template = id.value == skeleton};
}

TemplateId TemplateTable::current(std::uint64_t skeleton_or_id) const {
  const auto member = state_->find(skeleton_or_id);
  return member == State::kNone ? TemplateId{skeleton_or_id} : state_->group_id(member);
}

std::string TemplateTable::text(TemplateId id) const {
  const auto member = state_->find(id.value);
  if (member == State::kNone) return {};
  const auto found = state_->texts.find(state_->root_of(member));
  return found == state_->texts.end() ? std::string{} : found->second;
}

std::size_t TemplateTable::size() const { return state_->groups; }
std::size_t TemplateTable::skeletons() const { return state_->members.size(); }

}  // namespace inkling::detect
