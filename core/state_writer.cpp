#include "core/state_writer.h"

#include <array>
#include <bit>
#include <utility>

#include "core/check.h"
#include "core/crc32c.h"

namespace inkling {
namespace {

constexpr std::size_t kLengthAndCrc = 12;

template <class Integer>
void append_fixed(std::string& bytes, Integer value) {
  std::array<char, sizeof(Integer)> raw;
  for (std::size_t i = 0; i < sizeof(Integer); ++i) {
    raw[i] = static_cast<char>(static_cast<unsigned char>(value >> (8 * i)));
  }
  bytes.append(raw.data(), raw.size());
}

template <class Integer>
void overwrite(std::string& bytes, std::size_t at, Integer value) {
  for (std::size_t i = 0; i < sizeof(Integer); ++i) {
    bytes[at + i] = static_cast<char>(static_cast<unsigned char>(value >> (8 * i)));
  }
}

}  // namespace

std::string to_string_state_id(StateId id) {
  std::string name;
  for (int i = 0; i < 4; ++i) {
    const auto letter = static_cast<unsigned char>(id >> (8 * i));
    name += letter >= 0x20 && letter < 0x7F ? static_cast<char>(letter) : '?';
  }
  return name;
}

void StateWriter::put_varint(std::uint64_t value) {
  std::array<char, 10> raw;
  std::size_t size = 0;
  for (; value >= 0x80; value >>= 7) raw[size++] = static_cast<char>(value | 0x80);
  raw[size++] = static_cast<char>(value);
  bytes_.append(raw.data(), size);
}

void StateWriter::put_signed(std::int64_t value) {
  const auto bits = static_cast<std::uint64_t>(value);
  put_varint((bits << 1) ^ (value < 0 ? ~std::uint64_t{0} : 0));
}

void StateWriter::put_u32(std::uint32_t value) { append_fixed(bytes_, value); }
void StateWriter::put_u64(std::uint64_t value) { append_fixed(bytes_, value); }
void StateWriter::put_double(double value) { put_u64(std::bit_cast<std::uint64_t>(value)); }
void StateWriter::put_float(float value) { put_u32(std::bit_cast<std::uint32_t>(value)); }

void StateWriter::put_text(std::string_view text) {
  put_varint(text.size());
  bytes_.append(text);
}

void StateWriter::put_series_info(const SeriesInfo& info) {
  put_u64(info.id.value);
  put_byte(static_cast<std::uint8_t>(info.kind));
  for (const std::string* text :
       {&info.name, &info.service, &info.version, &info.route, &info.unit}) {
    put_text(*text);
  }
  put_varint(info.labels.size());
  for (const auto& [name, value] : info.labels) {
    put_text(name);
    put_text(value);
  }
  put_u64(info.template_id.value);
  put_text(info.template_text);
}

void StateWriter::put_series(const SeriesRef& series) {
  if (!series) return put_varint(0);
  if (const auto known = series_.find(series.get()); known != series_.end()) {
    return put_varint(known->second);
  }
  // Equal descriptions are one, whoever holds them.
  StateWriter info;
  info.put_series_info(*series);
  std::string text = info.take();
  const auto [at, is_new] =
      descriptions_.try_emplace(text, static_cast<std::uint32_t>(descriptions_.size() + 1));
  series_.emplace(series.get(), at->second);
  put_varint(at->second);
  if (is_new) bytes_.append(text);
}

void StateWriter::begin_section(StateId id, std::uint32_t version) {
  put_u32(id);
  put_u32(version);
  bytes_.append(kLengthAndCrc, '\0');
  open_.push_back(bytes_.size());
}

void StateWriter::end_section() {
  INKLING_CHECK(!open_.empty());
  const std::size_t begin = open_.back();
  open_.pop_back();
  const std::string_view content = std::string_view(bytes_).substr(begin);
  const std::uint32_t crc = crc32c(content);
  overwrite(bytes_, begin - kLengthAndCrc, static_cast<std::uint64_t>(content.size()));
  overwrite(bytes_, begin - 4, crc);
}

std::string StateWriter::take() {
  INKLING_CHECK(open_.empty());
  return std::exchange(bytes_, {});
}

}  // namespace inkling
