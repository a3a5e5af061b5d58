#include "app/commands/doctor.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/timex.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string_view>
#include <utility>
#include <vector>

#include "app/exit_code.h"
#include "app/outbound.h"
#include "app/state_directory.h"
#include "config/loader.h"
#include "core/clock.h"
#include "core/http_client.h"
#include "core/json_writer.h"
#include "core/units.h"
#include "ingest/journal_segment.h"

namespace inkling::app {
namespace {

enum class Grade : std::uint8_t { kGood, kInfo, kWarning, kWrong };

struct Finding {
  Grade grade = Grade::kGood;
  std::string what;
  std::string text;
};

constexpr std::uint64_t kFewFiles = 1024;
// A commit waits for one sync; beyond this senders notice.
constexpr double kSlowSyncMs = 100;
constexpr int kSyncs = 10;
// 2020: a clock before it was never set.
constexpr std::int64_t kEarliestClock = 1'577'836'800;

class Doctor {
 public:
  explicit Doctor(const DoctorArgs& args)
      : args_(args), paths_(state_paths(args.state_directory)) {}

  std::vector<Finding> examine() {
    look_at_config();
    look_at_disk();
    look_at_clock();
    look_at_limits();
    look_at_journal();
    look_at_books();
    return std::move(findings_);
  }
  std::vector<Outbound> outbound() const { return outbound_addresses(config_); }

 private:
  void say(Grade grade, std::string what, std::string text) {
    findings_.push_back({grade, std::move(what), std::move(text)});
  }

  void look_at_config() {
    if (args_.config.empty()) return say(Grade::kGood, "configuration", "none: the defaults hold");
    auto loaded = config::load_file(args_.config, config::system_environment());
    if (!loaded) return say(Grade::kWrong, "configuration", loaded.error().message);
    config_ = std::move(*loaded);
    say(Grade::kGood, "configuration", args_.config);
  }

  // The journal's directory, or the next one above that exists.
  std::string existing_directory() const {
    std::filesystem::path path =
        config_.journal.directory.empty() ? paths_.journal : config_.journal.directory;
    std::error_code error;
    path = std::filesystem::absolute(path, error);
    while (!std::filesystem::is_directory(path, error) && path.has_relative_path()) {
      path = path.parent_path();
    }
    return path.string();
  }

  void look_at_disk() {
    const std::string directory = existing_directory();
    struct statvfs disk{};
    if (::statvfs(directory.c_str(), &disk) != 0) {
      return say(Grade::kWrong, "disk", "cannot look at " + directory);
    }
    const std::uint64_t free = std::uint64_t{disk.f_bavail} * disk.f_frsize;
    std::uint64_t held = 0;
    if (const auto segments = ingest::list_segments(directory)) {
      std::error_code error;
      for (const auto& segment : *segments) {
        const auto size = std::filesystem::file_size(segment.path, error);
        if (!error) held += size;
      }
    }
    const std::uint64_t wanted = config_.journal.max_bytes;
    const bool enough = wanted == 0 || free + held >= wanted;
    say(enough ? Grade::kGood : Grade::kWarning, "disk space",
        fmt::format("{} free in {}, the journal holds {} and may hold {}", format_size(free),
                    directory, format_size(held),
                    wanted == 0 ? "any amount" : format_size(wanted)));
    time_syncs(directory);
  }

  void time_syncs(const std::string& directory) {
    const std::string path = fmt::format("{}/.doctor-{}", directory, ::getpid());
    const int fd = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd < 0) return say(Grade::kWrong, "disk write", "cannot write in " + directory);
    const std::string block(4096, 'x');
    double worst = 0;
    double sum = 0;
    bool works = true;
    for (int i = 0; i < kSyncs && works; ++i) {
      const auto begin = std::chrono::steady_clock::now();
      works = ::write(fd, block.data(), block.size()) == static_cast<ssize_t>(block.size()) &&
              ::fdatasync(fd) == 0;
      const std::chrono::duration<double, std::milli> took =
          std::chrono::steady_clock::now() - begin;
      worst = std::max(worst, took.count());
      sum += took.count();
    }
    ::close(fd);
    ::unlink(path.c_str());
    if (!works) return say(Grade::kWrong, "disk write", "a write or sync fails in " + directory);
    say(worst > kSlowSyncMs ? Grade::kWarning : Grade::kGood, "disk sync",
        fmt::format("{:.1f} ms on average, {:.1f} ms at most, of {}", sum / kSyncs, worst, kSyncs));
  }

  void look_at_clock() {
    const Timestamp now = SystemClock().now();
    if (now < Timestamp::from_seconds(kEarliestClock)) {
      return say(Grade::kWrong, "clock", "not set: " + format_timestamp(now));
    }
    timex state{};
    const int status = ::adjtimex(&state);
    const bool synchronised = status != TIME_ERROR && (state.status & STA_UNSYNC) == 0;
    say(synchronised ? Grade::kGood : Grade::kInfo, "clock",
        synchronised ? fmt::format("synchronised, error at most {} ms", state.maxerror / 1000)
                     : "the kernel does not know of a synchronisation");
  }

