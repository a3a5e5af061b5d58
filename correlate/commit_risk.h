#pragma once

#include <set>
#include <string>

#include "correlate/change_log.h"
#include "correlate/text_tokens.h"

namespace inkling::correlate {

// What the symptoms of an incident talk about.
struct SymptomText {
  WeightedWords words;        // telling words, without names of services
  std::set<std::string> all;  // every word, for literals that were renamed
};

// The commit term: does the text of this change fit these symptoms?
struct CommitRisk {
  double log_odds = 0;
  double fit = 0;      // 0..1: how well the best mechanism explains the symptoms
  std::string reason;  // in words
};

// log(path risk) + weight of the strongest mechanism in the diff + how well its usual symptoms and
// the names it touches occur in what is seen + overlap of all changed words with the symptoms,
// words rare among the changes counting more. A diff that keeps values, checks and calls is
// unlikely to be the cause.
CommitRisk rate_commit(const ChangeProfile& profile, const SymptomText& symptoms,
                       const ChangeLog& log);

}  // namespace inkling::correlate
