#include "app/commands/state_files.h"

#include <fmt/format.h>
#include <sys/stat.h>

#include <cstdio>
#include <filesystem>
#include <system_error>

#include "app/checkpoint.h"
#include "app/checkpoint_files.h"
#include "app/commands/emission.h"
#include "app/exit_code.h"
#include "app/state_directory.h"
#include "core/json_writer.h"
#include "core/state_file.h"

namespace inkling::app {
namespace {

int report_error(const char* verb, const Error& error) {
  std::fputs(fmt::format("inkling state {}: {}\n", verb, error.message).c_str(), stderr);
  return exit_code(error);
}

void tell(const StateFilesArgs& args, const std::string& from, const std::string& to,
          std::size_t bytes) {
  if (!args.json) return print(fmt::format("{}: {} bytes of state, from {}\n", to, bytes, from));
  JsonWriter w;
  w.begin_object().member("file", to).member("from", from);
  w.member("bytes", std::uint64_t{bytes});
  print(w.end_object().take() + "\n");
}

Result<void> export_state(const StateFilesArgs& args) {
  const std::string directory = state_paths(args.state_directory).directory;
  Error last{ErrorCode::kNotFound, fmt::format("no checkpoint in {}", directory)};
  for (const CheckpointFiles::File& file : CheckpointFiles(directory).list()) {
    const auto state = read_state_file(file.path);
    if (!state) {
      last = state.error();
      continue;
    }
    const auto detached = detach_checkpoint(*state, file.path);
    if (!detached) {
      last = detached.error();
      continue;
    }
    INKLING_TRY(write_state_file(args.file, *detached));
    tell(args, file.path, args.file, detached->size());
    return {};
  }
  return fail(std::move(last));
}

Result<void> import_state(const StateFilesArgs& args) {
  const std::string directory = state_paths(args.state_directory).directory;
  INKLING_TRY_ASSIGN(const std::string state, read_state_file(args.file));
  INKLING_TRY_ASSIGN(const std::string detached, detach_checkpoint(state, args.file));
  CheckpointFiles files(directory);
  if (!files.list().empty()) {
    return fail(ErrorCode::kInvalidArgument,
                fmt::format("{} has checkpoints of its own: import into an empty state directory",
                            directory));
  }
  std::error_code error;
  std::filesystem::create_directories(directory, error);
  if (error || ::chmod(directory.c_str(), 0700) != 0) {
    return fail(ErrorCode::kIo, fmt::format("the state directory cannot be made: {}", directory));
  }
  INKLING_TRY_ASSIGN(const CheckpointFiles::File written, files.write(detached));
  tell(args, args.file, written.path, detached.size());
  return {};
}

}  // namespace

int run_state_export(const StateFilesArgs& args) {
  const auto done = export_state(args);
  return done ? kExitOk : report_error("export", done.error());
}

int run_state_import(const StateFilesArgs& args) {
  const auto done = import_state(args);
  return done ? kExitOk : report_error("import", done.error());
}

}  // namespace inkling::app