  void look_at_limits() {
    rlimit files{};
    if (::getrlimit(RLIMIT_NOFILE, &files) == 0) {
      say(files.rlim_cur < kFewFiles ? Grade::kWarning : Grade::kGood, "open files",
          fmt::format("at most {}", files.rlim_cur));
    }
    std::string limit;
    std::ifstream("/sys/fs/cgroup/memory.max") >> limit;
    const std::uint64_t buffers = config_.journal.max_pending_bytes * 2;
    if (limit.empty() || limit == "max") return say(Grade::kGood, "memory", "no limit of a group");
    const std::uint64_t bytes = std::strtoull(limit.c_str(), nullptr, 10);
    say(buffers > bytes / 2 ? Grade::kWarning : Grade::kGood, "memory",
        fmt::format("{} at most; the journal's buffers may take {} of it", format_size(bytes),
                    format_size(buffers)));
  }

  void look_at_journal() {
    const std::string directory =
        config_.journal.directory.empty() ? paths_.journal : config_.journal.directory;
    struct stat status{};
    if (::stat(directory.c_str(), &status) != 0) {
      return say(Grade::kInfo, "journal", "none yet: " + directory);
    }
    if ((status.st_mode & 077) != 0) {
      say(Grade::kWarning, "journal",
          fmt::format("open to others, mode 0700 is meant: {} has {:04o}", directory,
                      status.st_mode & 07777));
    }
    const auto segments = ingest::list_segments(directory);
    if (!segments) return say(Grade::kWrong, "journal", segments.error().message);
    std::uint64_t missing = 0;
    for (std::size_t i = 1; i < segments->size(); ++i) {
      missing += (*segments)[i].number - (*segments)[i - 1].number - 1;
    }
    const auto needed = ingest::read_needed_from(directory);
    const bool lost = needed && (segments->empty() || segments->front().number > *needed);
    say(missing > 0 || lost ? Grade::kWrong : Grade::kGood, "journal",
        fmt::format("{} segments, {} missing{}", segments->size(), missing,
                    lost ? fmt::format("; the last checkpoint needs number {}", *needed) : ""));
  }

  void look_at_books() {
    const std::string url =
        args_.url.empty() ? fmt::format("http://{}:{}", config_.server.address, config_.server.port)
                          : args_.url;
    HttpClient client;
    const auto page = client.get(url + "/metrics", {.timeout = std::chrono::seconds(2)});
    if (!page || page->status != 200) {
      return say(Grade::kInfo, "books", "not checked, nobody answers at " + url);
    }
    const auto value = [&](std::string_view name) -> double {
      double sum = 0;
      std::string_view rest = page->body;
      while (!rest.empty()) {
        const std::string_view line = rest.substr(0, rest.find('\n'));
        rest.remove_prefix(std::min(rest.size(), line.size() + 1));
        if (!line.starts_with(name)) continue;
        const char behind = line.size() > name.size() ? line[name.size()] : '\0';
        if (behind != ' ' && behind != '{') continue;
        sum += std::strtod(std::string(line.substr(line.rfind(' ') + 1)).c_str(), nullptr);
      }
      return sum;
    };
    const double in = value("inkling_ledger_lines_total") + value("inkling_ledger_extra_total");
    const double out = value("inkling_ledger_outcome_lines_total");
    const bool balanced = value("inkling_ledger_balanced") == 1;
    say(balanced ? Grade::kGood : Grade::kWrong, "books",
        fmt::format("{:.0f} lines in, {:.0f} accounted for, at {}", in, out, url));
    const double failing = value("inkling_ingest_journal_failing");
    if (failing > 0) say(Grade::kWrong, "journal", "its disk fails, senders are refused");
  }

  const DoctorArgs& args_;
  const StatePaths paths_;
  config::Config config_;
  std::vector<Finding> findings_;
};

constexpr std::string_view kGrades[] = {"ok", "info", "warning", "wrong"};

std::string_view grade_name(Grade grade) { return kGrades[static_cast<std::size_t>(grade)]; }

void print(const std::vector<Finding>& findings, const std::vector<Outbound>& outbound, bool json) {
  if (json) {
    JsonWriter writer;
    writer.begin_object().key("findings").begin_array();
    for (const Finding& finding : findings) {
      writer.begin_object().member("grade", grade_name(finding.grade));
      writer.member("what", finding.what).member("text", finding.text).end_object();
    }
    writer.end_array().key("outbound").begin_array();
    for (const Outbound& each : outbound) {
      writer.begin_object().member("address", each.address).member("why", each.why).end_object();
    }
    std::puts(writer.end_array().end_object().take().c_str());
    return;
  }
  for (const Finding& finding : findings) {
    std::puts(fmt::format("{:<8} {:<14} {}", grade_name(finding.grade), finding.what, finding.text)
                  .c_str());
  }
  if (outbound.empty()) std::puts("outbound: none");
  for (const Outbound& each : outbound) {
    std::puts(fmt::format("outbound: {} ({})", each.address, each.why).c_str());
  }
}

}  // namespace

int run_doctor(const DoctorArgs& args) {
  Doctor doctor(args);
  const std::vector<Finding> findings = doctor.examine();
  print(findings, doctor.outbound(), args.json);
  const bool wrong = std::ranges::any_of(
      findings, [](const Finding& finding) { return finding.grade == Grade::kWrong; });
  return wrong ? kExitGate : kExitOk;
}

}  // namespace inkling::app
