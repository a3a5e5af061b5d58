#include "sinks/escalate/firewall.h"

#include <algorithm>
#include <array>
#include <deque>
#include <utility>

#include "sinks/escalate/name_mentions.h"
#include "sinks/escalate/number_mentions.h"
#include "sinks/escape.h"

namespace inkling::sinks {
namespace {

constexpr std::size_t kMaxWhat = 80;  // code points of what was struck

// A fact that is cited, with what it is about: the text of the suspect it is a term of.
struct CitedFact {
  std::string lower;  // its text and its scope
  std::string text;
  std::vector<std::string_view> services;
  std::vector<NumberMention> numbers;  // of `text`
};

std::string_view parent_of(std::string_view handle) { return handle.substr(0, handle.find('.')); }

std::vector<std::string_view> split_sentences(std::string_view text) {
  std::vector<std::string_view> sentences;
  std::size_t begin = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool ends = (text[i] == '.' || text[i] == '!' || text[i] == '?') &&
                      (i + 1 == text.size() || text[i + 1] == ' ');
    if (!ends) continue;
    sentences.push_back(text.substr(begin, i + 1 - begin));
    begin = i + 1;
    while (begin < text.size() && text[begin] == ' ') ++begin;
  }
  if (begin < text.size()) sentences.push_back(text.substr(begin));
  return sentences;
}

class Checker {
 public:
  Checker(const Answer& answer, const EvidencePack& pack) : answer_(answer), pack_(pack) {
    for (const std::string& service : pack.services) vocabulary_.push_back(to_lower(service));
    for (const SuspectChoice& choice : pack.suspects) {
      for (const std::string& name : choice.names) vocabulary_.push_back(to_lower(name));
    }
    for (const Fact& fact : pack.facts) {
      if (fact.section == FactSection::kIncident) head_ += to_lower(fact.text) + "\n";
    }
  }

  CheckedAnswer check() {
    check_suspect();
    for (statement_ = 0; statement_ < answer_.statements.size(); ++statement_) {
      check_statement(answer_.statements[statement_]);
    }
    return std::move(result_);
  }

 private:
  void strike(StrikeReason reason, std::string_view what) {
    result_.strikes.push_back({reason, statement_, clean_text(what, kMaxWhat)});
  }

  // The code decides who is blamed; the model may only explain one of them.
  void check_suspect() {
    result_.suspect = answer_.suspect;
    const auto blamed = [](const SuspectChoice& choice) { return choice.blamed; };
    const bool has_blamed = std::any_of(pack_.suspects.begin(), pack_.suspects.end(), blamed);
    if (answer_.suspect == "none") {
      suspect_holds_ = !has_blamed;
    } else {
      const auto at =
          std::find_if(pack_.suspects.begin(), pack_.suspects.end(),
                       [&](const SuspectChoice& c) { return c.handle == answer_.suspect; });
      suspect_ = at == pack_.suspects.end() ? nullptr : &*at;
      suspect_holds_ =
          suspect_ != nullptr && !suspect_->exonerated && (!has_blamed || suspect_->blamed);
    }
    if (suspect_holds_) return;
    for (std::size_t i = 0; i < answer_.statements.size(); ++i) {
      if (answer_.statements[i].kind == StatementKind::kCause) statement_ = i;
    }
    strike(StrikeReason::kSuspect, answer_.suspect);
    result_.suspect = "none";
  }

  void cite(std::string_view handle) {
    const Fact* fact = pack_.find(handle);
    CitedFact cited;
    cited.text = fact->text;
    cited.lower = to_lower(fact->text);
    const std::string_view parent = parent_of(handle);
    if (parent != handle) {
      if (const Fact* scope = pack_.find(parent)) cited.lower += "\n" + to_lower(scope->text);
    }
    for (const std::string& service : vocabulary_services()) {
      if (holds_word(cited.lower, service)) cited.services.push_back(service);
    }
    cited_.push_back(std::move(cited));
    cited_.back().numbers = find_numbers(cited_.back().text);
  }

