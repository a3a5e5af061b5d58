#include "core/decompress_segments.h"

#include <fmt/format.h>
#include <sys/mman.h>

#include <algorithm>
#include <new>
#include <utility>

// The calls without buffers of their own are in the library, but not in the part of its interface
// that is promised to stay (1.5.4).
#define ZSTD_STATIC_LINKING_ONLY
#include <zstd.h>

#include "core/check.h"

namespace inkling {
namespace {

constexpr std::size_t kMaxWindow = 8u << 20;
constexpr std::size_t kHugePage = 2u << 20;
constexpr std::size_t kHeadStart = 5;  // bytes that tell how long a head is
constexpr std::size_t kSkippableHead = 8;

Failure<Error> damaged(std::string_view how) {
  return fail(ErrorCode::kBadInput, fmt::format("zstd stream is damaged: {}", how));
}

std::uint32_t read_u32(std::string_view bytes) {
  std::uint32_t value = 0;
  for (std::size_t i = 4; i-- > 0;) value = value << 8 | static_cast<unsigned char>(bytes[i]);
  return value;
}

bool is_skippable(std::string_view head) {
  return (read_u32(head) & ZSTD_MAGIC_SKIPPABLE_MASK) == ZSTD_MAGIC_SKIPPABLE_START;
}

}  // namespace

struct ZstdSegments::Context {
  Context() : decoder(ZSTD_createDCtx()) { INKLING_CHECK(decoder != nullptr); }
  ~Context() { ZSTD_freeDCtx(decoder); }
  Context(const Context&) = delete;
  Context& operator=(const Context&) = delete;

  ZSTD_DCtx* const decoder;
};

// The decoder looks back anywhere into its window: with pages of 4 KiB it waits for their addresses
// more than for their bytes.
ZstdSegments::Segment::Segment(std::size_t bytes)
    : data(static_cast<char*>(::operator new(bytes, std::align_val_t(kHugePage)))),
      capacity(bytes) {
  ::madvise(data, capacity, MADV_HUGEPAGE);  // a wish
}
ZstdSegments::Segment::~Segment() { ::operator delete(data, std::align_val_t(kHugePage)); }

ZstdSegments::ZstdSegments() : context_(std::make_unique<Context>()), expected_(kHeadStart) {}
ZstdSegments::~ZstdSegments() = default;

bool ZstdSegments::at_end() const { return part_ == Part::kHead && staged_.empty() && begun_; }

Result<ZstdSegments::Step> ZstdSegments::step(std::string_view input) {
  Step step;
  while (step.made.empty() && step.used < input.size()) {
    const std::string_view rest = input.substr(step.used);
    if (part_ == Part::kSkipped) {
      const auto size = static_cast<std::size_t>(std::min<std::uint64_t>(skip_, rest.size()));
      step.used += size;
      skip_ -= size;
      if (skip_ == 0) expect_head();
      continue;
    }
    const std::string_view piece = rest.substr(0, expected_ - staged_.size());
    step.used += piece.size();
    if (staged_.size() + piece.size() < expected_) {
      staged_ += piece;
      break;  // all input was used
    }
    // Parts that come whole are read where they are.
    if (part_ == Part::kHead || !staged_.empty()) staged_ += piece;
    if (part_ == Part::kHead) {
      INKLING_TRY(read_head());
    } else {
      INKLING_TRY_ASSIGN(step.made, decode(staged_.empty() ? piece : std::string_view(staged_)));
      staged_.clear();
    }
  }
  return step;
}

void ZstdSegments::expect_head() {
  part_ = Part::kHead;
  expected_ = kHeadStart;
  staged_.clear();
  begun_ = true;
}

// Looks at what is there of a head; asks for more of it, or begins the frame.
Result<void> ZstdSegments::read_head() {
  if (is_skippable(staged_)) {
    expected_ = kSkippableHead;
    if (staged_.size() < expected_) return {};
    skip_ = read_u32(std::string_view(staged_).substr(4));
    staged_.clear();
    part_ = Part::kSkipped;
    if (skip_ == 0) expect_head();
    return {};
  }
  const std::size_t size = ZSTD_frameHeaderSize(staged_.data(), staged_.size());
  if (ZSTD_isError(size)) return damaged(ZSTD_getErrorName(size));
  expected_ = size;
  if (staged_.size() < size) return {};
  ZSTD_frameHeader header{};
  const std::size_t status = ZSTD_getFrameHeader(&header, staged_.data(), size);
  if (ZSTD_isError(status)) return damaged(ZSTD_getErrorName(status));
  if (status > 0) return damaged("its head does not end");
  if (header.windowSize > kMaxWindow) return damaged("its window is larger than 8 MiB");
  if (header.dictID != 0) return damaged("it needs a dictionary");
  window_ = static_cast<std::size_t>(header.windowSize);
  has_said_ = header.frameContentSize != ZSTD_CONTENTSIZE_UNKNOWN;
  said_ = header.frameContentSize;
  given_ = 0;
  ZSTD_decompressBegin(context_->decoder);
  part_ = Part::kFrame;
  // The library reads a head in two parts.
  const std::string head = std::move(staged_);
  staged_.clear();
  for (std::string_view left = head; !left.empty();) {
    const std::size_t next = ZSTD_nextSrcSizeToDecompress(context_->decoder);
    if (next == 0 || next > left.size()) return damaged("its head does not end");
    INKLING_TRY(decode(left.substr(0, next)));
    left.remove_prefix(next);
  }
  return {};
}

Result<std::string_view> ZstdSegments::decode(std::string_view part) {
  ZSTD_DCtx* const decoder = context_->decoder;
  make_room();
  char* const target = segment_->data + segment_->size;
  const std::size_t made = ZSTD_decompressContinue(
      decoder, target, segment_->capacity - segment_->size, part.data(), part.size());
  if (ZSTD_isError(made)) return damaged(ZSTD_getErrorName(made));
  segment_->size += made;
  given_ += made;
  expected_ = ZSTD_nextSrcSizeToDecompress(decoder);
  if (expected_ == 0) {
    // What the library asks here depends on how the frame ends.
    if (has_said_ && said_ != given_) return damaged("a frame is not of its size");
    expect_head();
  }
  return std::string_view(target, made);
}

// Sees to it that the segment has room for a block. The window reaches back into the segment before
// at most, so each is at least as long as a window.
void ZstdSegments::make_room() {
  if (segment_ && segment_->capacity - segment_->size >= ZSTD_BLOCKSIZE_MAX) return;
  const std::size_t needed = window_ + ZSTD_BLOCKSIZE_MAX;
  const std::size_t capacity = (needed + kHugePage - 1) / kHugePage * kHugePage;
  std::shared_ptr<Segment> next;
  // The one before that, if nobody reads it any more.
  if (before_ && before_.use_count() == 1 && before_->capacity >= capacity) {
    next = std::move(before_);
    next->size = 0;
  } else {
    next = std::make_shared<Segment>(capacity);
  }
  before_ = std::exchange(segment_, std::move(next));
}

}  // namespace inkling
