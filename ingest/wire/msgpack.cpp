#include "ingest/wire/msgpack.h"

#include <bit>
#include <cmath>

namespace inkling::ingest {
namespace {

// What the first byte of a value says.
struct Head {
  enum class Kind : std::uint8_t {
    kScalar,     // `length` bytes of value follow
    kInline,     // the byte is the value
    kBytes,      // a length of `length` bytes, then so many bytes
    kFixBytes,   // `length` bytes
    kExtension,  // a length of `length` bytes, a type, then so many bytes
    kFixExtension,
    kArray,  // a count of `length` bytes
    kMap,
    kFixArray,  // `length` elements
    kFixMap,
    kUnused,
  };
  Kind kind;
  std::uint8_t length;
};

Head head_of(unsigned char first) {
  using enum Head::Kind;
  const auto low = [first](unsigned mask) { return static_cast<std::uint8_t>(first & mask); };
  if (first <= 0x7F || first >= 0xE0) return {kInline, 0};
  if (first <= 0x8F) return {kFixMap, low(0x0F)};
  if (first <= 0x9F) return {kFixArray, low(0x0F)};
  if (first <= 0xBF) return {kFixBytes, low(0x1F)};
  static constexpr Head kHeads[] = {
      {kInline, 0},        {kUnused, 0},       {kInline, 0},       {kInline, 0},
      {kBytes, 1},         {kBytes, 2},        {kBytes, 4},        {kExtension, 1},
      {kExtension, 2},     {kExtension, 4},    {kScalar, 4},       {kScalar, 8},
      {kScalar, 1},        {kScalar, 2},       {kScalar, 4},       {kScalar, 8},
      {kScalar, 1},        {kScalar, 2},       {kScalar, 4},       {kScalar, 8},
      {kFixExtension, 1},  {kFixExtension, 2}, {kFixExtension, 4}, {kFixExtension, 8},
      {kFixExtension, 16}, {kBytes, 1},        {kBytes, 2},        {kBytes, 4},
      {kArray, 2},         {kArray, 4},        {kMap, 2},          {kMap, 4}};
  return kHeads[first - 0xC0];
}

// Big-endian; `size` is 1, 2, 4 or 8 and so many bytes are there.
std::uint64_t read_unsigned(const char* at, std::size_t size) {
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < size; ++i) {
    value = value << 8 | static_cast<unsigned char>(at[i]);
  }
  return value;
}

// One value's head: how long head and own bytes are, and how many values follow inside.
struct Step {
  enum class Status : std::uint8_t { kGood, kShort, kUnused } status = Status::kShort;
  std::size_t head_bytes = 0;    // first byte, length, type of an extension
  std::uint64_t body_bytes = 0;  // of a string, extension or scalar
  std::uint64_t children = 0;    // values inside: elements, or keys and values
};

Step step_at(std::string_view bytes, std::size_t at) {
  using enum Head::Kind;
  Step step;
  if (at >= bytes.size()) return step;
  const Head head = head_of(static_cast<unsigned char>(bytes[at]));
  const std::size_t left = bytes.size() - at;
  const auto number = [&] { return read_unsigned(bytes.data() + at + 1, head.length); };
  step.head_bytes = 1;
  switch (head.kind) {
    case kUnused:
      step.status = Step::Status::kUnused;
      return step;
    case kInline:
      break;
    case kScalar:
    case kFixBytes:
      step.body_bytes = head.length;
      break;
    case kFixExtension:
      step.head_bytes = 2;
      step.body_bytes = head.length;
      break;
    case kFixArray:
      step.children = head.length;
      break;
    case kFixMap:
      step.children = 2u * head.length;
      break;
    case kBytes:
    case kExtension:
      step.head_bytes = 1u + head.length + (head.kind == kExtension ? 1u : 0u);
      if (left < step.head_bytes) return step;
      step.body_bytes = number();
      break;
    case kArray:
    case kMap:
      step.head_bytes = 1u + head.length;
      if (left < step.head_bytes) return step;
      step.children = number() * (head.kind == kMap ? 2 : 1);
      break;
  }
  if (left < step.head_bytes) return step;
  step.status = Step::Status::kGood;
  return step;
}

}  // namespace

