#include "sinks/incident_store.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>

#include "sinks/report.h"
#include "tests/support/incident_builder.h"
#include "tests/support/temp_directory.h"

namespace inkling::sinks {
namespace {

using test::IncidentBuilder;
using test::night;
using testing::HasSubstr;
using testing::IsEmpty;

Incident incident_of(const std::string& id, std::uint32_t revision, std::int64_t onset_s = 0) {
  IncidentBuilder builder;
  builder.edit().id = id;
  builder.edit().revision = revision;
  builder.edit().onset = night(onset_s);
  builder.edit().updated = night(onset_s + 60 * revision);
  return builder.build();
}

std::unique_ptr<IncidentStore> open_store(const std::string& path, bool read_only = false) {
  auto store = IncidentStore::open({.path = path, .read_only = read_only});
  EXPECT_TRUE(store.has_value()) << store.error().message;
  return store ? std::move(*store) : nullptr;
}

std::string report_in(const IncidentStore& store, std::string_view id) {
  const auto report = store.report(id);
  if (!report) return "error: " + report.error().message;
  return report->value_or("none");
}

TEST(IncidentStoreTest, KeepsIncidentsOverReopening) {
  const TempDirectory folder;
  {
    const auto store = open_store(folder.file("i.db"));
    ASSERT_TRUE(store->put(incident_of("aa11", 1), "{\"n\":1}").has_value());
  }
  const auto store = open_store(folder.file("i.db"));
  EXPECT_EQ(report_in(*store, "aa11"), "{\"n\":1}");
}

TEST(IncidentStoreTest, ListsLatestOnsetFirst) {
  const TempDirectory folder;
  const auto store = open_store(folder.file("i.db"));
  ASSERT_TRUE(store->put(incident_of("aa", 1, 100), "{}").has_value());
  ASSERT_TRUE(store->put(incident_of("bb", 1, 300), "{}").has_value());
  ASSERT_TRUE(store->put(incident_of("cc", 1, 200), "{}").has_value());
  const auto rows = store->list();
  ASSERT_TRUE(rows.has_value());
  ASSERT_EQ(rows->size(), 3u);
  EXPECT_EQ((*rows)[0].id, "bb");
  EXPECT_EQ((*rows)[1].id, "cc");
  EXPECT_EQ((*rows)[2].id, "aa");
  const IncidentSummary& row = (*rows)[0];
  EXPECT_EQ(row.severity, "P1");
  EXPECT_EQ(row.state, "open");
  EXPECT_EQ(row.onset, night(300));
  EXPECT_EQ(row.updated, night(360));
  EXPECT_EQ(row.top_suspect, "9b1f6c2e07d4a83b55e1c09f7a2d44b6e8013c7d");
  EXPECT_EQ(row.top_p, 0.942);
}

TEST(IncidentStoreTest, NewerRevisionReplaces) {
  const TempDirectory folder;
  const auto store = open_store(folder.file("i.db"));
  ASSERT_TRUE(store->put(incident_of("aa", 1), "first").has_value());
  ASSERT_TRUE(store->put(incident_of("aa", 2), "second").has_value());
  EXPECT_EQ(report_in(*store, "aa"), "second");
  EXPECT_EQ(store->list()->size(), 1u);
}

TEST(IncidentStoreTest, OlderOrEqualRevisionChangesNothing) {
  const TempDirectory folder;
  const auto store = open_store(folder.file("i.db"));
  ASSERT_TRUE(store->put(incident_of("aa", 3), "third").has_value());
  ASSERT_TRUE(store->put(incident_of("aa", 2), "second").has_value());
  ASSERT_TRUE(store->put(incident_of("aa", 3), "again").has_value());
  EXPECT_EQ(report_in(*store, "aa"), "third");
  EXPECT_EQ(store->list()->front().revision, 3u);
}

TEST(IncidentStoreTest, KeepsTransitions) {
  const TempDirectory folder;
  const auto store = open_store(folder.file("i.db"));
  ASSERT_TRUE(store->put(incident_of("aa", 1), "{}").has_value());
  Incident last = incident_of("aa", 2);
  last.state = IncidentState::kResolved;
  ASSERT_TRUE(store->put(last, "{}").has_value());
  ASSERT_TRUE(store->put(last, "{}").has_value());
  const auto steps = store->transitions("aa");
  ASSERT_TRUE(steps.has_value());
  ASSERT_EQ(steps->size(), 2u);
  EXPECT_EQ((*steps)[0].state, "open");
  EXPECT_EQ((*steps)[1].state, "resolved");
  EXPECT_EQ((*steps)[1].time, night(120));
  EXPECT_THAT(*store->transitions("zz"), IsEmpty());
}

TEST(IncidentStoreTest, FindsByUniquePrefix) {
  const TempDirectory folder;
  const auto store = open_store(folder.file("i.db"));
  ASSERT_TRUE(store->put(incident_of("aa11", 1), "one").has_value());
  ASSERT_TRUE(store->put(incident_of("aa22", 1), "two").has_value());
  ASSERT_TRUE(store->put(incident_of("aa", 1), "short").has_value());
  EXPECT_EQ(report_in(*store, "aa2"), "two");
  EXPECT_EQ(report_in(*store, "aa"), "short");  // a whole id wins
  EXPECT_EQ(report_in(*store, "b"), "none");
  EXPECT_EQ(report_in(*store, "%"), "none");  // no pattern
  EXPECT_EQ(report_in(*store, "a"), "error: several incidents begin with a: aa, aa11");
  EXPECT_EQ(report_in(*store, ""), "error: the id of an incident is empty");
}

TEST(IncidentStoreTest, KeepsTextWithQuotesAndZeros) {
  const TempDirectory folder;
  const auto store = open_store(folder.file("i.db"));
  Incident incident = incident_of("aa", 1);
  incident.title = "'); DROP TABLE incidents; --";
  const std::string report("{\"a\":\"b\0c\"}", 11);
  ASSERT_TRUE(store->put(incident, report).has_value());
  EXPECT_EQ(report_in(*store, "aa"), report);
  EXPECT_EQ(store->list()->front().title, incident.title);
}

TEST(IncidentStoreTest, FilesAreForTheOwnerOnly) {
  const TempDirectory folder;
  const std::string path = folder.file("i.db");
  std::ofstream(path).close();
  ASSERT_EQ(::chmod(path.c_str(), 0666), 0);
  const auto store = open_store(path);
  ASSERT_TRUE(store->put(incident_of("aa", 1), "{}").has_value());
  for (const char* suffix : {"", "-wal", "-shm"}) {
    struct stat status{};
    ASSERT_EQ(::stat((path + suffix).c_str(), &status), 0) << suffix;
    EXPECT_EQ(status.st_mode & 0777u, 0600u) << suffix;
  }
}

TEST(IncidentStoreTest, ReadOnlyNeedsAFile) {
  const TempDirectory folder;
  const auto store = IncidentStore::open({.path = folder.file("no.db"), .read_only = true});
  ASSERT_FALSE(store.has_value());
  EXPECT_EQ(store.error().code, ErrorCode::kNotFound);
  EXPECT_THAT(store.error().message, HasSubstr("no.db"));
}

TEST(IncidentStoreTest, ReadOnlyDoesNotWrite) {
  const TempDirectory folder;
  const auto writer = open_store(folder.file("i.db"));
  const auto reader = open_store(folder.file("i.db"), true);
  EXPECT_FALSE(reader->put(incident_of("aa", 1), "{}").has_value());
  EXPECT_THAT(*reader->list(), IsEmpty());
}

TEST(IncidentStoreTest, IsReadWhileAnotherProcessWrites) {
  const TempDirectory folder;
  const std::string path = folder.file("i.db");
  constexpr std::uint32_t kRevisions = 60;
  ASSERT_TRUE(open_store(path)->put(incident_of("aa", 1), "1").has_value());
  const pid_t writer = ::fork();
  ASSERT_GE(writer, 0);
  if (writer == 0) {  // the connection is opened here: none may cross a fork
    auto store = IncidentStore::open({.path = path});
    bool good = store.has_value();
    for (std::uint32_t r = 2; good && r <= kRevisions; ++r) {
      good = (*store)->put(incident_of("aa", r), std::to_string(r)).has_value();
    }
    ::_exit(good ? 0 : 1);
  }
  const auto reader = open_store(path, true);
  std::uint32_t seen = 0;
  int status = 0;
  bool running = true;
  while (running) {
    running = ::waitpid(writer, &status, WNOHANG) == 0;
    const auto rows = reader->list();
    ASSERT_TRUE(rows.has_value()) << rows.error().message;
    ASSERT_EQ(rows->size(), 1u);
    EXPECT_GE(rows->front().revision, seen);
    seen = rows->front().revision;
  }
  EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0);
  EXPECT_EQ(seen, kRevisions);
  EXPECT_EQ(report_in(*reader, "aa"), std::to_string(kRevisions));
}

TEST(IncidentStoreTest, NamesTheFileItCannotOpen) {
  const TempDirectory folder;
  const auto missing = IncidentStore::open({.path = folder.file("no/such/i.db")});
  ASSERT_FALSE(missing.has_value());
  EXPECT_EQ(missing.error().code, ErrorCode::kIo);
  EXPECT_THAT(missing.error().message, HasSubstr("no/such/i.db"));
}

TEST(IncidentStoreTest, RefusesAFileThatIsNoDatabase) {
  const TempDirectory folder;
  std::ofstream(folder.file("i.db")) << std::string(4096, 'x');
  const auto store = IncidentStore::open({.path = folder.file("i.db")});
  ASSERT_FALSE(store.has_value());
  EXPECT_EQ(store.error().code, ErrorCode::kIo);
  EXPECT_THAT(store.error().message, HasSubstr("i.db"));
}

}  // namespace
}  // namespace inkling::sinks
