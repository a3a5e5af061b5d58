#include "core/decompress_snappy.h"

#include <fmt/format.h>
#include <snappy.h>

#include <algorithm>
#include <cstring>
#include <string>

#include "core/crc32c.h"

namespace inkling {
namespace {

class SnappyBlockInflater final : public Inflater {
 public:
  Result<std::size_t> inflate(std::string_view input, PaddedBuffer& output,
                              std::size_t output_room) override {
    if (at_end_) {
      if (input.empty()) return std::size_t{0};
      return fail(ErrorCode::kBadInput, "bytes follow the snappy block");
    }
    std::size_t announced = 0;
    if (!snappy::GetUncompressedLength(input.data(), input.size(), &announced)) {
      return fail(ErrorCode::kBadInput, "snappy block has no length");
    }
    if (announced > output_room) {
      return fail(ErrorCode::kBadInput,
                  fmt::format("snappy block goes beyond the limit: {}", announced));
    }
    const std::size_t before = output.size();
    output.reserve(before + announced);
    if (!snappy::RawUncompress(input.data(), input.size(), output.data() + before)) {
      output.resize(before);
      return fail(ErrorCode::kBadInput, "snappy block is damaged");
    }
    output.resize(before + announced);
    at_end_ = true;
    return input.size();
  }
  bool at_end() const override { return at_end_; }
  void reset() override { at_end_ = false; }

 private:
  bool at_end_ = false;
};

// A chunk: type 1 byte, length of what follows 3 bytes; data chunks begin with a masked CRC.
class SnappyFramedInflater final : public Inflater {
 public:
  Result<std::size_t> inflate(std::string_view input, PaddedBuffer& output,
                              std::size_t output_room) override {
    std::size_t used = 0;
    std::size_t given = 0;
    while (given < output_room) {
      if (given_ < plain_.size()) {
        const std::size_t size = std::min(plain_.size() - given_, output_room - given);
        append(output, std::string_view(plain_).substr(given_, size));
        given_ += size;
        given += size;
        continue;
      }
      if (skip_ > 0) {
        const std::size_t size = std::min(skip_, input.size() - used);
        used += size;
        skip_ -= size;
        if (skip_ > 0) break;
        continue;
      }
      const std::size_t wanted = chunk_.size() < kHeader ? kHeader : kHeader + length();
      const std::size_t size = std::min(wanted - chunk_.size(), input.size() - used);
      chunk_.append(input.substr(used, size));
      used += size;
      if (chunk_.size() < wanted) break;  // all input was used
      INKLING_TRY(chunk_.size() == kHeader && length() > 0 ? begin_chunk() : end_chunk());
    }
    return used;
  }
  bool at_end() const override {
    return begun_ && chunk_.empty() && skip_ == 0 && given_ == plain_.size();
  }
  void reset() override {
    chunk_.clear();
    plain_.clear();
    given_ = 0;
    skip_ = 0;
    begun_ = false;
  }

 private:
  static constexpr std::size_t kHeader = 4;
  static constexpr std::size_t kCrc = 4;
  static constexpr std::size_t kMaxPlain = 65536;
  // What 64 KiB become at worst (snappy::MaxCompressedLength).
  static constexpr std::size_t kMaxCompressed = 32 + kMaxPlain + kMaxPlain / 6;
  static constexpr std::string_view kIdentifier{"\xFF\x06\x00\x00sNaPpY", 10};

  // Doubling, as everywhere: the room of the caller may be far more than there is.
  static void append(PaddedBuffer& output, std::string_view bytes) {
    if (output.capacity() - output.size() < bytes.size()) {
      output.reserve(std::max(2 * output.capacity(), output.size() + kMaxPlain));
    }
    output.append(bytes);
  }

  unsigned char byte(std::size_t i) const { return static_cast<unsigned char>(chunk_[i]); }
  std::uint32_t little_endian(std::size_t at, int bytes) const {
    std::uint32_t value = 0;
    for (int i = 0; i < bytes; ++i) {
      value |= std::uint32_t{byte(at + static_cast<std::size_t>(i))} << (8 * i);
    }
    return value;
  }
  std::size_t length() const { return little_endian(1, 3); }

  static Failure<Error> damaged(const char* what) {
    return fail(ErrorCode::kBadInput, fmt::format("snappy stream is damaged: {}", what));
  }

  // The header is here: decides what to do with what follows.
  Result<void> begin_chunk() {
    const unsigned type = byte(0);
    if (type == 0xFF) {
      if (length() != kIdentifier.size() - kHeader) return damaged("identifier");
      return {};
    }
    if (!begun_) return damaged("no identifier");
    if (type <= 0x01) {
      const std::size_t most = kCrc + (type == 0x00 ? kMaxCompressed : kMaxPlain);
      if (length() < kCrc || length() > most) return damaged("length of a chunk");
      return {};
    }
    if (type < 0x80) return damaged("unknown chunk");
    skip_ = length();
    chunk_.clear();
    return {};
  }

  // All of the chunk is here.
  Result<void> end_chunk() {
    if (byte(0) == 0xFF) {
      if (chunk_ != kIdentifier) return damaged("identifier");
      begun_ = true;
      chunk_.clear();
      return {};
    }
    if (length() == 0) {  // only chunks that are skipped may be empty
      if (!begun_ || byte(0) < 0x80) return damaged("length of a chunk");
      chunk_.clear();
      return {};
    }
    const std::uint32_t expected = little_endian(kHeader, kCrc);
    const std::string_view data = std::string_view(chunk_).substr(kHeader + kCrc);
    if (byte(0) == 0x01) {
      plain_.assign(data);
    } else {
      std::size_t announced = 0;
      if (!snappy::GetUncompressedLength(data.data(), data.size(), &announced) ||
          announced > kMaxPlain) {
        return damaged("size of a chunk");
      }
      plain_.resize(announced);
      given_ = plain_.size();  // nothing of it may be given if it is damaged
      if (!snappy::RawUncompress(data.data(), data.size(), plain_.data())) {
        return damaged("content of a chunk");
      }
    }
    const std::uint32_t crc = crc32c(plain_);
    if (((crc >> 15 | crc << 17) + 0xA282EAD8u) != expected) {
      plain_.clear();
      given_ = 0;
      return damaged("checksum");
    }
    given_ = 0;
    chunk_.clear();
    return {};
  }

  std::string chunk_;      // as far as it came
  std::string plain_;      // of the latest data chunk
  std::size_t given_ = 0;  // bytes of plain_ that were given
  std::size_t skip_ = 0;   // bytes of a chunk of no interest still to come
  bool begun_ = false;     // the identifier was there
};

}  // namespace

std::unique_ptr<Inflater> make_snappy_inflater(Encoding encoding) {
  if (encoding == Encoding::kSnappyBlock) return std::make_unique<SnappyBlockInflater>();
  if (encoding == Encoding::kSnappyFramed) return std::make_unique<SnappyFramedInflater>();
  return nullptr;
}

}  // namespace inkling