  const std::vector<std::string>& vocabulary_services() {
    if (services_.empty()) {
      for (const std::string& service : pack_.services) services_.push_back(to_lower(service));
    }
    return services_;
  }

  void check_statement(const Statement& given) {
    Statement kept = {given.kind, "", {}};
    cited_.clear();

    for (const std::string& handle : given.evidence) {
      if (pack_.find(handle) == nullptr) {
        strike(StrikeReason::kHandle, handle);
        continue;
      }
      kept.evidence.push_back(handle);
      cite(handle);
      // Who cites a suspect cites what is held against it.
      for (const Fact& fact : pack_.facts) {
        if (fact.handle != handle && parent_of(fact.handle) == handle) cite(fact.handle);
      }
    }
    if (given.kind == StatementKind::kCause && !suspect_holds_) return;
    for (const std::string_view sentence : split_sentences(given.text)) {
      if (!check_sentence(sentence, given.kind)) continue;
      if (!kept.text.empty()) kept.text.push_back(' ');
      kept.text += sentence;
    }
    if (!kept.text.empty() && !kept.evidence.empty()) {
      result_.statements.push_back(std::move(kept));
    }
  }

  bool check_sentence(std::string_view sentence, StatementKind kind) {
    const std::size_t before = result_.strikes.size();
    if (const std::string foreign = find_foreign(sentence); !foreign.empty()) {
      strike(StrikeReason::kForeign, foreign);
      return false;
    }
    std::string plain(sentence);  // supported quotations become blanks
    for (const std::string_view quote : find_quotes(sentence)) {
      if (!holds_quote(quote)) {
        strike(StrikeReason::kQuote, quote);
        continue;
      }
      std::fill_n(plain.begin() + (quote.data() - sentence.data()), quote.size(), ' ');
    }
    if (plain.find_first_of("<>{}") != std::string::npos) {
      strike(StrikeReason::kForeign, sentence);
    }
    check_names(plain, kind);
    check_numbers(plain);
    check_amounts(plain);
    return result_.strikes.size() == before;
  }

