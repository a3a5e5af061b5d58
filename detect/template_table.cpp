#include "detect/template_table.h"

#include <algorithm>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <vector>

#include "core/state_fields.h"
#include "detect/hole_index.h"
#include "detect/masked_tokens.h"
#include "detect/scatter_index.h"
#include "detect/skeleton.h"
#include "detect/value_shapes.h"

namespace inkling::detect {
namespace {

// Bounds per template allowed: skeletons remembered, holes indexed, bytes of text.
constexpr std::size_t kMembersPerTemplate = 8;
constexpr std::size_t kHolesPerTemplate = 16;
constexpr std::size_t kTextBytesPerTemplate = 256;
constexpr std::size_t kMaxTextBytes = 1024;  // of one template
constexpr std::size_t kMinTextBytes = 64;    // once all texts together are at their bound
// Older skeletons looked at when a pattern is new: bounds the cost of one meeting to milliseconds.
constexpr std::size_t kMaxRescanned = 2048;
constexpr StateId kSection = state_id("TMPL");
constexpr std::uint32_t kSectionVersion = 2;

}  // namespace

// Members are skeletons; those of one template form a tree whose root speaks for the group. Active
// are the members whose spelling is kept, because no more general one took their place.
struct TemplateTable::State {
  explicit State(const TemplateOptions& table_options)
      : options(table_options),
        scan_options{.max_message_bytes = table_options.max_message_bytes,
                     .max_tokens = table_options.max_tokens},
        holes(kHolesPerTemplate * table_options.max_templates, table_options.max_templates),
        shapes(table_options.max_templates),
        scatter(table_options.max_templates) {
    if (auto read = TemplateRules::create(options.rules, scan_options)) rules = std::move(*read);
  }

  struct Member {
    std::uint64_t id;
    std::uint32_t parent;   // itself: a root
    std::uint32_t oldest;   // of a root: the group's first member, whose id is the template's
    std::uint32_t speller;  // of a root: the active member that spells the template

    template <class A, class S>
    static void fields(A& a, S& s) {
      a(s.id, s.parent, s.oldest, s.speller);
    }
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

  // The tokens of an active member, with what the rules say of them; views into `text`.
  MaskedTokens tokens_of(std::uint32_t member, std::string_view text) const {
    MaskedTokens tokens = unpack(text);
    if (!rules.is_empty()) rules.apply(tokens, members[member].id);
    return tokens;
  }

  std::uint32_t create(std::uint64_t id);
  void activate(std::uint32_t member, const MaskedTokens& tokens);
  void deactivate(std::uint32_t member);
  void absorb(std::uint32_t member, std::uint32_t general);
  void learn(std::uint32_t member);
  void merge_places(std::uint32_t member, MaskedTokens tokens,
                    const std::vector<std::size_t>& places,
                    const std::vector<std::uint32_t>& others);
  bool generalise(MaskedTokens& tokens) const;
  std::uint32_t settle(const MaskedTokens& tokens);
  void respell(std::size_t token_count);
  template <class A, class S>
  static void fields(A& a, S& s) {
    a(s.members, s.packed, s.by_length, s.holes, s.shapes, s.scatter, s.forgotten);
  }
  bool is_sound() const;
  void count_loaded();

