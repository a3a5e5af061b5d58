#pragma once

#include <sys/uio.h>

#include <cstdint>
#include <span>
#include <string>

#include "core/result.h"

namespace inkling::ingest {

// What the journal asks of the disk. Tests hold it back and let it fail.
class JournalDisk {
 public:
  virtual ~JournalDisk() = default;
  // Writes all parts one behind the other at the end of the file. 0, or an errno.
  virtual int write(int fd, std::span<iovec> parts);
  // Waits until what was written is on the disk. 0, or an errno.
  virtual int sync(int fd);
  // Makes a file that must not exist, for appending. Its descriptor, or minus an errno.
  virtual int make(const std::string& path);
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
  static Result<JournalWriter> create(const std::string& directory, std::uint64_t segment_bytes,
                                      JournalDisk& disk);
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
                JournalDisk& disk)
      : directory_(std::move(directory)),
        directory_fd_(directory_fd),
        segment_bytes_(segment_bytes),
        disk_(&disk) {}
  void reserve_ahead();

  std::string directory_;
  int directory_fd_;  // holds the lock
  std::uint64_t segment_bytes_;
  JournalDisk* disk_;
  int fd_ = -1;
  std::string path_;
  std::uint32_t number_ = 0;
  std::uint64_t salt_ = 0;
  std::uint64_t end_ = 0;
  std::uint64_t reserved_ = 0;  // disk space is reserved up to here
};

}  // namespace inkling::ingest
