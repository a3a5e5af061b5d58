#include "app/digest_memory.h"

#include <cstring>

namespace inkling::app {
namespace {

// A map entry, its vectors and blocks, beside the bytes of the pieces.
constexpr std::size_t kFrameOverhead = 256;
constexpr std::uint32_t kNotKept = UINT32_MAX;

struct PieceHeader {
  Position position;
  std::int64_t arrival_ns = 0;
  std::uint64_t bytes = 0;
  std::uint32_t lines = 0;
  OriginId origin = 0;
  bool begins_frame = false;
  std::uint32_t scopes = 0;
  std::uint32_t cells = 0;
  std::uint32_t bins = 0;
  std::uint32_t templates = 0;
  std::uint32_t peers = 0;
  std::uint32_t logs = 0;
};
struct PackedScope {
  std::uint64_t hash;
  std::uint32_t base;
  std::uint32_t service;
  std::uint32_t version;
  std::uint32_t route;
};
struct PackedPeer {
  std::uint32_t scope;
  std::uint32_t first_log;
  std::uint32_t peer;
};
struct PackedLog {
  std::int64_t time_ns;
  std::uint32_t record;
  std::uint32_t message;
};

template <class T>
void put(std::string& out, const T& value) {
  static_assert(std::is_trivially_copyable_v<T>);
  out.append(reinterpret_cast<const char*>(&value), sizeof value);
}

std::uint32_t size_of(std::string_view text) { return static_cast<std::uint32_t>(text.size()); }

// Reads what put() wrote; our own bytes, so sizes are not doubted.
class Reader {
 public:
  explicit Reader(const char* at) : at_(at) {}
  template <class T>
  T take() {
    T value;
    std::memcpy(&value, at_, sizeof value);
    at_ += sizeof value;
    return value;
  }
  std::string_view text(std::size_t size) {
    const std::string_view view(at_, size);
    at_ += size;
    return view;
  }