MsgpackValue MsgpackReader::read() {
  MsgpackValue value;
  if (at_ == bytes_.size()) {
    value.type = MsgpackType::kEnd;
    return value;
  }
  const Step step = step_at(bytes_, at_);
  const std::size_t left = bytes_.size() - at_;
  if (step.status != Step::Status::kGood || step.body_bytes > left - step.head_bytes ||
      step.children > left - step.head_bytes) {  // each takes a byte at least
    return value;
  }
  const auto first = static_cast<unsigned char>(bytes_[at_]);
  const char* const body = bytes_.data() + at_ + step.head_bytes;
  const auto size = static_cast<std::size_t>(step.body_bytes);
  at_ += step.head_bytes + size;
  value.bytes = {body, size};
  const auto integer = [&](std::int64_t number) {
    value.type = MsgpackType::kInteger;
    value.integer = number;
  };
  const Head head = head_of(first);
  switch (head.kind) {
    case Head::Kind::kInline:
      if (first == 0xC0) {
        value.type = MsgpackType::kNil;
      } else if (first == 0xC2 || first == 0xC3) {
        value.type = MsgpackType::kBool;
        value.boolean = first == 0xC3;
      } else {
        integer(static_cast<std::int8_t>(first));
      }
      break;
    case Head::Kind::kScalar: {
      const std::uint64_t bits = read_unsigned(body, size);
      if (first == 0xCA) {
        value.type = MsgpackType::kFloat;
        value.real = std::bit_cast<float>(static_cast<std::uint32_t>(bits));
      } else if (first == 0xCB) {
        value.type = MsgpackType::kFloat;
        value.real = std::bit_cast<double>(bits);
      } else if (first >= 0xD0) {  // signed: its sign bit is the highest of its bytes
        const unsigned shift = 64 - 8 * static_cast<unsigned>(size);
        integer(static_cast<std::int64_t>(bits << shift) >> shift);
      } else {
        integer(static_cast<std::int64_t>(bits));
        if (value.integer < 0) value.type = MsgpackType::kUnsigned;
      }
      break;
    }
    case Head::Kind::kBytes:
    case Head::Kind::kFixBytes:
      value.type = MsgpackType::kString;
      break;
    case Head::Kind::kExtension:
    case Head::Kind::kFixExtension:
      value.type = MsgpackType::kExtension;
      value.extension = static_cast<std::int8_t>(body[-1]);
      break;
    case Head::Kind::kArray:
    case Head::Kind::kFixArray:
      value.type = MsgpackType::kArray;
      value.count = static_cast<std::uint32_t>(step.children);
      break;
    case Head::Kind::kMap:
    case Head::Kind::kFixMap:
      value.type = MsgpackType::kMap;
      value.count = static_cast<std::uint32_t>(step.children / 2);
      break;
    case Head::Kind::kUnused:
      break;
  }
  return value;
}

bool MsgpackReader::skip() {
  MsgpackScanner scanner(bytes_.size());
  if (scanner.scan(rest()) != MsgpackScanner::Status::kDone) return false;
  at_ += scanner.size();
  return true;
}

std::string_view MsgpackReader::raw() {
  const std::size_t begin = at_;
  return skip() ? bytes_.substr(begin, at_ - begin) : std::string_view();
}

MsgpackScanner::Status MsgpackScanner::scan(std::string_view bytes) {
  while (true) {
    const Step step = step_at(bytes, at_);
    if (step.status == Step::Status::kUnused) return Status::kBad;
    if (step.status == Step::Status::kShort) return Status::kNeedMore;
    const std::uint64_t end = at_ + step.head_bytes + step.body_bytes;
    if (end > max_bytes_ || step.children > max_bytes_ - end) return Status::kBad;
    if (end > bytes.size()) return Status::kNeedMore;
    at_ = static_cast<std::size_t>(end);
    if (step.children > 0) {
      if (depth_ == kMaxDepth) return Status::kBad;
      left_[depth_++] = step.children;
      continue;
    }
    while (depth_ > 0 && --left_[depth_ - 1] == 0) --depth_;
    if (depth_ == 0) return Status::kDone;
  }
}

void MsgpackScanner::reset() {
  at_ = 0;
  depth_ = 0;
}

MsgpackTime read_event_time(const MsgpackValue& value) {
  switch (value.type) {
    case MsgpackType::kInteger:
      return {true, value.integer, 0};
    case MsgpackType::kFloat: {
      if (!(std::abs(value.real) < 9e15)) return {};
      const double whole = std::floor(value.real);
      return {true, static_cast<std::int64_t>(whole),
              static_cast<std::int64_t>(std::llround((value.real - whole) * 1e9))};
    }
    case MsgpackType::kExtension: {
      if (value.extension != 0 || value.bytes.size() != 8) return {};
      // Unsigned on the wire; Fluent Bit marks groups by -1 and -2.
      const auto seconds = static_cast<std::uint32_t>(read_unsigned(value.bytes.data(), 4));
      const auto nanos = static_cast<std::uint32_t>(read_unsigned(value.bytes.data() + 4, 4));
      const bool is_mark = seconds >= 0xFFFFFFFE;
      return {true, is_mark ? static_cast<std::int32_t>(seconds) : std::int64_t{seconds}, nanos};
    }
    default:
      return {};
  }
}

}  // namespace inkling::ingest
