#include "core/state_reader.h"

#include <fmt/format.h>

#include <bit>
#include <cmath>

#include "core/crc32c.h"

namespace inkling {
namespace {

constexpr std::size_t kSectionHeader = 20;
constexpr double kFurthestSeconds = 9.2e9;  // from 1970: what 64 bits of nanoseconds nearly hold
constexpr std::size_t kMaxSeriesText = std::size_t{1} << 16;
constexpr std::size_t kMaxLabels = 1024;

template <class Integer>
Integer load(std::string_view bytes) {
  Integer value = 0;
  for (std::size_t i = 0; i < sizeof(Integer) && i < bytes.size(); ++i) {
    value |= static_cast<Integer>(static_cast<unsigned char>(bytes[i])) << (8 * i);
  }
  return value;
}

}  // namespace

void StateReader::refuse(std::string_view reason) {
  if (failed()) return;
  error_ = fmt::format("{}: {}", what_, reason);
  rest_ = {};
}

std::string_view StateReader::take(std::size_t size) {
  if (failed()) return {};
  if (size > rest_.size()) {
    refuse(fmt::format("cut short: expected {} more bytes, there are {}", size, rest_.size()));
    return {};
  }
  const std::string_view bytes = rest_.substr(0, size);
  rest_.remove_prefix(size);
  return bytes;
}

std::uint8_t StateReader::byte() {
  const std::string_view bytes = take(1);
  return bytes.empty() ? std::uint8_t{0} : static_cast<std::uint8_t>(bytes[0]);
}

bool StateReader::boolean() {
  const std::uint8_t value = byte();
  if (value > 1) refuse(fmt::format("expected 0 or 1: {}", value));
  return value == 1 && !failed();
}

std::uint64_t StateReader::varint(std::uint64_t most) {
  std::uint64_t value = 0;
  for (unsigned shift = 0; shift < 64; shift += 7) {
    const std::uint8_t next = byte();
    if (failed()) return 0;
    if (shift == 63 && next > 1) break;
    value |= static_cast<std::uint64_t>(next & 0x7F) << shift;
    if ((next & 0x80) != 0) continue;
    if (value <= most) return value;
    refuse(fmt::format("expected a number of at most {}: {}", most, value));
    return 0;
  }
  refuse("a number of more than 64 bits");
  return 0;
}

std::int64_t StateReader::signed_varint() {
  const std::uint64_t bits = varint();
  return static_cast<std::int64_t>((bits >> 1) ^ ((bits & 1) != 0 ? ~std::uint64_t{0} : 0));
}

std::uint32_t StateReader::u32() { return load<std::uint32_t>(take(4)); }
std::uint64_t StateReader::u64() { return load<std::uint64_t>(take(8)); }
double StateReader::real() { return std::bit_cast<double>(u64()); }

double StateReader::finite_real() {
  const double value = real();
  if (std::isfinite(value)) return value;
  refuse("expected a finite number");
  return 0;
}

float StateReader::finite_float() {
  const float value = std::bit_cast<float>(u32());
  if (std::isfinite(value)) return value;
  refuse("expected a finite number");
  return 0;
}

float StateReader::real_float() { return std::bit_cast<float>(u32()); }

Timestamp StateReader::time() {
  const auto time = Timestamp::from_ns(static_cast<std::int64_t>(u64()));
  const bool is_mark = !time.is_set() || time.ns == std::numeric_limits<std::int64_t>::max();
  if (is_mark || std::abs(time.seconds()) <= kFurthestSeconds) return time;
  refuse("a time out of range");
  return Timestamp::none();
}

Duration StateReader::duration() {
  const std::int64_t ns = signed_varint();
  if (std::abs(static_cast<double>(ns)) <= kFurthestSeconds * 1e9) return Duration(ns);
  refuse("a duration out of range");
  return Duration(0);
}

SeriesRef StateReader::series_info() {
  auto info = std::make_shared<SeriesInfo>();
  info->id = SeriesId{u64()};
  const std::uint8_t kind = byte();
  if (kind > static_cast<std::uint8_t>(SeriesKind::kTemplateCount)) {
    refuse("a kind of series that is not known");
    return info;
  }
  info->kind = static_cast<SeriesKind>(kind);
  for (std::string* text :
       {&info->name, &info->service, &info->version, &info->route, &info->unit}) {
    *text = this->text(kMaxSeriesText);
  }
  const std::size_t labels = count(2);
  if (labels > kMaxLabels) refuse("a series of too many labels");
  for (std::size_t i = 0; i < labels && !failed(); ++i) {
    std::string name(text(kMaxSeriesText));
    info->labels.emplace_back(std::move(name), text(kMaxSeriesText));
  }
  info->template_id = TemplateId{u64()};
  info->template_text = text(kMaxSeriesText);
  return info;
}

SeriesRef StateReader::series() {
  const std::uint64_t number = varint();
  if (number == 0) return nullptr;
  if (number <= series_->size()) return (*series_)[number - 1];
  if (number != series_->size() + 1) {
    refuse("a series that was not named");
    return nullptr;
  }
  series_->push_back(series_info());
  return failed() ? nullptr : series_->back();
}

std::size_t StateReader::count(std::size_t bytes_each) {
  const std::uint64_t elements = varint();
  if (elements <= rest_.size() / bytes_each) return static_cast<std::size_t>(elements);
  refuse(fmt::format("{} elements of {} bytes do not fit in {} bytes", elements, bytes_each,
                     rest_.size()));
  return 0;
}

std::string_view StateReader::text(std::size_t most_bytes) {
  const std::uint64_t size = varint();
  if (failed()) return {};
  if (size > most_bytes) {
    refuse(fmt::format("expected a text of at most {} bytes: {}", most_bytes, size));
    return {};
  }
  return take(static_cast<std::size_t>(size));
}

StateId StateReader::next_section() const {
  return rest_.size() >= kSectionHeader ? load<StateId>(rest_) : 0;
}

StateReader::Section StateReader::section(StateId id, std::uint32_t newest_version) {
  const std::string name = to_string_state_id(id);
  Section section{0, StateReader({}, fmt::format("{}: section {}", what_, name))};
  const auto refuse_both = [&](const std::string& reason) {
    section.content.refuse(reason);
    if (!failed()) error_ = section.content.error_;
    rest_ = {};
  };
  const std::string_view header = take(kSectionHeader);
  if (failed()) {
    section.content.error_ = error_;
    return section;
  }
  const auto found = load<StateId>(header);
  if (found != id) {
    refuse_both(fmt::format("expected, found section {}", to_string_state_id(found)));
    return section;
  }
  section.version = load<std::uint32_t>(header.substr(4));
  if (section.version == 0 || section.version > newest_version) {
    refuse_both(
        fmt::format("version {}: this program reads 1 to {}", section.version, newest_version));
    return section;
  }
  const auto length = load<std::uint64_t>(header.substr(8));
  if (length > rest_.size()) {
    refuse_both(fmt::format("cut short: expected {} bytes, there are {}", length, rest_.size()));
    return section;
  }
  const std::string_view content = take(static_cast<std::size_t>(length));
  if (crc32c(content) != load<std::uint32_t>(header.substr(16))) {
    refuse_both("damaged: its check sum differs");
    return section;
  }
  section.content.rest_ = content;
  section.content.series_ = series_;
  return section;
}

Result<void> StateReader::finish() {
  if (!failed() && !rest_.empty()) refuse(fmt::format("{} bytes left over", rest_.size()));
  if (failed()) return fail(ErrorCode::kBadInput, error_);
  return {};
}

}  // namespace inkling
