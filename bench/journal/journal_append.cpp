// How fast the journal takes frames: appends of 256 KiB, committed 4 MiB at a time, read by a
// consumer that does nothing with them.
//   journal_append DIRECTORY BYTES [REPETITIONS]
// Prints "journal.<figure> <value>", the median of the repetitions, and the spread on stderr. The
// directory is made, and removed at the end. Checks that every frame came out again.

#include <fmt/format.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "core/metrics.h"
#include "ingest/local_journal.h"

namespace {

using namespace inkling;

constexpr std::size_t kFrameBytes = 256u << 10;

double cpu_seconds() {
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](timeval t) {
    return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) / 1e6;
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

struct Figures {
  double mb_per_second = 0;
  double cpu_per_gb = 0;
};

[[noreturn]] void die(const std::string& message) {
  std::fputs((message + "\n").c_str(), stderr);
  std::exit(1);
}

Figures append(const std::string& directory, std::uint64_t bytes, ingest::Durability durability) {
  MetricsRegistry metrics;
  ingest::JournalOptions options;
  options.directory = directory;
  options.durability = durability;
  options.max_bytes = 0;
  auto journal = ingest::LocalJournal::create(options, metrics);
  if (!journal) die(journal.error().message);
  std::string body(kFrameBytes, '\0');
  std::mt19937_64 random(7);
  for (char& byte : body) byte = static_cast<char>(random());
  const std::uint64_t count = bytes / kFrameBytes;
  std::uint64_t seen = 0;
  std::thread consumer([&] {
    FrameChunk chunk;
    while (true) {
      const auto more = (*journal)->next(chunk);
      if (!more) die(more.error().message);
      if (!*more) break;
      seen += chunk.bytes.size() == kFrameBytes ? 1 : 0;
    }
  });
  std::atomic<std::uint64_t> committed = 0;
  const double cpu = cpu_seconds();
  const auto begin = std::chrono::steady_clock::now();
  for (std::uint64_t i = 0; i < count;) {
    ingest::IncomingFrame frame;
    frame.origin_name = "bench";
    frame.arrival = Timestamp::from_seconds(1'700'000'000);
    frame.bytes = PaddedBuffer::copy_of(body);
    const auto taken = (*journal)->append(std::move(frame), [&](const Result<Position>& position) {
      if (!position) die(position.error().message);
      ++committed;
    });
    if (taken) {
      ++i;
    } else {
      std::this_thread::sleep_for(std::chrono::microseconds(200));  // full, as a sender waits
    }
  }
  (*journal)->close();
  consumer.join();
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
  if (seen != count || committed != count) die("frames were lost");
  const auto total = static_cast<double>(count * kFrameBytes);
  return {total / took.count() / 1e6, (cpu_seconds() - cpu) / (total / 1e9)};
}

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 3) die("usage: journal_append DIRECTORY BYTES [REPETITIONS]");
  const std::string root = argv[1];
  const std::uint64_t bytes = std::strtoull(argv[2], nullptr, 10);
  const int repetitions = argc > 3 ? std::atoi(argv[3]) : 3;
  for (const bool disk : {true, false}) {
    std::vector<double> speeds;
    std::vector<double> costs;
    for (int i = 0; i < repetitions; ++i) {
      std::filesystem::remove_all(root);
      ::sync();
      const Figures figures =
          append(root, bytes, disk ? ingest::Durability::kDisk : ingest::Durability::kMemory);
      speeds.push_back(figures.mb_per_second);
      costs.push_back(figures.cpu_per_gb);
    }
    const char* name = disk ? "disk" : "memory";
    fmt::print("journal.append_{}_mb_s {:.0f}\njournal.append_{}_cpu_s_per_gb {:.2f}\n", name,
               median(speeds), name, median(costs));
    const auto [least, most] = std::minmax_element(speeds.begin(), speeds.end());
    fmt::print(stderr, "{}: {:.0f} .. {:.0f} MB/s in {} repetitions of {} bytes\n", name, *least,
               *most, repetitions, bytes);
  }
  std::filesystem::remove_all(root);
  return 0;
}
