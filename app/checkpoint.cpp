#include "app/checkpoint.h"

#include "app/version.h"
#include "core/state_fields.h"

namespace inkling::app {
namespace {

constexpr StateId kHead = state_id("CKPT");
constexpr std::uint32_t kHeadVersion = 1;
constexpr StateId kFiles = state_id("FILE");
constexpr std::uint32_t kFilesVersion = 1;
constexpr std::size_t kMaxVersionText = 256;

CheckpointHead read_head(StateReader& reader) {
  StateReader::Section section = reader.section(kHead, kHeadVersion);
  FieldLoader a(section.content);
  CheckpointHead head;
  a(head.last);
  head.program = section.content.text(kMaxVersionText);
  if (const auto done = section.content.finish(); !done) reader.refuse(done.error().message);
  return head;
}

void save_head(StateWriter& writer, Position last) {
  writer.begin_section(kHead, kHeadVersion);
  FieldSaver a(writer);
  a(last);
  writer.put_text(kVersion);
  writer.end_section();
}

}  // namespace

void save_checkpoint(StateWriter& writer, const Pipeline& pipeline, const FrameStore& frames,
                     const ingest::FollowBook& files, Position last) {
  save_head(writer, last);
  pipeline.save(writer);
  frames.save_times(writer);
  writer.begin_section(kFiles, kFilesVersion);
  FieldSaver a(writer);
  a(files);
  writer.end_section();
}

Result<Position> load_checkpoint(std::string_view bytes, const std::string& what,
                                 Pipeline& pipeline, FrameStore& frames,
                                 ingest::FollowBook& files) {
  StateReader reader(bytes, what);
  const CheckpointHead head = read_head(reader);
  INKLING_TRY(pipeline.load(reader));
  if (reader.remaining() == 0) return head.last;  // of another journal: no places in it
  INKLING_TRY(frames.load_times(reader));
  StateReader::Section section = reader.section(kFiles, kFilesVersion);
  FieldLoader a(section.content);
  a(files);
  INKLING_TRY(section.content.finish());
  INKLING_TRY(reader.finish());
  return head.last;
}

Result<std::string> detach_checkpoint(std::string_view bytes, const std::string& what) {
  StateReader reader(bytes, what);
  static_cast<void>(read_head(reader));
  const std::size_t begin = bytes.size() - reader.remaining();
  Pipeline::skip(reader);
  if (reader.failed()) return fail(reader.finish().error());
  const std::size_t end = bytes.size() - reader.remaining();
  StateWriter writer;
  save_head(writer, Position{});
  std::string detached = writer.take();
  detached += bytes.substr(begin, end - begin);
  return detached;
}

Result<CheckpointHead> read_checkpoint_head(std::string_view bytes, const std::string& what) {
  StateReader reader(bytes, what);
  CheckpointHead head = read_head(reader);
  if (reader.failed()) return fail(reader.finish().error());
  return head;
}

}  // namespace inkling::app
