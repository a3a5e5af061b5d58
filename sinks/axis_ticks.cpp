#include "sinks/axis_ticks.h"

#include <fmt/format.h>

#include <array>
#include <cmath>

#include "core/json_writer.h"

namespace inkling::sinks {
namespace {

constexpr std::int64_t kSecond = 1'000'000'000;
constexpr std::int64_t kDay = 86'400 * kSecond;

std::string value_label(double value, double step) {
  const int decimals = step >= 1 ? 0 : static_cast<int>(std::ceil(-std::log10(step) - 1e-9));
  if (decimals > 6 || std::abs(value) >= 1e6) return format_number(value, 6);
  std::string text = fmt::format("{:.{}f}", value, decimals);
  return text.find_first_not_of("-0.") == std::string::npos ? "0" : text;
}

std::int64_t time_step(std::int64_t span, int most) {
  static constexpr std::array<std::int64_t, 21> kSeconds = {
      1,    2,    5,    10,     15,     30,     60,     120,     300,        600,        900,
      1800, 3600, 7200, 10'800, 21'600, 43'200, 86'400, 172'800, 7 * 86'400, 28 * 86'400};
  for (const std::int64_t seconds : kSeconds) {
    if (span / (seconds * kSecond) < most) return seconds * kSecond;
  }
  std::int64_t step = 28 * kDay;
  while (span / step >= most) step *= 2;
  return step;
}

}  // namespace

std::vector<Tick> value_ticks(double low, double high, int most) {
  const double rough = (high - low) / most;
  const double power = std::pow(10.0, std::floor(std::log10(rough)));
  if (!(power > 0) || !std::isfinite(power)) return {};
  double step = 10 * power;
  for (const double factor : {1.0, 2.0, 5.0}) {
    if (factor * power >= rough * (1 - 1e-9)) {
      step = factor * power;
      break;
    }
  }
  std::vector<Tick> ticks;
  const double first = std::ceil(low / step - 1e-9);
  for (int i = 0; i <= most; ++i) {
    const double value = (first + i) * step;
    if (value > high + step * 1e-9) break;
    ticks.push_back({value, value_label(value, step)});
  }
  return ticks;
}

std::vector<Tick> time_ticks(TimeRange range, int most) {
  const std::int64_t span = range.end.ns - range.begin.ns;
  if (span <= 0) return {};
  const std::int64_t step = time_step(span, most);
  std::int64_t index = range.begin.ns / step;
  if (index * step < range.begin.ns) ++index;
  std::vector<Tick> ticks;
  for (; index * step <= range.end.ns && static_cast<int>(ticks.size()) <= most; ++index) {
    const Timestamp time = Timestamp::from_ns(index * step);
    const std::string text = format_timestamp(time);
    std::string label;
    if (step >= kDay) {
      label = text.substr(5, 5);
    } else if (step < 60 * kSecond) {
      label = text.substr(11, 8);
    } else if (span > kDay && time.ns % kDay == 0) {
      label = text.substr(5, 5);
    } else {
      label = text.substr(11, 5);
    }
    ticks.push_back({static_cast<double>(time.ns), std::move(label)});
  }
  return ticks;
}

}  // namespace inkling::sinks
