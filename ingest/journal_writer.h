#pragma once

#include <sys/uio.h>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <span>
#include <string>

#include "core/result.h"

namespace inkling::ingest {

// What the journal asks of the disk. Tests hold it back and let it fail.
class JournalDisk {
 public:
  static constexpr std::size_t kBlockBytes = 4096;
  virtual ~JournalDisk() = default;
  // Writes all parts one behind the other at the end of the file. 0, or an errno.
  virtual int write(int fd, std::span<iovec> parts);
  // Waits until what was written is on the disk. 0, or an errno.
  virtual int sync(int fd);
  // Makes a file that must not exist; `direct`: its writes pass by the page cache (write_at()),
  // else they append (write()). Its descriptor, or minus an errno.
  virtual int make(const std::string& path, bool direct);
  // Writes bytes at an offset; address, size and offset are multiples of kBlockBytes. 0, or an
  // errno.
  virtual int write_at(int fd, const char* data, std::size_t size, std::uint64_t offset);
  // Reserves space for a file whose size stays as it is. 0, or an errno.
  virtual int reserve(int fd, std::uint64_t begin, std::uint64_t bytes);
};

// Appends to the segments of a journal directory, one segment at a time, and locks the directory
// against a second writer. Not thread-safe: one owner. After an error of write() or sync() the
// segment is given up with abandon(), and another one begun.
class JournalWriter {
 public:
  // Opens the directory, which is made (0700) if it does not exist; its parent must. kIo names the
  // path; kUnavailable if another process writes there. `disk` outlives the writer.
  // `direct`: past the page cache where the file system can: for a fifth of the CPU time per byte,
  // and a speed that does not hang on the kernel's flusher getting a core. The file then ends with
  // zeros up to a block until it is finished.
  static Result<JournalWriter> create(const std::string& directory, std::uint64_t segment_bytes,
                                      JournalDisk& disk, bool direct = false);
  ~JournalWriter();
  JournalWriter(JournalWriter&& other) noexcept;
  JournalWriter& operator=(JournalWriter&&) = delete;

  // Finishes the segment and begins the one with this number: file (0600), header, and its name in
  // the directory, durable before the first frame is.
  Result<void> begin(std::uint32_t number);
  // Appends bytes to the segment; not yet durable.
  Result<void> write(std::span<iovec> parts);
  // Makes everything written durable.
  Result<void> sync();
  // Takes back what was written behind `end`, as far as that is possible, and closes the segment:
  // after a failed sync nobody knows what of it the kernel still holds.
  void abandon(std::uint64_t end);
  // Gives back the space reserved ahead; removes the segment if it has no frame.
  void finish();

  bool is_open() const { return fd_ >= 0; }
  std::uint32_t number() const { return number_; }
  std::uint64_t salt() const { return salt_; }
  std::uint64_t end() const { return end_; }  // where the next frame will lie

 private:
  JournalWriter(std::string directory, int directory_fd, std::uint64_t segment_bytes,
                JournalDisk& disk, bool direct)
      : directory_(std::move(directory)),
        directory_fd_(directory_fd),
        segment_bytes_(segment_bytes),
        disk_(&disk),
        wants_direct_(direct) {}
  void reserve_ahead();
  int write_direct(std::span<iovec> parts);

  std::string directory_;
  int directory_fd_;  // holds the lock
  std::uint64_t segment_bytes_;
  JournalDisk* disk_;
  bool wants_direct_;
  bool direct_ = false;  // the open segment is written so
  struct Free {
    void operator()(char* bytes) const { std::free(bytes); }
  };
  std::unique_ptr<char, Free> block_;  // aligned; begins with what lies in the last block on disk
  int fd_ = -1;
  std::string path_;
  std::uint32_t number_ = 0;
  std::uint64_t salt_ = 0;
  std::uint64_t end_ = 0;
  std::uint64_t reserved_ = 0;  // disk space is reserved up to here
};

}  // namespace inkling::ingest