 private:
  const char* at_;
};

}  // namespace

DigestMemory::Piece DigestMemory::pack(const Work& work) {
  const Batch& batch = work.batch;
  const Digest& digest = work.digest;
  logs_.clear();
  renumber_.assign(batch.logs.size(), kNotKept);
  const auto keep = [&](std::uint32_t log) {
    if (renumber_[log] == kNotKept) {
      renumber_[log] = static_cast<std::uint32_t>(logs_.size());
      logs_.push_back(log);
    }
    return renumber_[log];
  };
  for (const TemplateCell& cell : digest.templates) keep(cell.first_log);
  for (const PeerCell& cell : digest.peers) keep(cell.first_log);
  scratch_.clear();
  put(scratch_, PieceHeader{.position = batch.chunk.header.position,
                            .arrival_ns = batch.chunk.header.arrival.ns,
                            .bytes = batch.bytes().size(),
                            .lines = batch.lines,
                            .origin = batch.chunk.header.origin,
                            .begins_frame = batch.chunk.begins_frame,
                            .scopes = static_cast<std::uint32_t>(digest.scopes.size()),
                            .cells = static_cast<std::uint32_t>(digest.cells.size()),
                            .bins = static_cast<std::uint32_t>(digest.bins.size()),
                            .templates = static_cast<std::uint32_t>(digest.templates.size()),
                            .peers = static_cast<std::uint32_t>(digest.peers.size()),
                            .logs = static_cast<std::uint32_t>(logs_.size())});
  for (const DigestScope& scope : digest.scopes) {
    put(scratch_, PackedScope{scope.hash, scope.base, size_of(scope.service),
                              size_of(scope.version), size_of(scope.route)});
    scratch_.append(scope.service).append(scope.version).append(scope.route);
  }
  for (const RollupCell& cell : digest.cells) put(scratch_, cell);
  for (const BinCount& bin : digest.bins) put(scratch_, bin);
  for (TemplateCell cell : digest.templates) {
    cell.first_log = cell.last_log = keep(cell.first_log);
    put(scratch_, cell);
  }
  for (const PeerCell& cell : digest.peers) {
    put(scratch_, PackedPeer{cell.scope, keep(cell.first_log), size_of(cell.peer)});
    scratch_.append(cell.peer);
  }
  for (const std::uint32_t log : logs_) {
    const LogRecord& record = batch.logs[log];
    put(scratch_, PackedLog{record.time.ns, record.record, size_of(record.message)});
    scratch_.append(record.message);
  }
  Piece piece;
  piece.size = scratch_.size();
  piece.bytes = std::make_unique_for_overwrite<char[]>(piece.size);
  std::memcpy(piece.bytes.get(), scratch_.data(), piece.size);
  piece.calls = batch.calls;
  return piece;
}

std::uint64_t DigestMemory::restore(const Piece& piece, Work& work) {
  Batch& batch = work.batch;
  Digest& digest = work.digest;
  Reader reader(piece.bytes.get());
  const auto header = reader.take<PieceHeader>();
  batch.chunk.header.position = header.position;
  batch.chunk.header.arrival = Timestamp::from_ns(header.arrival_ns);
  batch.chunk.header.origin = header.origin;
  batch.chunk.begins_frame = header.begins_frame;
  batch.lines = header.lines;
  for (std::uint32_t i = 0; i < header.scopes; ++i) {
    const auto packed = reader.take<PackedScope>();
    DigestScope& scope = digest.scopes.emplace_back();
    scope.hash = packed.hash;
    scope.base = packed.base;
    scope.service = reader.text(packed.service);
    scope.version = reader.text(packed.version);
    scope.route = reader.text(packed.route);
  }
  for (std::uint32_t i = 0; i < header.cells; ++i)
    digest.cells.push_back(reader.take<RollupCell>());
  for (std::uint32_t i = 0; i < header.bins; ++i) digest.bins.push_back(reader.take<BinCount>());
  for (std::uint32_t i = 0; i < header.templates; ++i) {
    digest.templates.push_back(reader.take<TemplateCell>());
  }
  for (std::uint32_t i = 0; i < header.peers; ++i) {
    const auto packed = reader.take<PackedPeer>();
    digest.peers.push_back({packed.scope, reader.text(packed.peer), packed.first_log});
  }
  for (std::uint32_t i = 0; i < header.logs; ++i) {
    const auto packed = reader.take<PackedLog>();
    LogRecord& log = batch.logs.emplace_back();
    log.time = Timestamp::from_ns(packed.time_ns);
    log.record = packed.record;
    log.message = reader.text(packed.message);
  }
  batch.calls = piece.calls;
  return header.bytes;
}

void DigestMemory::add(const Work& work) {
  const FrameChunk& chunk = work.batch.chunk;
  const Position position = chunk.header.position;
  if (max_bytes_ == 0) return;
  if (chunk.begins_frame) {
    const auto [at, is_new] = frames_.try_emplace(position);
    if (is_new) {
      order_.push_back(position);
      bytes_ += kFrameOverhead;
    } else {
      bytes_ -= at->second.kept;
      at->second = Frame{};
    }
  }
  const auto found = frames_.find(position);
  if (found == frames_.end()) return;
  Frame& frame = found->second;
  if (!work.batch.points.empty()) {
    frame.useless = true;
    bytes_ -= frame.kept;
    frame.kept = 0;
    frame.pieces.clear();
  }
  if (!frame.useless) {
    frame.pieces.push_back(pack(work));
    const Piece& piece = frame.pieces.back();
    const std::size_t size = sizeof(Piece) + piece.size + piece.calls.size() * sizeof(Call);
    frame.kept += size;
    bytes_ += size;
    frame.bytes += work.batch.bytes().size();
  }
  frame.complete = chunk.ends_frame;
  evict();
}

void DigestMemory::evict() {
  while (bytes_ > max_bytes_ && !order_.empty()) {
    const auto oldest = frames_.find(order_.front());
    bytes_ -= kFrameOverhead + oldest->second.kept;
    frames_.erase(oldest);
    order_.pop_front();
  }
}

const DigestMemory::Frame* DigestMemory::find(Position position) const {
  const auto found = frames_.find(position);
  const bool usable = found != frames_.end() && found->second.complete && !found->second.useless;
  return usable ? &found->second : nullptr;
}

}  // namespace inkling::app
