#include "ingest/lines/header_line.h"

#include "ingest/lines/header_words.h"
#include "ingest/lines/line_level.h"
#include "ingest/lines/line_time.h"
#include "ingest/lines/syslog_header.h"

namespace inkling::ingest {
namespace {

constexpr std::size_t kMostElements = 16;
constexpr std::size_t kMostHeaderBytes = 600;
constexpr std::size_t kUuidBytes = 36;  // of a request, between tabs

constexpr bool is_capital(char c) { return c >= 'A' && c <= 'Z'; }

// The state of reading one header.
class HeaderScan {
 public:
  HeaderScan(std::string_view line, const LineContext& context) : line_(line), context_(context) {}

  LineHeader scan() {
    for (std::size_t element = 0; element < kMostElements && at_ < kMostHeaderBytes; ++element) {
      skip_separators();
      if (at_ >= line_.size() || !take_element()) break;
    }
    if (header_.size > 0) trim();
    return header_;
  }

 private:
  std::string_view rest() const { return line_.substr(at_); }
  char peek(std::size_t ahead = 0) const {
    return at_ + ahead < line_.size() ? line_[at_ + ahead] : '\0';
  }
  bool anchored() const { return header_.size > 0; }

  // All read so far belongs to the header.
  void commit(std::size_t end) {
    at_ = end;
    header_.size = end;
    tentative_ = 0;
  }

  void skip_separators() {
    while (at_ < line_.size()) {
      const char c = line_[at_];
      if (c == '\t') tabs_ = true;
      if (c == '|') {
        pipes_ = true;
      } else if (c == ' ' || c == '\t') {
      } else if ((c == '-' || c == '*' || c == '.' || c == '#') &&
                 (peek(1) == ' ' || peek(1) == '\t')) {
        // "- ", and the role marks of Redis
        if (c != '-' && !anchored()) return;
      } else if (c == '-' && peek(1) == '-' && anchored()) {
      } else if ((c == ',' || c == ']' || c == ':' || c == ')') && anchored() && tentative_ == 0) {
      } else {
        return;
      }
      ++at_;
    }
  }

  bool take_element() {
    if (take_time() || take_level()) return true;
    if (!anchored()) return take_leading_word();
    return take_trailing();
  }

  bool take_time() {
    if (times_ >= 4) return false;
    std::size_t at = at_;
    const char opening = line_[at];
    if (opening == '[' || opening == '(' || opening == '<' || opening == '{') ++at;
    const char c = at < line_.size() ? line_[at] : '\0';
    if (!is_digit(c) && !is_letter(c)) return false;
    const FoundTime found = find_time(line_.substr(at), context_);
    if (found.size == 0) return false;
    // A bare number, or a second clock, may be part of the message.
    if (found.is_epoch && times_ == 0 && at_ == 0 && at + found.size >= line_.size()) return false;
    if (times_ > 0 && !found.time.is_set()) return false;
    ++times_;
    header_.has_time = true;
    // The latest and finest: "1117838570 2005.06.03 ... 2005-06-03-15.42.50.675872".
    if (!header_.time.is_set() || (found.time.is_set() && !found.is_epoch)) {
      set_time(found.time);
      header_.time_is_exact |= found.is_exact();
    }
    std::size_t end = at + found.size;
    const char closing = end < line_.size() ? line_[end] : '\0';
    if (at > at_ && (closing == ']' || closing == ')' || closing == '>' || closing == '}')) ++end;
    if (at > at_ && end == at + found.size) in_bracket_ = true;
    commit(end);
    take_syslog(found);
    take_container_stream(found);
    return true;
  }

  // "stdout F " behind a time, as container runtimes write it (CRI).
  void take_container_stream(const FoundTime& time) {
    if (!time.has_zone) return;
    const std::string_view text = rest();
    if (!text.starts_with(" stdout ") && !text.starts_with(" stderr ")) return;
    if (text.size() < 10 || (text[8] != 'F' && text[8] != 'P') || text[9] != ' ') return;
    commit(at_ + 10);
    // The line behind it may have a header of its own, even a finer time.
    times_ = 0;
  }

  void set_time(Timestamp time) {
    // A date alone says less than an epoch of the same day.
    constexpr std::int64_t kDay = 86'400'000'000'000;
    if (header_.time.is_set() && time.ns % kDay == 0) return;
    if (time.is_set()) header_.time = time;
  }

  // "host app[123]: " behind a time as syslog writes it.
  void take_syslog(const FoundTime& time) {
    if (!time.is_bsd && !time.has_zone) return;
    const SyslogTag tag = find_syslog_tag(rest());
    if (tag.size == 0 || (!time.is_bsd && !tag.has_process)) return;
    header_.service = tag.program;
    commit(at_ + tag.size);
    // The program may have written a header of its own, but blocks and names belong to its message.
    is_syslog_ = true;
  }

