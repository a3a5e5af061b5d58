#include "detect/skeleton.h"

#include <array>
#include <cstring>

#include "core/hash.h"
#include "detect/token_scanner.h"

namespace inkling::detect {
namespace {

// Room for the longest skeleton: its tokens, each with a space, and what a copy of 16 bytes may
// write too much.
constexpr std::size_t kBufferBytes = (kMaxSkeletonTokens + 8) * (kMaxWordBytes + 1) + 16;

// Writes the tokens one after the other, to be hashed at once: XXH3 over the whole is several times
// cheaper than a hash per token.
class HashSink {
 public:
  explicit HashSink(std::string_view message) : safe_end_(message.data() + message.size()) {}

  void word(const char* begin, std::size_t length) {
    if (safe_end_ - begin >= static_cast<std::ptrdiff_t>(kChunk)) {
      std::memcpy(out_, begin, kChunk);  // of constant size: two instructions
      if (length > kChunk) copy_rest(begin, length);
    } else {
      std::memcpy(out_, begin, length);
    }
    out_ += length;
    *out_++ = ' ';
  }
  void delimiter(const char* at) {
    out_[0] = *at;
    out_[1] = ' ';
    out_ += 2;
  }
  void variable(const char*) {
    std::memcpy(out_, "<*> ", 4);
    out_ += 4;
  }
  void drop_delimiters(std::size_t count) { out_ -= 2 * count; }

  std::string_view skeleton() const {
    const auto size = static_cast<std::size_t>(out_ - buffer_.data());
    return {buffer_.data(), size == 0 ? 0 : size - 1};  // without the last space
  }

 private:
  static constexpr std::size_t kChunk = 16;
  void copy_rest(const char* begin, std::size_t length) {
    std::memcpy(out_ + kChunk, begin + kChunk, length - kChunk);
  }

  const char* safe_end_;
  std::array<char, kBufferBytes> buffer_;  // left uninitialised: only what was written is read
  char* out_ = buffer_.data();
};

class TokenSink {
 public:
  TokenSink(std::string_view message, std::vector<ScannedToken>& tokens)
      : begin_(message.data()), tokens_(tokens) {}

  void word(const char* begin, std::size_t length) { add(begin, {begin, length}); }
  void delimiter(const char* at) { add(at, {at, 1}); }
  void variable(const char* at) { add(at, kVariableToken); }
  void drop_delimiters(std::size_t count) { tokens_.resize(tokens_.size() - count); }

 private:
  void add(const char* at, std::string_view text) {
    const bool space = at != begin_ && (char_class(at[-1]) & kCharSpace) != 0;
    tokens_.push_back({text, space});
  }

  const char* begin_;
  std::vector<ScannedToken>& tokens_;
};

}  // namespace

std::uint64_t skeleton_id(std::string_view message, const SkeletonOptions& options) {
  HashSink sink(message);
  TokenScanner<HashSink>(message, options, sink).run();
  return hash_skeleton(sink.skeleton());
}

void skeleton_tokens(std::string_view message, const SkeletonOptions& options,
                     std::vector<std::string_view>& tokens) {
  std::vector<ScannedToken> scanned;
  scan_tokens(message, options, scanned);
  tokens.clear();
  for (const auto& token : scanned) tokens.push_back(token.text);
}

void scan_tokens(std::string_view message, const SkeletonOptions& options,
                 std::vector<ScannedToken>& tokens) {
  tokens.clear();
  TokenSink sink(message, tokens);
  TokenScanner<TokenSink>(message, options, sink).run();
}

std::uint64_t hash_skeleton(std::string_view skeleton) {
  const auto hash = hash_bytes(skeleton);
  return hash == 0 ? 1 : hash;  // 0 means "none" elsewhere
}

}  // namespace inkling::detect
