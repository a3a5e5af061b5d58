#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace inkling {

// Writes JSON member by member, in the order of the calls: the same calls give the same bytes.
// Usage: w.begin_object(); w.key("a").value(1); w.end_object(); w.take().
// Invalid UTF-8 is replaced by U+FFFD. Numbers print with at most `significant_digits`; NaN and
// infinities are null. Not thread-safe: one owner.
class JsonWriter {
 public:
  explicit JsonWriter(int significant_digits = 17) : digits_(significant_digits) {}

  JsonWriter& begin_object();
  JsonWriter& end_object();
  JsonWriter& begin_array();
  JsonWriter& end_array();
  JsonWriter& key(std::string_view name);
  JsonWriter& value(std::string_view text);
  JsonWriter& value(const char* text) { return value(std::string_view(text)); }
  JsonWriter& value(double number);
  JsonWriter& value(std::int64_t number);
  JsonWriter& value(std::uint64_t number);
  JsonWriter& value(int number) { return value(static_cast<std::int64_t>(number)); }
  JsonWriter& value(unsigned number) { return value(static_cast<std::uint64_t>(number)); }
  JsonWriter& value(bool flag);
  JsonWriter& null();
  // Puts a finished JSON text in place of a value.
  JsonWriter& raw(std::string_view json);

  template <class T>
  JsonWriter& member(std::string_view name, const T& content) {
    key(name);
    return value(content);
  }

  const std::string& text() const { return out_; }
  std::string take();

 private:
  void separate();
  std::string out_;
  int digits_;
  bool needs_comma_ = false;
};

// `text` as a JSON string with its quotes.
std::string json_quote(std::string_view text);

// A number with at most `significant_digits`, shortest form that reads back the same; "null" for
// NaN and infinities. Reports use 6 digits (design rule: the same on every machine).
std::string format_number(double number, int significant_digits = 6);

}  // namespace inkling