  bool take_level() {
    if (header_.level != Level::kUnknown) return false;
    const bool marked = tabs_ || pipes_;
    FoundLevel found = find_level(rest(), marked);
    if (found.size == 0) {
      // tornado: "[I 240102 15:04:05 web:2239] ..."
      const Level letter =
          peek() == '[' && peek(2) == ' ' ? letter_level(peek(1)) : Level::kUnknown;
      if (letter == Level::kUnknown || anchored()) return false;
      const FoundTime time = find_time(line_.substr(at_ + 3), context_);
      if (time.size == 0) return false;
      found = {letter, 2};
      in_bracket_ = true;
    }
    // Without a time only a level at the very front counts, and capital letters or a mark.
    if (!anchored() && at_ > 0 && tentative_ == 0 && line_[at_ - 1] != ' ') return false;
    header_.level = found.level;
    commit(at_ + found.size);
    // "INFO/MainProcess]", "INFO:root:"
    if (peek() == '/') {
      const HeaderWord word = header_word_at(rest());
      if (word.names_only && word.next == ']') commit(at_ + word.size + 1);
    } else if (line_[at_ - 1] == ':' && is_letter(peek())) {
      const std::size_t colon = line_.find(':', at_);
      const HeaderWord word = header_word_at(rest());
      if (colon != std::string_view::npos && colon - at_ < word.size &&
          word.text.substr(0, colon - at_).find_first_of("=/(") == std::string_view::npos) {
        commit(colon + 1);
      }
    }
    return true;
  }

  // In front of the first anchor: a process number, columns of a table, an "[node]".
  bool take_leading_word() {
    if (tentative_ >= 6) return false;
    if (peek() == '[' || peek() == '(') {
      const std::size_t size = header_block_size(rest());
      if (size == 0) return false;
      return take_tentative(size);
    }
    const HeaderWord word = header_word_at(rest());
    if (word.text.empty() || !word.names_only) return false;
    // "1234:M 02 Jan": Redis.
    if (tentative_ == 0 && word.text.size() > 2 && word.text[word.text.size() - 2] == ':' &&
        is_digit(word.text[0])) {
      is_redis_ = true;
      return take_tentative(word.size);
    }
    if (word.next != ' ' && word.next != '\t' && word.next != '|') return false;
    // A table begins with a record number; then its columns may be words.
    if (tentative_ == 0) is_table_ = word.all_digits;
    const bool column = is_table_ || (word.has_digit && word.has_dot);
    if (word.colon || !column) return false;
    return take_tentative(word.size);
  }

  bool take_tentative(std::size_t size) {
    ++tentative_;
    at_ += size;
    return true;
  }

  // Behind an anchor.
  bool take_trailing() {
    if (is_syslog_) return false;
    const char c = peek();
    if (c == '[' || c == '(') {
      const std::size_t size = header_block_size(rest());
      if (size == 0 || blocks_ >= 5 || tentative_ > 0) return false;
      if (c == '(' && header_.level == Level::kUnknown) return false;
      ++blocks_;
      if (header_.level == Level::kUnknown) header_.level = level_in(rest().substr(1, size - 2));
      std::size_t end = at_ + size;
      if (end < line_.size() && line_[end] == ':') ++end;
      commit(end);
      return true;
    }
    const HeaderWord word = header_word_at(rest());
    if (word.text.empty() || word.size >= kMostHeaderWordBytes) return false;
    if (word.all_digits) return take_number(word);
    if (!word.names_only) return false;
    return take_name(word);
  }

  // Apache's "[core:error]".
  static Level level_in(std::string_view block) {
    const std::size_t colon = block.rfind(':');
    if (colon == std::string_view::npos || block.find(' ') != std::string_view::npos) {
      return Level::kUnknown;
    }
    return header_level(block.substr(colon + 1));
  }

  bool take_number(const HeaderWord& word) {
    const std::string_view behind = line_.substr(at_ + word.size);
    if (behind.starts_with(" --- ")) {  // Spring Boot
      commit(at_ + word.size + 4);
      return true;
    }
    if (word.colon && header_.level != Level::kUnknown) {
      commit(at_ + word.size);
      return true;
    }
    if (pipes_ && behind.starts_with('|')) {
      commit(at_ + word.size);
      return true;
    }
    if (tentative_ >= 5) return false;
    return take_tentative(word.size);
  }

