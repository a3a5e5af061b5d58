#include "core/decompress.h"

#include <fmt/format.h>
#include <zlib.h>
#include <zstd.h>

#include <algorithm>
#include <array>

#include "core/check.h"
#include "core/decompress_gzip.h"
#include "core/decompress_snappy.h"

namespace inkling {
namespace {

constexpr std::size_t kMinGrowth = 64 * 1024;
constexpr int kZstdWindowLog = 23;                   // 8 MiB
constexpr std::size_t kRatioCheckedFrom = 1u << 20;  // small bodies may be as dense as they like

// Makes sure there is room behind size() for the next piece: doubling, so that callers who allow a
// few bytes at a time do not copy everything each time. Returns how many bytes may be written
// there.
std::size_t make_room(PaddedBuffer& output, std::size_t allowed) {
  if (output.capacity() == output.size()) {
    const std::size_t growth = std::max(output.capacity(), kMinGrowth);
    output.reserve(output.size() + growth);
  }
  return std::min(output.capacity() - output.size(), allowed);
}

// What HTTP calls deflate: zlib-wrapped by the standard, raw by a common mistake. One stream.
class DeflateInflater final : public Inflater {
 public:
  static constexpr int kRaw = -MAX_WBITS;

  DeflateInflater() { INKLING_CHECK(inflateInit2(&stream_, MAX_WBITS) == Z_OK); }
  ~DeflateInflater() override { inflateEnd(&stream_); }
  DeflateInflater(const DeflateInflater&) = delete;
  DeflateInflater& operator=(const DeflateInflater&) = delete;

  Result<std::size_t> inflate(std::string_view input, PaddedBuffer& output,
                              std::size_t output_room) override {
    constexpr std::size_t kMaxStep = 1u << 30;  // zlib counts in 32 bits
    std::size_t used = 0;
    std::size_t given = 0;
    if (!begun_ && input.size() >= 2) {
      begun_ = true;
      if (!has_zlib_header(input)) inflateReset2(&stream_, kRaw);
    }
    while (given < output_room) {
      if (at_end_) {
        if (used == input.size()) break;
        return fail(ErrorCode::kBadInput, "bytes follow the deflate stream");
      }
      const std::size_t room = std::min(make_room(output, output_room - given), kMaxStep);
      const std::size_t offered = std::min(input.size() - used, kMaxStep);
      // zlib does not write through next_in; its type lacks the const.
      stream_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(input.data() + used));  // NOLINT
      stream_.avail_in = static_cast<uInt>(offered);
      stream_.next_out = reinterpret_cast<Bytef*>(output.data() + output.size());
      stream_.avail_out = static_cast<uInt>(room);
      const int status = ::inflate(&stream_, Z_NO_FLUSH);
      const std::size_t taken = offered - stream_.avail_in;
      const std::size_t made = room - stream_.avail_out;
      used += taken;
      given += made;
      output.resize(output.size() + made);
      if (status == Z_STREAM_END) {
        at_end_ = true;
      } else if (status != Z_OK && status != Z_BUF_ERROR) {
        return fail(ErrorCode::kBadInput,
                    fmt::format("deflate stream is damaged: {}",
                                stream_.msg != nullptr ? stream_.msg : "unknown reason"));
      } else if (made < room && used == input.size()) {
        break;  // everything was given
      }
    }
    return used;
  }

  bool at_end() const override { return at_end_; }

  void reset() override {
    inflateReset2(&stream_, MAX_WBITS);
    at_end_ = false;
    begun_ = false;
  }

 private:
  // RFC 1950: the method is 8, and the two bytes are a multiple of 31.
  static bool has_zlib_header(std::string_view input) {
    const unsigned first = static_cast<unsigned char>(input[0]);
    const unsigned second = static_cast<unsigned char>(input[1]);
    return (first & 0x0F) == 8 && (first * 256 + second) % 31 == 0;
  }

  z_stream stream_{};
  bool at_end_ = false;
  bool begun_ = false;
};

class ZstdInflater final : public Inflater {
 public:
  ZstdInflater() : stream_(ZSTD_createDCtx()) {
    INKLING_CHECK(stream_ != nullptr);
    INKLING_CHECK(
        !ZSTD_isError(ZSTD_DCtx_setParameter(stream_, ZSTD_d_windowLogMax, kZstdWindowLog)));
  }
  ~ZstdInflater() override { ZSTD_freeDCtx(stream_); }
  ZstdInflater(const ZstdInflater&) = delete;
  ZstdInflater& operator=(const ZstdInflater&) = delete;

