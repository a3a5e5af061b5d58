#pragma once

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <set>
#include <stop_token>
#include <string>
#include <utility>
#include <vector>

#include "core/clock.h"
#include "core/metrics.h"
#include "core/result.h"
#include "ingest/follow_book.h"
#include "ingest/follow_checkpoint.h"
#include "ingest/journal.h"
#include "ingest/line_framing.h"
#include "ingest/options.h"

namespace inkling::ingest {

// Gives a source its number by its name; the same name gets the same number.
using OriginNumber = std::function<OriginId(const std::string& name)>;

// What one look at all files brought.
struct FollowPoll {
  std::uint64_t frames = 0;
  std::uint64_t bytes = 0;
  std::uint64_t refused = 0;  // frames the journal had no room for; their lines come again
  bool more = false;          // there is more to read already
};

// Follows growing files into the journal, line by line. A last line without its line end waits for
// it. A file that was renamed or removed is read to its end before the one that took its place
// (told apart by inode, which stays taken while we have the file open); its last line need not end.
// A file that became shorter is read from its begin again.
//
// Nothing of a file is kept but an offset: it moves only when the journal has taken the lines, so
// what it refuses is read again. How far frames were committed is kept in options.checkpoint: a run
// after this one goes on there, also in a file that was renamed meanwhile. A file is known by its
// place on the disk and its first bytes, so neither an inode given to a new file nor one that was
// copied away and written anew is taken for the old one. Lines that belong to a record under way
// (stack traces) wait for the rest of it, at most options.record_wait. Not thread-safe: one owner.
class FileFollow {
 public:
  // kInvalidArgument names a wrong option. `journal` and `clock` outlive it.
  static Result<std::unique_ptr<FileFollow>> create(const FollowOptions& options, Journal& journal,
                                                    OriginNumber origin_number, const Clock& clock,
                                                    MetricsRegistry& metrics);
  ~FileFollow();

  // How far files are in the journal already, where that is further than the checkpoint says, as
  // after a crash. Comes before the first poll.
  void note_journal(const std::vector<FollowPosition>& positions) {
    earlier_ = FollowBook::advance(std::move(earlier_), positions);
  }

  // Looks at all files once; at most one frame of each. The first call decides which files exist at
  // the start. An error only if the journal takes nothing more for good.
  Result<FollowPoll> poll_once();

  // Polls until told to stop, or until the journal fails.
  Result<void> run(const std::stop_token& stop);

  // Writes the checkpoint now. kIo names the file.
  Result<void> save_positions();

  std::size_t files() const { return files_.size(); }

 private:
  struct File;
  struct Found;
  struct Meters;

  FileFollow(const FollowOptions& options, Journal& journal, OriginNumber origin_number,
             const Clock& clock, MetricsRegistry& metrics);
  std::vector<Found> find_files() const;
  void open_new(const std::vector<Found>& found);
  // Files of the checkpoint that were renamed since: their rest is read first.
  void open_renamed(const std::vector<Found>& found);
  void open_file(const std::string& path, int fd, bool at_path);
  void save_if_due();
  // Notices that a file holds other bytes than before.
  void look_for_truncation(File& file, std::uint64_t size);
  void tell_format(File& file, std::string_view bytes);
  void tell_once(const std::string& path, const std::string& message);
  // Where reading of a new file begins.
  std::uint64_t begin_of(int fd, std::uint64_t size) const;
  // Sends the next lines of a file. True if it has more lines now.
  Result<bool> read_file(File& file, FollowPoll& poll);
  // Appends bytes at the offset of the file. True if the journal took them.
  Result<bool> send(File& file, std::string_view bytes, FollowPoll& poll);

  const FollowOptions options_;
  Journal& journal_;
  const OriginNumber origin_number_;
  const Clock& clock_;
  const std::unique_ptr<Meters> meters_;
  std::vector<std::unique_ptr<File>> files_;  // the oldest first
  std::set<std::string> told_;                // paths that were complained about
  std::string buffer_;
  std::vector<FollowPosition> earlier_;  // of the run before, as long as no file was found for them
  Duration saved_{0};                    // when the checkpoint was written; monotonic
  std::uint64_t saved_sum_ = 0;          // of the offsets it holds
  bool started_ = false;
};

}  // namespace inkling::ingest