  bool take_name(const HeaderWord& word) {
    const std::string_view behind = line_.substr(at_ + word.size);
    const bool class_like = word.has_dot;
    const bool first_names = names_ < 3;
    if (first_names && tentative_ == 0) {
      // "org.app.Main:", "main.go:12:", "31#31:"
      if (word.colon && (class_like || is_process(word.text)) && word.next == ' ')
        return take(word.size);
      if (in_bracket_ && word.next == ']') return take(word.size + 1);
      // "name - message", "name -- message", "name *64 - message"
      const std::size_t dash = behind.find_first_not_of(' ');
      if (dash != std::string_view::npos && dash > 0 &&
          (behind.substr(dash).starts_with("- ") || behind.substr(dash).starts_with("-- "))) {
        return take(word.size + dash + 1);
      }
      if (times_ > 0 && header_.level == Level::kUnknown && behind.starts_with(" *") &&
          behind.substr(0, 12).find(" - ") != std::string_view::npos) {
        return take(word.size + behind.find(" - ") + 2);
      }
      // Columns: "c.e.Main       : message"
      const std::size_t gap = behind.find_first_not_of(' ');
      if (gap != std::string_view::npos && gap > 0 && behind[gap] == ':' &&
          (gap + 1 == behind.size() || behind[gap + 1] == ' ')) {
        return take(word.size + gap + 1);
      }
      if (header_.level != Level::kUnknown && gap != std::string_view::npos && gap >= 3 &&
          !word.colon) {
        return take(word.size);
      }
      if (class_like && behind.starts_with(" [") && header_.level != Level::kUnknown) {
        return take(word.size);
      }
      if (tabs_ && behind.starts_with('\t') &&
          (class_like || word.text.size() == kUuidBytes ||
           is_place(header_word_at(behind.substr(1)).text))) {
        return take(word.size);
      }
      if (pipes_ && (behind.starts_with('|') || behind.starts_with(" |"))) return take(word.size);
    }
    // Columns between anchors: a node, "RAS KERNEL", a thread.
    if (header_.level != Level::kUnknown || tentative_ >= 5 || word.colon) return false;
    if (word.has_digit || !word.has_lower || behind.starts_with(" ["))
      return take_tentative(word.size);
    // One word right before a level: "main INFO".
    const std::size_t next = behind.find_first_not_of(' ');
    if (next != std::string_view::npos && is_capital(behind[next]) &&
        find_level(behind.substr(next), false).size > 0) {
      return take_tentative(word.size);
    }
    return false;
  }

  bool take(std::size_t size) {
    ++names_;
    commit(at_ + size);
    return true;
  }

  // "cart/store.go:12"
  static bool is_place(std::string_view text) {
    const std::size_t colon = text.rfind(':');
    return colon != std::string_view::npos && colon + 1 < text.size() &&
           is_digit(text[colon + 1]) && text.find('.') < colon;
  }

  // "31#31", nginx; "worker-3" is none.
  static bool is_process(std::string_view text) {
    for (const char c : text) {
      if (!is_digit(c) && c != '#') return false;
    }
    return true;
  }

  // The message begins behind what separates it from the header.
  void trim() {
    std::size_t at = header_.size;
    const auto is_space = [&](std::size_t i) { return line_[i] == ' ' || line_[i] == '\t'; };
    while (at < line_.size() && (is_space(at) || line_[at] == '|')) ++at;
    if (is_redis_ && line_.substr(at, 2).find(' ') == 1) {  // its levels: ". - * #"
      switch (line_[at]) {
        case '.':
        case '-':
          header_.level = Level::kDebug;
          break;
        case '*':
          header_.level = Level::kInfo;
          break;
        case '#':
          header_.level = Level::kWarn;
          break;
        default:
          break;
      }
      if (header_.level != Level::kUnknown) at += 2;
    }
    for (const std::string_view mark : {std::string_view("- "), std::string_view(": "),
                                        std::string_view("-- "), std::string_view("] ")}) {
      if (line_.substr(at).starts_with(mark)) {
        at += mark.size();
        break;
      }
    }
    while (at < line_.size() && is_space(at)) ++at;
    header_.size = at;
  }

  std::string_view line_;
  const LineContext& context_;
  LineHeader header_;
  std::size_t at_ = 0;
  std::size_t tentative_ = 0;  // elements read behind header_.size
  std::size_t blocks_ = 0;
  std::size_t names_ = 0;
  std::size_t times_ = 0;
  bool tabs_ = false;   // columns are told apart by tabs
  bool pipes_ = false;  // by "|"
  bool is_table_ = false;
  bool is_syslog_ = false;
  bool in_bracket_ = false;  // "[time ...", closed later
  bool is_redis_ = false;
};

}  // namespace

LineHeader find_header(std::string_view line, const LineContext& context) {
  return HeaderScan(line, context).scan();
}

}  // namespace inkling::ingest