  TemplateOptions options;
  SkeletonOptions scan_options;
  std::unordered_map<std::uint64_t, std::uint32_t, KeyHash> by_id;
  std::vector<Member> members;
  std::unordered_map<std::uint32_t, std::string> packed;  // of the active members
  // Active members by number of tokens; may hold some that are not active any more.
  std::unordered_map<std::size_t, std::vector<std::uint32_t>> by_length;
  std::size_t packed_bytes = 0;
  std::size_t groups = 0;
  HoleIndex holes;
  ValueShapes shapes;
  ScatterIndex scatter;
  std::vector<std::uint32_t> to_learn;  // active members not indexed yet
  TemplateRules rules;
  std::unordered_set<std::uint32_t> forgotten;  // members of templates that were split
};

std::uint32_t TemplateTable::State::create(std::uint64_t id) {
  const auto member = static_cast<std::uint32_t>(members.size());
  members.push_back({id, member, member, member});
  by_id.emplace(id, member);
  ++groups;
  return member;
}

void TemplateTable::State::activate(std::uint32_t member, const MaskedTokens& tokens) {
  const bool roomy = packed_bytes < kTextBytesPerTemplate * options.max_templates;
  auto& text = packed[member];
  text = pack(tokens, roomy ? kMaxTextBytes : kMinTextBytes);
  packed_bytes += text.size();
  by_length[tokens.size()].push_back(member);
}

void TemplateTable::State::deactivate(std::uint32_t member) {
  const auto found = packed.find(member);
  if (found == packed.end()) return;
  packed_bytes -= found->second.size();
  packed.erase(found);
}

// Makes one group of two; the older id names it, the speller of `general` spells it.
void TemplateTable::State::absorb(std::uint32_t member, std::uint32_t general) {
  if (forgotten.contains(member)) return;
  auto older = root_of(member);
  auto younger = root_of(general);
  const auto speller = members[younger].speller;
  if (member != speller) deactivate(member);
  if (older != younger) {
    if (members[younger].oldest < members[older].oldest) std::swap(older, younger);
    members[younger].parent = older;
    --groups;
  }
  members[older].speller = speller;
  while (members[member].parent != older) {  // halves the path for the next one
    auto& parent = members[member].parent;
    parent = members[parent].parent;
    member = parent;
  }
}

// Indexes a new skeleton; each merge it brings about makes a more general one, which is indexed
// too.
void TemplateTable::State::learn(std::uint32_t first) {
  to_learn.push_back(first);
  while (!to_learn.empty()) {
    const auto member = to_learn.back();
    to_learn.pop_back();
    const auto found = packed.find(member);
    if (found == packed.end()) continue;
    const std::string text = found->second;  // a copy: merging may free the original
    const auto tokens = tokens_of(member, text);
    if (shapes.add(tokens)) respell(tokens.size());
    if (!packed.contains(member)) continue;
    if (const auto merge = holes.add(tokens, member)) {
      merge_places(member, tokens, {merge->position}, merge->members);
    } else if (const auto places = scatter.add(tokens); !places.empty()) {
      merge_places(member, tokens, places, {});
    }
  }
}

// Makes the places variables in the skeleton of `member`, which the others' then match.
void TemplateTable::State::merge_places(std::uint32_t member, MaskedTokens tokens,
                                        const std::vector<std::size_t>& places,
                                        const std::vector<std::uint32_t>& others) {
  const auto token_count = tokens.size();
  for (const auto place : places) mask(tokens[place]);
  const bool new_pattern = holes.add_pattern(tokens);
  collapse_variables(tokens);
  generalise(tokens);
  const auto general = settle(tokens);
  if (general == kNone) return;
  absorb(member, general);
  for (const auto other : others) absorb(other, general);
  if (new_pattern) respell(token_count);
}

bool TemplateTable::State::generalise(MaskedTokens& tokens) const {
  bool changed = false;
  while (shapes.generalise(tokens) || holes.generalise(tokens)) changed = true;
  return changed;
}

// The member that is exactly these tokens; a new one if need be, nothing if there is no room.
std::uint32_t TemplateTable::State::settle(const MaskedTokens& tokens) {
  const auto id = id_of(tokens);
  auto member = find(id);
  if (member != kNone || !has_room_for_member()) return member;
  member = create(id);
  activate(member, tokens);
  to_learn.push_back(member);
  return member;
}

// Generalises the older skeletons of as many tokens once more.
void TemplateTable::State::respell(std::size_t token_count) {
  auto candidates = by_length[token_count];
  std::erase_if(candidates, [this](auto member) { return !packed.contains(member); });
  by_length[token_count] = candidates;
  const auto first = candidates.size() - std::min(candidates.size(), kMaxRescanned);
  for (auto i = first; i < candidates.size(); ++i) {
    const std::string text = packed.at(candidates[i]);
    auto tokens = tokens_of(candidates[i], text);
    if (!generalise(tokens)) continue;
    const auto general = settle(tokens);
    if (general != kNone) absorb(candidates[i], general);
  }
}

TemplateTable::TemplateTable(const TemplateOptions& options)
    : state_(std::make_unique<State>(options)) {}
TemplateTable::~TemplateTable() = default;
TemplateTable::TemplateTable(TemplateTable&&) noexcept = default;
TemplateTable& TemplateTable::operator=(TemplateTable&&) noexcept = default;

TemplateTable::Lookup TemplateTable::find(std::uint64_t skeleton) const {
  const auto member = state_->find(skeleton);
  Lookup lookup;
  if (member == State::kNone) return lookup;
  lookup.id = state_->group_id(member);
  lookup.known = true;
  return lookup;
}

TemplateTable::Lookup TemplateTable::meet(std::uint64_t skeleton, std::string_view message) {
  auto lookup = find(skeleton);
  if (lookup.known) return lookup;
  auto& state = *state_;
  auto tokens = scan_masked(message, state.scan_options);
  if (!state.rules.is_empty()) state.rules.apply(tokens, skeleton);
  state.generalise(tokens);
  const auto general_id = id_of(tokens);

  auto general = state.find(general_id);
  if (general != State::kNone) {  // an alias of a known template
    lookup.id = state.group_id(general);
    if (state.has_room_for_member()) state.absorb(state.create(skeleton), general);
    return lookup;
  }
  if (state.groups >= state.options.max_templates || !state.has_room_for_member()) {
    lookup.full = true;
    return lookup;
  }
  const auto member = state.create(skeleton);
  general = member;
  if (general_id != skeleton && state.has_room_for_member()) general = state.create(general_id);
  state.activate(general, tokens);
  state.absorb(member, general);
  state.learn(general);
  lookup.id = state.group_id(member);
  lookup.new_template = lookup.id.value == skeleton;
  return lookup;
}

TemplateId TemplateTable::current(std::uint64_t skeleton_or_id) const {
  const auto member = state_->find(skeleton_or_id);
  return member == State::kNone ? TemplateId{skeleton_or_id} : state_->group_id(member);
}

std::string TemplateTable::text(TemplateId id) const {
  const auto member = state_->find(id.value);
  if (member == State::kNone) return {};
  if (!state_->rules.is_empty()) {
    if (const auto name = said_of(id).name; !name.empty()) return std::string(name);
  }
  const auto speller = state_->members[state_->root_of(member)].speller;
  const auto found = state_->packed.find(speller);
  return found == state_->packed.end() ? std::string{} : spell(found->second);
}

// Whether what was loaded leads nowhere outside the tables, and in no circle.
bool TemplateTable::State::is_sound() const {
  const auto is_member = [&](std::uint32_t member) { return member < members.size(); };
  for (std::uint32_t i = 0; i < members.size(); ++i) {
    const Member& member = members[i];
    if (!is_member(member.parent) || !is_member(member.oldest) || !is_member(member.speller)) {
      return false;
    }
  }
  std::vector<bool> rooted(members.size());
  std::vector<std::uint32_t> path;
  for (std::uint32_t i = 0; i < members.size(); ++i) {
    path.clear();
    auto at = i;
    for (; !rooted[at] && members[at].parent != at; at = members[at].parent) {
      if (path.size() >= members.size()) return false;
      path.push_back(at);
    }
    rooted[at] = true;
    for (const auto member : path) rooted[member] = true;
  }
  for (const auto& [member, text] : packed) {
    if (!is_member(member) || !is_packed(text)) return false;
  }
  for (const auto& [tokens, list] : by_length) {
    if (!std::all_of(list.begin(), list.end(), is_member)) return false;
  }
  return holes.has_only(members.size()) &&
         std::all_of(forgotten.begin(), forgotten.end(), is_member);
}

void TemplateTable::State::count_loaded() {
  by_id.clear();
  groups = 0;
  packed_bytes = 0;
  for (std::uint32_t i = 0; i < members.size(); ++i) {
    if (forgotten.contains(i)) continue;
    by_id.emplace(members[i].id, i);
    groups += members[i].parent == i ? 1 : 0;
  }
  for (const auto& [member, text] : packed) packed_bytes += text.size();
}

void TemplateTable::save(StateWriter& writer) const {
  writer.begin_section(kSection, kSectionVersion);
  FieldSaver a(writer);
  a(*state_);
  writer.end_section();
}

Result<void> TemplateTable::load(StateReader& reader) {
  StateReader::Section section = reader.section(kSection, kSectionVersion);
  FieldLoader a(section.content);
  a(*state_);
  INKLING_TRY(section.content.finish());
  if (!state_->is_sound()) {
    reader.refuse("a template that leads nowhere");
    return reader.finish();
  }
  state_->count_loaded();
  split_wrong_merges();
  return {};
}

TemplateRules::Said TemplateTable::said_of(TemplateId id) const {
  const auto member = state_->find(id.value);
  if (state_->rules.is_empty() || member == State::kNone) return {};
  const auto speller = state_->members[state_->root_of(member)].speller;
  const auto found = state_->packed.find(speller);
  const auto tokens = found == state_->packed.end() ? MaskedTokens{} : unpack(found->second);
  const TemplateId now = current(id.value);
  return state_->rules.said_of(tokens, [&](std::uint64_t other) { return current(other) == now; });
}

std::size_t TemplateTable::split_wrong_merges() {
  auto& state = *state_;
  if (state.rules.is_empty()) return 0;
  std::vector<bool> is_wrong(state.members.size());
  std::size_t wrong = 0;
  for (std::uint32_t member = 0; member < state.members.size(); ++member) {
    if (state.root_of(member) != member || state.forgotten.contains(member)) continue;
    const auto found = state.packed.find(state.members[member].speller);
    if (found == state.packed.end() || !state.rules.must_split(unpack(found->second))) continue;
    is_wrong[member] = true;
    ++wrong;
  }
  for (std::uint32_t member = 0; wrong > 0 && member < state.members.size(); ++member) {
    if (!is_wrong[state.root_of(member)]) continue;
    state.by_id.erase(state.members[member].id);
    state.deactivate(member);
    state.forgotten.insert(member);
  }
  state.groups -= wrong;
  return wrong;
}

std::size_t TemplateTable::size() const { return state_->groups; }
std::size_t TemplateTable::skeletons() const { return state_->members.size(); }

}  // namespace inkling::detect