  Result<std::size_t> inflate(std::string_view input, PaddedBuffer& output,
                              std::size_t output_room) override {
    ZSTD_inBuffer in{input.data(), input.size(), 0};
    std::size_t given = 0;
    while (given < output_room) {
      if (at_end_ && in.pos == in.size) break;  // do not begin a frame that is not there
      const std::size_t room = make_room(output, output_room - given);
      const std::size_t begin = in.pos;
      ZSTD_outBuffer out{output.data() + output.size(), room, 0};
      const std::size_t status = ZSTD_decompressStream(stream_, &out, &in);
      if (ZSTD_isError(status)) {
        return fail(ErrorCode::kBadInput,
                    fmt::format("zstd stream is damaged: {}", ZSTD_getErrorName(status)));
      }
      given += out.pos;
      output.resize(output.size() + out.pos);
      keep_head(input.substr(begin, in.pos - begin));
      frame_given_ += out.pos;
      at_end_ = status == 0;
      if (at_end_ && !end_frame()) {
        return fail(ErrorCode::kBadInput, "zstd stream is damaged: a frame is not of its size");
      }
      if (!at_end_ && out.pos < room && in.pos == in.size) break;  // everything was given
    }
    return in.pos;
  }

  bool at_end() const override { return at_end_; }

  void reset() override {
    ZSTD_DCtx_reset(stream_, ZSTD_reset_session_only);
    at_end_ = false;
    head_size_ = 0;
    frame_given_ = 0;
  }

 private:
  static constexpr std::size_t kMaxFrameHead = 18;  // RFC 8878, 3.1.1.1

  void keep_head(std::string_view used) {
    const std::size_t size = std::min(used.size(), kMaxFrameHead - head_size_);
    std::copy_n(used.data(), size, head_.data() + head_size_);
    head_size_ += size;
  }

  // Whether the frame gave as much as its head says. The library (1.5.4) asks that only of a frame
  // that it can decompress in one go, so that the room behind the output would decide.
  bool end_frame() {
    const unsigned long long said = ZSTD_getFrameContentSize(head_.data(), head_size_);
    const bool good = said == ZSTD_CONTENTSIZE_UNKNOWN || said == frame_given_;
    head_size_ = 0;
    frame_given_ = 0;
    return good;
  }

  ZSTD_DCtx* stream_;
  bool at_end_ = false;
  // Of the frame under way: its first bytes, and what it gave.
  std::array<char, kMaxFrameHead> head_{};
  std::size_t head_size_ = 0;
  std::uint64_t frame_given_ = 0;
};

}  // namespace

std::unique_ptr<Inflater> make_inflater(Encoding encoding) {
  switch (encoding) {
    case Encoding::kGzip:
      return make_gzip_inflater();
    case Encoding::kDeflate:
      return std::make_unique<DeflateInflater>();
    case Encoding::kZstd:
      return std::make_unique<ZstdInflater>();
    case Encoding::kSnappyBlock:
    case Encoding::kSnappyFramed:
      return make_snappy_inflater(encoding);
    case Encoding::kIdentity:
      break;
  }
  return nullptr;
}

Result<void> inflate_all(Inflater& inflater, std::string_view input, PaddedBuffer& output,
                         const InflateLimits& limits) {
  output.clear();
  inflater.reset();
  const std::size_t by_ratio =
      input.size() > limits.max_bytes / std::max<std::size_t>(limits.max_ratio, 1)
          ? limits.max_bytes
          : input.size() * limits.max_ratio;
  const std::size_t allowed = std::min(limits.max_bytes, std::max(by_ratio, kRatioCheckedFrom));
  // One byte more than allowed, so that a stream that just fits is told from one that goes on.
  INKLING_TRY(inflater.inflate(input, output, allowed + 1));
  if (output.size() > allowed) {
    return fail(ErrorCode::kBadInput,
                fmt::format("decompressed bytes go beyond the limit: {}", allowed));
  }
  if (!inflater.at_end()) return fail(ErrorCode::kBadInput, "compressed bytes are cut short");
  return {};
}

Encoding detect_encoding(std::string_view first_bytes) {
  using namespace std::string_view_literals;
  if (first_bytes.starts_with("\x1F\x8B"sv)) return Encoding::kGzip;
  if (first_bytes.starts_with("\x28\xB5\x2F\xFD"sv)) return Encoding::kZstd;
  // A skippable frame, 0x184D2A50 .. 0x184D2A5F, may come before the others.
  if (first_bytes.size() >= 4 && (first_bytes[0] & 0xF0) == 0x50 &&
      first_bytes.substr(1, 3) == "\x2A\x4D\x18"sv) {
    return Encoding::kZstd;
  }
  return Encoding::kIdentity;
}

}  // namespace inkling
