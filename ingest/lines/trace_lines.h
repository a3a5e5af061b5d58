#pragma once

#include <cstdint>
#include <string_view>

namespace inkling::ingest {

// What a line can be in a record of several lines. Told by the line alone.
enum class LineRole : std::uint8_t {
  kBlank,
  kPlain,
  kHeader,     // has a layout of its own: begins a record, whatever came before
  kIndented,   // white space in front: a stack frame, source code, the rest of a message
  kTrace,      // words that only traces have: "Caused by:", "goroutine 1 [running]:", ...
  kTraceback,  // "Traceback (most recent call last):"; its exception comes last
  kException,  // "java.lang.IllegalStateException: text", "ValueError: text"
  kPanic,      // Rust's "thread 'main' panicked at ...": the line behind is its message
};

// The role of a line that has no layout (kHeader is the caller's word).
LineRole role_of(std::string_view line);

// "panic: text" and "fatal error: text", which begin the traces of Go.
bool begins_go_trace(std::string_view line);

// True if a line begins a record whatever stands before the line before it. Only there may a frame
// or a batch be cut, so cuts change no record.
bool surely_begins_record(LineRole role, LineRole before);

// Decides line by line which of them belong to one record: a stack trace of Java, C#, Python, Node,
// Go, Ruby, Rust or PHP with the line it follows, and indented lines with the line above. Within a
// record it depends on nothing before the record's surely_begins_record line. Not thread-safe.
class TraceJoiner {
 public:
  // True if the line belongs to the record before; false: it begins one (or is blank).
  // `serious`: the line is a header whose level is unknown, warning or worse.
  bool joins(std::string_view line, LineRole role, bool serious);
  // The next line begins a record.
  void reset() { *this = TraceJoiner(); }
  // Whether the record so far holds a trace.
  bool has_trace() const { return has_trace_; }

 private:
  bool decide(std::string_view line, LineRole role) const;

  LineRole before_ = LineRole::kPlain;
  LineRole first_ = LineRole::kPlain;
  bool open_ = false;           // there is a record that can go on
  bool serious_ = false;        // its first line
  bool has_exception_ = false;  // no further one joins
  bool has_indented_ = false;
  bool has_trace_ = false;
  bool in_go_ = false;
};

// What a trace behind a first line says in one line: "java.lang.IllegalStateException: text". The
// first exception of Java, C#, Node; the last of a Python traceback; the panic's text. At most 1
// KiB of it, "" = no trace is there. A view of `lines`.
std::string_view find_exception(std::string_view lines);

}  // namespace inkling::ingest
