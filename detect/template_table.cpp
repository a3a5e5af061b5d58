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
// Older skeletons looked at when a pattern is new: bounds the cost of one meeting to milliseconds.
constexpr std::size_t kMaxRescanned = 2048;
constexpr std::string_view kVariableText = "<*>";

// Skeleton ids are hashes already.
struct IdHash {
  std::size_t operator()(std::uint64_t id) const { return id; }
};

MaskedTokens scan_masked(std::string_view message, const SkeletonOptions& options) {
  std::vector<ScannedToken> scanned;
  scan_tokens(message, options, scanned);
  MaskedTokens tokens;
  tokens.reserve(scanned.size());
  for (const auto& token : scanned) tokens.push_back({token.text, token.space_before});
  return tokens;
}

std::uint64_t id_of(const MaskedTokens& tokens) {
  std::string joined;
  for (const auto& token : tokens) {
    if (!joined.empty()) joined += ' ';
    joined += token.text;
  }
  return hash_skeleton(joined);
}

// A skeleton as one string, with its spacing. No token has white space or control characters in it.
constexpr char kSpaced = ' ';         // before a token
constexpr char kUnspaced = '\x01';    // before a token
constexpr char kMergedMark = '\x02';  // instead of the text of a merged variable
constexpr char kCutMark = '\x03';     // after the last token: some are missing

std::string pack(const MaskedTokens& tokens, std::size_t max_bytes) {
  std::string packed;
  for (const auto& token : tokens) {
    if (packed.size() + token.text.size() + 1 > max_bytes) return packed + kCutMark;
    packed += token.space_before ? kSpaced : kUnspaced;
    if (token.merged) {
      packed += kMergedMark;
    } else {
      packed += token.text;
    }
  }
  return packed;
}

// Views into `packed`; nothing if it was cut.
MaskedTokens unpack(std::string_view packed) {
  MaskedTokens tokens;
  if (packed.ends_with(kCutMark)) return tokens;
  constexpr std::string_view kMarks("\x20\x01", 2);
  while (!packed.empty()) {
    const auto text = packed.substr(1, packed.find_first_of(kMarks, 1) - 1);
    const bool merged = text.front() == kMergedMark;
    tokens.push_back({merged ? kVariableText : text, packed.front() == kSpaced, merged});
    packed.remove_prefix(1 + text.size());
  }
  return tokens;
}

std::string spell(std::string_view packed) {
  std::string text;
  for (const char c : packed.substr(packed.empty() ? 0 : 1)) {
    if (c == kUnspaced) continue;
    if (c == kMergedMark) {
      text += kVariableText;
    } else if (c == kCutMark) {
      text += "...";
    } else {
      text += c;
    }
  }
  return text;
}

}  // namespace

// Members are skeletons; those of one template form a tree whose root speaks for the group. Active
// are the members whose spelling is kept, because no more general one took their place.
struct TemplateTable::State {
  explicit State(const TemplateOptions& table_options)
      : options(table_options),
        scan_options{.max_message_bytes = table_options.max_message_bytes,
                     .max_tokens = table_options.max_tokens},
        holes(kHolesPerTemplate * table_options.max_templates, table_options.max_templates) {}

  struct Member {
    std::uint64_t id;
    std::uint32_t parent;   // itself: a root
    std::uint32_t oldest;   // of a root: the group's first member, whose id is the template's
    std::uint32_t speller;  // of a root: the active member that spells the template
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

  std::uint32_t create(std::uint64_t id);
  void activate(std::uint32_t member, const MaskedTokens& tokens);
  void deactivate(std::uint32_t member);
  void absorb(std::uint32_t member, std::uint32_t general);
  void learn(std::uint32_t member, MaskedTokens tokens);
  void absorb_matching(std::uint32_t general, std::size_t token_count);

  TemplateOptions options;
  SkeletonOptions scan_options;
  std::unordered_map<std::uint64_t, std::uint32_t, IdHash> by_id;
  std::vector<Member> members;
  std::unordered_map<std::uint32_t, std::string> packed;  // of the active members
  // Active members by number of tokens; may hold some that are not active any more.
  std::unordered_map<std::size_t, std::vector<std::uint32_t>> by_length;
  std::size_t packed_bytes = 0;
  std::size_t groups = 0;
  HoleIndex holes;
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
void TemplateTable::State::learn(std::uint32_t member, MaskedTokens tokens) {
  while (const auto merge = holes.add(tokens, member)) {
    mask(tokens[merge->position]);
    collapse_variables(tokens);
    holes.generalise(tokens);
    const auto general_id = id_of(tokens);
    auto general = find(general_id);
    const bool is_new = general == kNone;
    if (is_new) {
      if (!has_room_for_member()) return;
      general = create(general_id);
      activate(general, tokens);
    }
    absorb(member, general);
    for (const auto other : merge->members) absorb(other, general);
    if (!is_new) return;
    if (holes.add_pattern(tokens)) absorb_matching(general, tokens.size());
    member = general;
  }
}

// Finds the older skeletons that match a new pattern.
void TemplateTable::State::absorb_matching(std::uint32_t general, std::size_t token_count) {
  auto& candidates = by_length[token_count];
  std::erase_if(candidates, [this](auto member) { return !packed.contains(member); });
  const auto first = candidates.size() - std::min(candidates.size(), kMaxRescanned);
  for (auto i = first; i < candidates.size(); ++i) {
    if (candidates[i] == general) continue;
    const std::string copy = packed.at(candidates[i]);
    auto tokens = unpack(copy);
    holes.generalise(tokens);
    if (find(id_of(tokens)) == general) absorb(candidates[i], general);
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
  state.holes.generalise(tokens);
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
  state.learn(general, std::move(tokens));
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
  const auto speller = state_->members[state_->root_of(member)].speller;
  const auto found = state_->packed.find(speller);
  return found == state_->packed.end() ? std::string{} : spell(found->second);
}

std::size_t TemplateTable::size() const { return state_->groups; }
std::size_t TemplateTable::skeletons() const { return state_->members.size(); }

}  // namespace inkling::detect
