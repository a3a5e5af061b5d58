#include "core/decompress_gzip.h"

#include <fmt/format.h>
#include <isa-l/igzip_lib.h>

#include <algorithm>

namespace inkling {
namespace {

constexpr std::size_t kMinGrowth = 64 * 1024;

std::string_view error_text(int status) {
  switch (status) {
    case ISAL_INVALID_BLOCK:
      return "invalid block";
    case ISAL_INVALID_SYMBOL:
      return "invalid symbol";
    case ISAL_INVALID_LOOKBACK:
      return "invalid distance";
    case ISAL_INVALID_WRAPPER:
      return "invalid header";
    case ISAL_UNSUPPORTED_METHOD:
      return "unknown compression method";
    case ISAL_INCORRECT_CHECKSUM:
      return "incorrect checksum";
    default:
      return "unknown reason";
  }
}

class GzipInflater final : public Inflater {
 public:
  GzipInflater() { reset(); }

  Result<std::size_t> inflate(std::string_view input, PaddedBuffer& output,
                              std::size_t output_room) override {
    constexpr std::size_t kMaxStep = 1u << 30;  // ISA-L counts in 32 bits
    std::size_t used = 0;
    std::size_t given = 0;
    while (given < output_room) {
      if (at_end_) {
        if (used == input.size()) break;
        reset();  // another member follows
      }
      const std::size_t room = std::min(make_room(output, output_room - given), kMaxStep);
      const std::size_t offered = std::min(input.size() - used, kMaxStep);
      // ISA-L does not write through next_in; its type lacks the const.
      state_.next_in =
          reinterpret_cast<std::uint8_t*>(const_cast<char*>(input.data() + used));  // NOLINT
      state_.avail_in = static_cast<std::uint32_t>(offered);
      state_.next_out = reinterpret_cast<std::uint8_t*>(output.data() + output.size());
      state_.avail_out = static_cast<std::uint32_t>(room);
      const int status = isal_inflate(&state_);
      const std::size_t taken = offered - state_.avail_in;
      const std::size_t made = room - state_.avail_out;
      used += taken;
      given += made;
      output.resize(output.size() + made);
      if (status < 0) {
        return fail(ErrorCode::kBadInput,
                    fmt::format("gzip stream is damaged: {}", error_text(status)));
      }
      if (state_.block_state == ISAL_BLOCK_FINISH) {
        at_end_ = true;
      } else if (made < room && used == input.size()) {
        break;  // everything was given
      } else if (taken == 0 && made == 0) {
        return fail(ErrorCode::kBadInput, "gzip stream is damaged: it does not go on");
      }
    }
    return used;
  }

  bool at_end() const override { return at_end_; }

  void reset() override {
    isal_inflate_init(&state_);
    state_.crc_flag = ISAL_GZIP;  // header and checksum are its business
    at_end_ = false;
  }

 private:
  // Makes sure there is room behind size(): doubling, so that callers who allow a few bytes at a
  // time do not copy everything each time. Returns how many bytes may be written there.
  static std::size_t make_room(PaddedBuffer& output, std::size_t allowed) {
    if (output.capacity() == output.size()) {
      output.reserve(output.size() + std::max(output.capacity(), kMinGrowth));
    }
    return std::min(output.capacity() - output.size(), allowed);
  }

  inflate_state state_;
  bool at_end_ = false;
};

}  // namespace

std::unique_ptr<Inflater> make_gzip_inflater() { return std::make_unique<GzipInflater>(); }

}  // namespace inkling
