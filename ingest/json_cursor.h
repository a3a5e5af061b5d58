#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace inkling::ingest {

// What a JSON value is, told by its first character.
enum class JsonKind : std::uint8_t {
  kNone,
  kObject,
  kArray,
  kString,
  kNumber,
  kTrue,
  kFalse,
  kNull
};

// A value as written: a string without its quotes (escapes stay), an object or array as a whole.
struct JsonToken {
  JsonKind kind = JsonKind::kNone;
  std::string_view text;
};

// Walks the envelope around records: the caller says what it expects next, strings are found
// eight bytes at a time, and what it does not ask for is stepped over. Nothing is built and nothing
// but the text is held, however large it is. Strict in what it walks; what is stepped over is only
// checked for its strings and brackets. Not thread-safe: one owner.
//
//   if (cursor.begin_object()) {
//     while (const auto key = cursor.next_key()) {
//       if (*key == "records") { ... } else { cursor.value(); }
//     }
//   }
//   if (cursor.failed()) ...
class JsonCursor {
 public:
  explicit JsonCursor(std::string_view text) : at_(text.data()), end_(text.data() + text.size()) {}

  // What comes next.
  JsonKind peek();
  // Enters it; false, and nothing happens, if something else comes next.
  bool begin_object();
  bool begin_array();
  // The next key of the object, as written; nothing behind its last one, or if the text is broken.
  std::optional<std::string_view> next_key();
  // True if the array has another element, which the caller then takes.
  bool next_element();
  // Takes the whole value that comes next. kNone, and failed(), if it is none.
  JsonToken value();
  // The text was not as it must be where the cursor stands; it stays there.
  bool failed() const { return failed_; }
  // True if there is nothing more but white space.
  bool at_end();
  // What is not taken yet.
  std::string_view rest() const { return {at_, static_cast<std::size_t>(end_ - at_)}; }

 private:
  bool begin(char bracket);
  bool fail();
  void skip_space();

  const char* at_;
  const char* const end_;
  bool first_ = false;  // nothing was taken of the innermost array or object
  bool failed_ = false;
};

}  // namespace inkling::ingest
