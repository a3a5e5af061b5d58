#include "core/state_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>
#include <zstd.h>

#include <cstdio>
#include <fstream>
#include <iterator>

#include "core/crc32c.h"
#include "core/decompress.h"
#include "core/state_reader.h"
#include "core/state_writer.h"

namespace inkling {
namespace {

constexpr std::string_view kMagic = "INKSTATE";
constexpr std::uint32_t kVersion = 1;
constexpr std::size_t kHeader = 24;  // magic, version, CRC, length
constexpr int kLevel = 3;

Result<void> write_all(const std::string& path, std::string_view bytes) {
  const int file = ::open(path.c_str(), O_CREAT | O_TRUNC | O_WRONLY | O_CLOEXEC, 0600);
  bool good = file >= 0;
  while (good && !bytes.empty()) {
    const ssize_t written = ::write(file, bytes.data(), bytes.size());
    good = written > 0;
    if (good) bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  good = good && ::fsync(file) == 0;
  if (file >= 0 && ::close(file) != 0) good = false;
  if (good) return {};
  return fail(ErrorCode::kIo, fmt::format("state file {}: cannot be written", path));
}

// Makes a new name durable.
bool sync_folder(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  const std::string folder = slash == std::string::npos ? "." : path.substr(0, slash + 1);
  const int directory = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  const bool good = directory >= 0 && ::fsync(directory) == 0;
  if (directory >= 0) ::close(directory);
  return good;
}

}  // namespace

Result<void> write_state_file(const std::string& path, std::string_view state) {
  StateWriter header;
  header.put_u32(kVersion);
  header.put_u32(crc32c(state));
  header.put_u64(state.size());
  std::string bytes = std::string(kMagic) + header.take();
  bytes.resize(kHeader + ZSTD_compressBound(state.size()));
  const std::size_t packed = ZSTD_compress(bytes.data() + kHeader, bytes.size() - kHeader,
                                           state.data(), state.size(), kLevel);
  if (ZSTD_isError(packed) != 0) {
    return fail(ErrorCode::kInternal, fmt::format("state file {}: cannot be compressed", path));
  }
  bytes.resize(kHeader + packed);
  const std::string part = path + ".part";
  INKLING_TRY(write_all(part, bytes));
  if (std::rename(part.c_str(), path.c_str()) == 0 && sync_folder(path)) return {};
  std::remove(part.c_str());
  return fail(ErrorCode::kIo, fmt::format("state file {}: cannot be written", path));
}

Result<std::string> read_state_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return fail(ErrorCode::kNotFound, fmt::format("state file {}: cannot be read", path));
  const std::string bytes{std::istreambuf_iterator<char>(file), {}};
  const auto refuse = [&](std::string_view why) {
    return fail(ErrorCode::kBadInput, fmt::format("state file {}: {}", path, why));
  };
  if (bytes.size() < kHeader || !bytes.starts_with(kMagic)) return refuse("is no state of Inkling");
  StateReader header(std::string_view(bytes).substr(kMagic.size(), kHeader - kMagic.size()));
  const std::uint32_t version = header.u32();
  const std::uint32_t crc = header.u32();
  const std::uint64_t length = header.u64();
  if (version != kVersion) {
    return refuse(fmt::format("version {}: this program reads {}", version, kVersion));
  }
  if (length > kMaxStateBytes) return refuse("is larger than 1 GiB");
  PaddedBuffer plain;
  InflateLimits limits;
  limits.max_bytes = static_cast<std::size_t>(length);
  limits.max_ratio = 1'000'000;
  const auto inflater = make_inflater(Encoding::kZstd);
  const auto done = inflate_all(*inflater, std::string_view(bytes).substr(kHeader), plain, limits);
  if (!done) return refuse(fmt::format("damaged: {}", done.error().message));
  std::string state(plain.view());
  if (state.size() != length || crc32c(state) != crc) {
    return refuse("damaged: its check sum differs");
  }
  return state;
}

}  // namespace inkling
