// Groups the messages on standard input by one way of merging skeletons, for comparing them
// (bench/score/mergers.py). Prints one group per line of input, as known at the end.
//
//   merger_compare holes         the product's table
//   merger_compare masks         skeletons as the scanner leaves them, nothing merged
//   merger_compare tree:0.6      Drain's tree over the scanner's tokens, least similarity 0.6.
//                                Source: He et al., "Drain: An Online Log Parsing Approach with
//                                Fixed Depth Tree" (ICWS 2017); depth 4, 100 children a node.
#include <cstdio>
#include <cstdlib>
#include <iostream>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "detect/skeleton.h"
#include "detect/template_table.h"

namespace inkling::detect {
namespace {

using Words = std::vector<std::string>;
constexpr std::string_view kVariable = "<*>";

class DrainTree {
 public:
  explicit DrainTree(double least_similarity) : least_similarity_(least_similarity) {}

  std::size_t add(const Words& words) {
    auto& leaf = leaves_[key_of(words)];
    std::size_t best = kNone;
    double best_similarity = 0;
    std::size_t best_variables = 0;
    for (const auto cluster : leaf) {
      const Words& known = clusters_[cluster];
      std::size_t same = 0;
      std::size_t variables = 0;
      for (std::size_t i = 0; i < words.size(); ++i) {
        if (known[i] == kVariable) {
          ++variables;
        } else if (known[i] == words[i]) {
          ++same;
        }
      }
      const double similarity =
          words.empty() ? 1 : static_cast<double>(same) / static_cast<double>(words.size());
      if (best != kNone && (similarity < best_similarity ||
                            (similarity == best_similarity && variables <= best_variables))) {
        continue;
      }
      best = cluster;
      best_similarity = similarity;
      best_variables = variables;
    }
    if (best == kNone || best_similarity < least_similarity_) {
      leaf.push_back(clusters_.size());
      clusters_.push_back(words);
      return clusters_.size() - 1;
    }
    Words& known = clusters_[best];
    for (std::size_t i = 0; i < words.size(); ++i) {
      if (known[i] != words[i]) known[i] = kVariable;
    }
    return best;
  }

 private:
  static constexpr std::size_t kNone = SIZE_MAX;
  static constexpr std::size_t kLevels = 2;  // below that of the length: depth 4
  static constexpr std::size_t kMostChildren = 100;

  // The way to the leaf: number of words, then the first words, as far as there is room.
  Words key_of(const Words& words) {
    Words key = {std::to_string(words.size())};
    for (std::size_t i = 0; i < kLevels && i < words.size(); ++i) {
      auto& children = children_[key];
      const bool known = children.contains(words[i]);
      if (!known && children.size() < kMostChildren) children[words[i]] = true;
      key.push_back(children.contains(words[i]) ? words[i] : std::string(kVariable));
    }
    return key;
  }

  double least_similarity_;
  std::map<Words, std::map<std::string, bool>> children_;
  std::map<Words, std::vector<std::size_t>> leaves_;
  std::vector<Words> clusters_;
};

int run(const std::string& merger) {
  TemplateTable table{TemplateOptions{}};
  constexpr std::string_view kTree = "tree:";
  const bool is_tree = merger.starts_with(kTree);
  if (!is_tree && merger != "holes" && merger != "masks") {
    std::fputs("usage: merger_compare holes|masks|tree:SIMILARITY\n", stderr);
    return 2;
  }
  DrainTree tree(is_tree ? std::atof(merger.c_str() + kTree.size()) : 0);
  std::vector<std::uint64_t> groups;
  std::vector<std::string_view> tokens;
  for (std::string line; std::getline(std::cin, line);) {
    if (is_tree) {
      skeleton_tokens(line, {}, tokens);
      groups.push_back(tree.add(Words(tokens.begin(), tokens.end())));
    } else {
      groups.push_back(skeleton_id(line, {}));
      if (merger == "holes") table.meet(groups.back(), line);
    }
  }
  for (const auto group : groups) {
    std::printf("%016llx\n", static_cast<unsigned long long>(
                                 merger == "holes" ? table.current(group).value : group));
  }
  return 0;
}

}  // namespace
}  // namespace inkling::detect

int main(int count, char** arguments) {
  return inkling::detect::run(count == 2 ? arguments[1] : "");
}
