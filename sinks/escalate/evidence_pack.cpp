#include "sinks/escalate/evidence_pack.h"

#include <algorithm>
#include <utility>

#include "sinks/escalate/pack_facts.h"
#include "sinks/escalate/tokens.h"
#include "sinks/escape.h"

namespace inkling::sinks {
namespace {

// "[ev:3] <<" and ">>" around each text, and its line end.
constexpr std::size_t kFenceTokens = 6;

// The marks of the fence can be no part of a text.
std::string without_fences(std::string text) {
  for (const std::string_view mark : {"<<", ">>"}) {
    for (std::size_t at = text.find(mark); at != std::string::npos; at = text.find(mark, at)) {
      text.insert(at + 1, 1, ' ');
    }
  }
  if (text.starts_with('<')) text.insert(0, 1, ' ');
  if (text.ends_with('>')) text.push_back(' ');
  return text;
}

double worth(const Fact& fact) {
  return fact.value / static_cast<double>(std::max<std::size_t>(1, fact.tokens));
}

}  // namespace

std::string_view fact_section_name(FactSection section) {
  static constexpr std::string_view kNames[kFactSectionCount] = {
      "incident", "services",  "suspect changes", "suspect services", "exonerated changes",
      "evidence", "anomalies", "alarms",          "timeline",         "data quality"};
  return kNames[static_cast<std::size_t>(section)];
}

const Fact* EvidencePack::find(std::string_view handle) const {
  const auto at = std::find_if(facts.begin(), facts.end(),
                               [&](const Fact& fact) { return fact.handle == handle; });
  return at == facts.end() ? nullptr : &*at;
}

EvidencePack make_evidence_pack(const Incident& incident, const PackOptions& options,
                                const Redact& redact) {
  EvidencePack pack;
  pack.incident = incident.id;
  pack.suspects = collect_suspects(incident, options);
  for (const AffectedService& s : incident.services) {
    pack.services.push_back(clean_text(s.service, kMaxTitle));
  }
  for (const Suspect& s : incident.changes) {
    const std::string service = clean_text(s.service, kMaxTitle);
    const bool known =
        std::find(pack.services.begin(), pack.services.end(), service) != pack.services.end();
    if (!service.empty() && !known) pack.services.push_back(service);
  }
  AddressMask addresses;
  std::vector<Fact> all = collect_facts(incident, options);
  for (Fact& fact : all) {
    std::string text = redact ? redact(fact.text) : fact.text;
    if (options.redact_addresses) text = addresses.mask(text);
    if (text != fact.text) pack.redactions.push_back({fact.handle, fact.text, text});
    fact.text = without_fences(std::move(text));
    fact.tokens = estimate_tokens(fact.text) + estimate_tokens(fact.handle) + kFenceTokens;
  }

  std::vector<std::size_t> order(all.size());
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    if (all[a].needed != all[b].needed) return all[a].needed;
    return worth(all[a]) > worth(all[b]);
  });
  std::vector<bool> taken(all.size(), false);
  for (const std::size_t i : order) {
    taken[i] = all[i].needed || pack.tokens + all[i].tokens <= options.max_tokens;
    if (taken[i]) pack.tokens += all[i].tokens;
  }
  for (const std::size_t i : order) {
    if (!taken[i]) pack.left_out.push_back(all[i]);
  }
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (taken[i]) pack.facts.push_back(std::move(all[i]));
  }
  // Only who is described may be named.
  std::erase_if(pack.suspects,
                [&](const SuspectChoice& choice) { return pack.find(choice.handle) == nullptr; });
  return pack;
}

}  // namespace inkling::sinks
