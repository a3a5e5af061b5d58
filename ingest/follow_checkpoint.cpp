#include "ingest/follow_checkpoint.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <system_error>

#include "core/crc32c.h"
#include "core/json.h"
#include "core/json_writer.h"

namespace inkling::ingest {
namespace {

Failure<Error> io_error(const char* what, const std::string& path) {
  return fail(ErrorCode::kIo, fmt::format("cannot {} checkpoint {}: {}", what, path,
                                          std::generic_category().message(errno)));
}

// The first bytes of a file, at most `size`.
std::size_t read_head(int fd, char* target, std::size_t size) {
  std::size_t done = 0;
  while (done < size) {
    const auto got = ::pread(fd, target + done, size - done, static_cast<off_t>(done));
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) break;
    done += static_cast<std::size_t>(got);
  }
  return done;
}

}  // namespace

Result<FileIdentity> FileIdentity::of(int fd) {
  struct stat status{};
  if (::fstat(fd, &status) != 0) {
    return fail(ErrorCode::kIo, fmt::format("cannot look at followed file: {}",
                                            std::generic_category().message(errno)));
  }
  std::array<char, kHeadBytes> head;
  const std::size_t size = read_head(fd, head.data(), head.size());
  return FileIdentity{.device = static_cast<std::uint64_t>(status.st_dev),
                      .inode = static_cast<std::uint64_t>(status.st_ino),
                      .head_size = static_cast<std::uint32_t>(size),
                      .head_crc = crc32c({head.data(), size})};
}

bool FileIdentity::is(int fd) const {
  struct stat status{};
  if (::fstat(fd, &status) != 0 || static_cast<std::uint64_t>(status.st_dev) != device ||
      static_cast<std::uint64_t>(status.st_ino) != inode) {
    return false;
  }
  std::array<char, kHeadBytes> head;
  const std::size_t wanted = std::min<std::size_t>(head_size, head.size());
  const std::size_t size = read_head(fd, head.data(), wanted);
  return size == wanted && crc32c({head.data(), size}) == head_crc;
}

int open_renamed_file(const FollowPosition& position) {
  const auto folder = std::filesystem::path(position.path).parent_path();
  std::error_code error;
  for (const auto& entry :
       std::filesystem::directory_iterator(folder.empty() ? "." : folder, error)) {
    struct stat status{};
    if (::stat(entry.path().c_str(), &status) != 0 || !S_ISREG(status.st_mode)) continue;
    if (static_cast<std::uint64_t>(status.st_ino) != position.identity.inode) continue;
    const int fd = ::open(entry.path().c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0) continue;
    if (position.identity.is(fd)) return fd;
    ::close(fd);
  }
  return -1;
}

std::vector<FollowPosition> load_follow_positions(const std::string& path) {
  std::vector<FollowPosition> positions;
  std::ifstream file(path);
  std::string line;
  while (std::getline(file, line)) {
    const auto read = parse_json(line);
    if (!read || !read->is_object() || read->text_of({"path"}).empty()) continue;
    const auto number = [&](std::string_view name) -> std::int64_t {
      const JsonValue* const value = read->find(name);
      return value ? value->integer(-1) : -1;
    };
    const std::int64_t offset = number("offset");
    const std::int64_t size = number("head_size");
    if (offset < 0 || size < 0 || size > FileIdentity::kHeadBytes) continue;
    positions.push_back({.path = std::string(read->text_of({"path"})),
                         .identity = {.device = static_cast<std::uint64_t>(number("device")),
                                      .inode = static_cast<std::uint64_t>(number("inode")),
                                      .head_size = static_cast<std::uint32_t>(size),
                                      .head_crc = static_cast<std::uint32_t>(number("head_crc"))},
                         .offset = static_cast<std::uint64_t>(offset)});
  }
  return positions;
}

Result<void> save_follow_positions(const std::string& path,
                                   const std::vector<FollowPosition>& positions) {
  std::string text;
  for (const FollowPosition& position : positions) {
    JsonWriter json;
    json.begin_object()
        .member("path", position.path)
        .member("device", position.identity.device)
        .member("inode", position.identity.inode)
        .member("head_size", position.identity.head_size)
        .member("head_crc", position.identity.head_crc)
        .member("offset", position.offset)
        .end_object();
    text += json.take() + '\n';
  }
  const std::string next = path + ".next";
  const int fd = ::open(next.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (fd < 0) return io_error("write", next);
  std::size_t done = 0;
  bool good = true;
  while (good && done < text.size()) {
    const auto put = ::write(fd, text.data() + done, text.size() - done);
    if (put < 0 && errno == EINTR) continue;
    good = put >= 0;
    if (good) done += static_cast<std::size_t>(put);
  }
  good = good && ::fdatasync(fd) == 0;
  if (::close(fd) != 0 || !good) return io_error("write", next);
  if (std::rename(next.c_str(), path.c_str()) != 0) return io_error("replace", path);
  return {};
}

}  // namespace inkling::ingest