  bool holds_quote(std::string_view quote) const {
    std::string wanted = clean_text(to_lower(quote), 1'000);
    for (const std::string_view ellipsis : {"...", "\xe2\x80\xa6"}) {
      if (wanted.ends_with(ellipsis)) wanted.resize(wanted.size() - ellipsis.size());
    }
    while (!wanted.empty() && (wanted.back() == '.' || wanted.back() == ',')) wanted.pop_back();
    if (head_.find(wanted) != std::string::npos) return true;
    return std::any_of(cited_.begin(), cited_.end(), [&](const CitedFact& fact) {
      return fact.lower.find(wanted) != std::string::npos;
    });
  }

  bool is_told(std::string_view name) const {
    if (holds_word(head_, name)) return true;
    return std::any_of(cited_.begin(), cited_.end(),
                       [&](const CitedFact& fact) { return holds_word(fact.lower, name); });
  }

  // Whether a name stands for another suspect than the one that is explained.
  bool is_of_another(std::string_view name) const {
    if (suspect_ == nullptr || suspect_->handle.starts_with("node")) return false;
    const auto has = [&](const SuspectChoice& choice) {
      return std::any_of(choice.names.begin(), choice.names.end(),
                         [&](const std::string& other) { return to_lower(other) == name; });
    };
    if (has(*suspect_)) return false;
    return std::any_of(pack_.suspects.begin(), pack_.suspects.end(), has);
  }

  void check_names(std::string_view sentence, StatementKind kind) {
    for (const NameMention& name : find_names(sentence, vocabulary_)) {
      if (pack_.find(name.lower) != nullptr) continue;  // a handle
      if (!is_told(name.lower)) {
        strike(StrikeReason::kName, name.text);
      } else if (kind == StatementKind::kCause && is_of_another(name.lower)) {
        strike(StrikeReason::kSuspect, name.text);
      }
    }
  }

  // The service that is named last before a place, else the first behind it.
  std::string_view service_at(std::string_view lower, std::size_t place) {
    std::string_view nearest;
    std::size_t nearest_at = 0;
    std::string_view first;
    std::size_t first_at = lower.size();
    for (const std::string& service : vocabulary_services()) {
      for (std::size_t at = lower.find(service); at != std::string_view::npos;
           at = lower.find(service, at + 1)) {
        if (!holds_word(lower.substr(at > 0 ? at - 1 : 0, service.size() + 2), service)) continue;
        if (at < place && (nearest.empty() || at > nearest_at)) {
          nearest = service;
          nearest_at = at;
        } else if (at > place && at < first_at) {
          first = service;
          first_at = at;
        }
      }
    }
    return nearest.empty() ? first : nearest;
  }

  bool is_supported(const NumberMention& claim, std::string_view service) const {
    for (const CitedFact& fact : cited_) {
      const bool other_service =
          !service.empty() && !fact.services.empty() &&
          std::find(fact.services.begin(), fact.services.end(), service) == fact.services.end();
      if (other_service) continue;
      for (const NumberMention& known : fact.numbers) {
        const bool other_measure = claim.measure != Measure::kNone &&
                                   known.measure != Measure::kNone &&
                                   claim.measure != known.measure;
        const bool other_version =
            !claim.version.empty() && !known.version.empty() && claim.version != known.version;
        if (!other_measure && !other_version && supports(known, claim)) return true;
      }
    }
    return false;
  }

  void check_numbers(std::string_view sentence) {
    const std::string lower = to_lower(sentence);
    for (const NumberMention& claim : find_numbers(sentence)) {
      // A version of one number, "web 118": a name that the evidence tells.
      const bool is_version =
          std::find(vocabulary_.begin(), vocabulary_.end(), claim.text) != vocabulary_.end() &&
          is_told(claim.text);
      if (is_version) continue;
      if (!is_supported(claim, service_at(lower, claim.begin))) {
        strike(StrikeReason::kNumber, claim.text);
      }
    }
  }

  // Amounts in words that were not measured.
  void check_amounts(std::string_view sentence) {
    static constexpr std::array<std::string_view, 19> kAmounts = {
        "twice",    "double", "doubled", "triple",   "tripled",  "quadrupled", "tenfold",
        "twofold",  "halved", "hundred", "hundreds", "thousand", "thousands",  "million",
        "millions", "dozen",  "dozens",  "twenty",   "fifty"};
    const std::string lower = to_lower(sentence);
    for (const std::string_view amount : kAmounts) {
      if (holds_word(lower, amount) && !is_told(amount)) strike(StrikeReason::kNumber, amount);
    }
  }

  const Answer& answer_;
  const EvidencePack& pack_;
  std::vector<std::string> vocabulary_;  // in lower case
  std::vector<std::string> services_;    // in lower case
  std::string head_;                     // of the incident, in lower case: may always be named
  const SuspectChoice* suspect_ = nullptr;
  bool suspect_holds_ = true;
  std::size_t statement_ = 0;
  std::deque<CitedFact> cited_;  // stays in place: holds views into itself
  CheckedAnswer result_;
};

}  // namespace

const Statement* CheckedAnswer::find(StatementKind kind) const {
  const auto at = std::find_if(statements.begin(), statements.end(),
                               [kind](const Statement& s) { return s.kind == kind; });
  return at == statements.end() ? nullptr : &*at;
}

bool CheckedAnswer::usable() const {
  return find(StatementKind::kHeadline) != nullptr && find(StatementKind::kCause) != nullptr;
}

CheckedAnswer check_answer(const Answer& answer, const EvidencePack& pack) {
  return Checker(answer, pack).check();
}

}  // namespace inkling::sinks
