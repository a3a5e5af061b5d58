#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "core/result.h"

namespace inkling {

// Decompresses a stream of zstd frames into memory that the caller goes on reading: what the
// decoder looks back at (its window, at most 8 MiB) and what the caller keeps are the same bytes.
// An Inflater (core/decompress.h) copies each byte out of the library's window instead. Frames that
// need a dictionary are refused, skippable ones skipped. After an error nothing more is to be
// asked. Memory: three segments of a window (at least 1 MiB), besides those that are kept. Not
// thread-safe: one owner.
class ZstdSegments {
 public:
  ZstdSegments();
  ~ZstdSegments();
  ZstdSegments(const ZstdSegments&) = delete;
  ZstdSegments& operator=(const ZstdSegments&) = delete;

  struct Step {
    std::size_t used = 0;   // of the input
    std::string_view made;  // in segment(): behind what the step before made, or at its begin
  };
  // Goes on until there is output (at most 128 KiB), or until all input was used and everything it
  // holds was given. kBadInput if it is no such stream.
  Result<Step> step(std::string_view input);
  // True between frames: the input may end here.
  bool at_end() const;
  // What the latest output lies in; whoever keeps it keeps the output.
  std::shared_ptr<const void> segment() const { return segment_; }

 private:
  struct Context;
  // Memory in pages of 2 MiB, where the system has them.
  struct Segment {
    explicit Segment(std::size_t bytes);
    ~Segment();
    Segment(const Segment&) = delete;
    Segment& operator=(const Segment&) = delete;
    char* const data;
    const std::size_t capacity;
    std::size_t size = 0;
  };
  enum class Part : std::uint8_t { kHead, kFrame, kSkipped };

  void expect_head();
  Result<void> read_head();
  Result<std::string_view> decode(std::string_view part);
  void make_room();

  const std::unique_ptr<Context> context_;
  Part part_ = Part::kHead;
  bool begun_ = false;        // a frame ended
  std::size_t expected_ = 0;  // bytes of the next part: a head, the head of a block, a block, ...
  std::string staged_;        // what is there of it, if it did not come whole
  std::uint64_t skip_ = 0;    // left of a skippable frame
  // Of the frame under way.
  std::uint64_t said_ = 0;  // size of its content, by its head
  bool has_said_ = false;
  std::uint64_t given_ = 0;
  std::size_t window_ = 0;
  std::shared_ptr<Segment> segment_;
  std::shared_ptr<Segment> before_;  // what the window may reach back into
};

}  // namespace inkling
