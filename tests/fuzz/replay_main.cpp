// Runs a fuzz target over the files of a folder, as a test: each file whole, and, if it is small,
// each of its beginnings, as a sender that is cut off would leave them.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

constexpr std::size_t kMaxForPrefixes = 2048;

void run(const std::vector<char>& bytes, std::size_t size) {
  // A buffer of exactly that size, so that the address sanitizer sees a read behind it.
  const std::vector<std::uint8_t> input(bytes.begin(),
                                        bytes.begin() + static_cast<std::ptrdiff_t>(size));
  LLVMFuzzerTestOneInput(input.data(), input.size());
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) {
    std::fprintf(stderr, "usage: %s FOLDER\n", argv[0]);
    return 2;
  }
  std::error_code ec;
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(argv[1], ec)) {
    if (entry.is_regular_file()) files.push_back(entry.path());
  }
  if (files.empty()) {
    std::fprintf(stderr, "no files in %s\n", argv[1]);
    return 1;
  }
  std::sort(files.begin(), files.end());
  for (const auto& file : files) {
    std::ifstream stream(file, std::ios::binary);
    const std::vector<char> bytes{std::istreambuf_iterator<char>(stream), {}};
    run(bytes, bytes.size());
    if (bytes.size() > kMaxForPrefixes) continue;
    for (std::size_t size = 0; size < bytes.size(); ++size) run(bytes, size);
  }
  std::printf("%zu files\n", files.size());
  return 0;
}
