#include "app/template_diff.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <optional>

namespace inkling::app {
namespace {

constexpr double kLeastSurprise = 3;  // e^-3: one in twenty, for each template looked at

struct Side {
  std::string version;  // or
  bool is_period = false;
  Timestamp from = Timestamp::none();
  Timestamp to = Timestamp::none();

  bool holds(const LogRecord& record) const {
    if (!is_period) return record.version == version;
    if (!record.time.is_set()) return false;
    return (!from.is_set() || !(record.time < from)) && (!to.is_set() || record.time < to);
  }
};

Result<Side> parse_side(const std::string& text) {
  Side side;
  const std::size_t dots = text.find("..");
  if (dots == std::string::npos) {
    side.version = text;
    return side;
  }
  side.is_period = true;
  const auto read = [&](const std::string& part) -> Result<Timestamp> {
    if (part.empty()) return Timestamp::none();
    if (const auto time = parse_timestamp(part)) return *time;
    return fail(
        ErrorCode::kInvalidArgument,
        fmt::format("a period must be FROM..TO, times like 2026-03-03T12:00:00Z: {}", text));
  };
  INKLING_TRY_ASSIGN(side.from, read(text.substr(0, dots)));
  INKLING_TRY_ASSIGN(side.to, read(text.substr(dots + 2)));
  return side;
}

double likelihood(double count, double of, double share) {
  return count > 0 ? count * std::log(count / (of * share)) : 0.0;
}

double surprise_of(const TemplateUse& use, const TemplateScan& scan) {
  const auto a = static_cast<double>(use.counts[0]);
  const auto b = static_cast<double>(use.counts[1]);
  const auto all_a = static_cast<double>(scan.records[0]);
  const auto all_b = static_cast<double>(scan.records[1]);
  const double share = (a + b) / (all_a + all_b);
  if (share <= 0 || share >= 1) return 0;
  return likelihood(a, all_a, share) + likelihood(b, all_b, share) +
         likelihood(all_a - a, all_a, 1 - share) + likelihood(all_b - b, all_b, 1 - share);
}

}  // namespace

Result<TemplateSide> parse_sides(const std::string& a, const std::string& b,
                                 const std::string& service) {
  INKLING_TRY_ASSIGN(const Side first, parse_side(a));
  INKLING_TRY_ASSIGN(const Side second, parse_side(b));
  return TemplateSide(
      [first, second, service](const LogRecord& record) -> std::optional<std::size_t> {
        if (!service.empty() && record.service != service) return std::nullopt;
        if (first.holds(record)) return 0;
        if (second.holds(record)) return 1;
        return std::nullopt;
      });
}

std::vector<TemplateDifference> compare_sides(const TemplateScan& scan) {
  const double enough =
      kLeastSurprise +
      std::log(static_cast<double>(std::max<std::size_t>(1, scan.templates.size())));
  std::vector<TemplateDifference> differences;
  for (const TemplateUse& use : scan.templates) {
    TemplateDifference one;
    one.use = &use;
    one.surprise = surprise_of(use, scan);
    if (one.surprise < enough) continue;
    const double share_a =
        static_cast<double>(use.counts[0]) / static_cast<double>(scan.records[0]);
    const double share_b =
        static_cast<double>(use.counts[1]) / static_cast<double>(scan.records[1]);
    one.kind = use.counts[0] == 0   ? "new"
               : use.counts[1] == 0 ? "gone"
               : share_b > share_a  ? "more"
                                    : "less";
    differences.push_back(one);
  }
  const auto place = [](std::string_view kind) {
    return kind == "new" ? 0 : kind == "gone" ? 1 : 2;
  };
  std::stable_sort(differences.begin(), differences.end(),
                   [&](const TemplateDifference& x, const TemplateDifference& y) {
                     if (place(x.kind) != place(y.kind)) return place(x.kind) < place(y.kind);
                     return x.surprise > y.surprise;
                   });
  return differences;
}

}  // namespace inkling::app
