// The bound for anything that reads NDJSON logs here: a bare simdjson pass over the same file, one
// thread. Every member's key and value token are walked, as a decoder must that does not know the
// shapes beforehand, and the fields that mean something are picked out; nothing is done with them.
//
// Usage: simdjson_limit FILE. Prints "records WITH_ALL_FIELDS" on stdout.
#include <simdjson.h>

#include <cstdio>
#include <cstring>
#include <string_view>
#include <vector>

namespace {

constexpr std::size_t kChunkBytes = 1u << 20;

// What is picked out of a record; several names for each, as loggers have them.
struct Fields {
  std::string_view time, level, service, message, status, duration;

  void offer(std::string_view key, std::string_view token) {
    if (key == "timestamp" || key == "@timestamp" || key == "time" || key == "ts") {
      time = token;
    } else if (key == "level") {
      level = token;
    } else if (key == "service") {
      service = token;
    } else if (key == "message" || key == "msg") {
      message = token;
    } else if (key == "status") {
      status = token;
    } else if (key == "duration_ms" || key == "responseTime") {
      duration = token;
    }
  }
  bool is_record() const { return !time.empty() && !level.empty() && !service.empty(); }
};

struct Pass {
  simdjson::ondemand::parser parser;
  std::size_t records = 0;
  std::size_t messages = 0;
  std::size_t broken = 0;

  bool read(const char* line, std::size_t size, Fields& fields) {
    simdjson::ondemand::document document;
    simdjson::ondemand::object object;
    const simdjson::padded_string_view padded(line, size, size + simdjson::SIMDJSON_PADDING);
    if (parser.iterate(padded).get(document) != simdjson::SUCCESS) return false;
    if (document.get_object().get(object) != simdjson::SUCCESS) return false;
    for (auto next : object) {
      simdjson::ondemand::field field;
      if (std::move(next).get(field) != simdjson::SUCCESS) return false;
      const char* const key = field.key().raw();
      const auto* quote = static_cast<const char*>(
          std::memchr(key, '"', static_cast<std::size_t>(line + size - key)));
      if (!quote) return false;
      fields.offer({key, static_cast<std::size_t>(quote - key)}, field.value().raw_json_token());
    }
    return true;
  }

  void take(const char* line, std::size_t size) {
    Fields fields;
    if (!read(line, size, fields) || !fields.is_record()) {
      ++broken;
      return;
    }
    ++records;
    if (!fields.message.empty()) ++messages;
  }
};

// Reads whole lines out of chunks; what is left of the last line moves to the front.
bool pass_over(std::FILE* file, Pass& pass) {
  std::vector<char> buffer(2 * kChunkBytes + simdjson::SIMDJSON_PADDING);
  std::size_t held = 0;
  while (true) {
    const std::size_t got = std::fread(buffer.data() + held, 1, kChunkBytes, file);
    if (got == 0) return held == 0 && std::ferror(file) == 0;
    const char* at = buffer.data();
    const char* const end = at + held + got;
    while (const auto* newline = static_cast<const char*>(
               std::memchr(at, '\n', static_cast<std::size_t>(end - at)))) {
      pass.take(at, static_cast<std::size_t>(newline - at));
      at = newline + 1;
    }
    held = static_cast<std::size_t>(end - at);
    if (held > kChunkBytes) return false;
    std::memmove(buffer.data(), at, held);
  }
}

}  // namespace

int main(int argc, char** argv) {
  std::FILE* const file = argc == 2 ? std::fopen(argv[1], "rb") : nullptr;
  if (!file) {
    std::fputs("usage: simdjson_limit FILE\n", stderr);
    return 2;
  }
  std::setvbuf(file, nullptr, _IONBF, 0);  // whole chunks come straight from the kernel
  Pass pass;
  if (pass.parser.allocate(kChunkBytes) != simdjson::SUCCESS || !pass_over(file, pass)) {
    std::fputs("simdjson_limit: cannot read the file as lines\n", stderr);
    return 1;
  }
  std::fclose(file);
  std::printf("%zu %zu\n", pass.records, pass.messages);
  return pass.broken == 0 ? 0 : 1;
}
