#include "sinks/incident_store.h"

#include <fmt/format.h>

#include <utility>

#include "sinks/sqlite_database.h"

namespace inkling::sinks {
namespace {

// Raise it with every change of the tables, and add the step that brings an old file there.
constexpr std::int64_t kSchemaVersion = 1;

constexpr const char* kCreateTables = R"(
CREATE TABLE incidents (
  id TEXT PRIMARY KEY,
  revision INTEGER NOT NULL,
  state TEXT NOT NULL,
  severity TEXT NOT NULL,
  title TEXT NOT NULL,
  onset INTEGER NOT NULL,        -- ns since 1970, as all times here
  updated INTEGER NOT NULL,
  top_suspect TEXT NOT NULL,     -- '' = none
  top_p REAL NOT NULL,
  report TEXT NOT NULL           -- JSON, see docs/formats.md
) WITHOUT ROWID;
CREATE INDEX incidents_by_onset ON incidents (onset);
CREATE TABLE transitions (
  incident TEXT NOT NULL,
  revision INTEGER NOT NULL,
  time INTEGER NOT NULL,
  state TEXT NOT NULL,
  severity TEXT NOT NULL,
  title TEXT NOT NULL,
  PRIMARY KEY (incident, revision)
) WITHOUT ROWID;
PRAGMA user_version = 1;
)";

constexpr std::string_view kPutIncident = R"(
INSERT INTO incidents VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)
ON CONFLICT (id) DO UPDATE SET
  revision = excluded.revision, state = excluded.state, severity = excluded.severity,
  title = excluded.title, onset = excluded.onset, updated = excluded.updated,
  top_suspect = excluded.top_suspect, top_p = excluded.top_p, report = excluded.report
WHERE excluded.revision > incidents.revision)";
constexpr std::string_view kAmend =
    "UPDATE incidents SET report = ?3 WHERE id = ?1 AND revision = ?2";
constexpr std::string_view kPutTransition =
    "INSERT OR IGNORE INTO transitions VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
constexpr std::string_view kList =
    "SELECT id, revision, state, severity, title, onset, updated, top_suspect, top_p "
    "FROM incidents ORDER BY onset DESC, id";
constexpr std::string_view kFind =
    "SELECT id, report FROM incidents WHERE id = ?1 OR substr(id, 1, length(?1)) = ?1 "
    "ORDER BY id <> ?1, id LIMIT 2";
constexpr std::string_view kTransitions =
    "SELECT revision, time, state, severity, title FROM transitions WHERE incident = ?1 "
    "ORDER BY revision";

class SqliteIncidentStore final : public IncidentStore {
 public:
  explicit SqliteIncidentStore(SqliteDatabase database) : database_(std::move(database)) {}

  Result<void> prepare_all(bool read_only) {
    INKLING_TRY_ASSIGN(list_, database_.prepare(kList));
    INKLING_TRY_ASSIGN(find_, database_.prepare(kFind));
    INKLING_TRY_ASSIGN(transitions_, database_.prepare(kTransitions));
    if (read_only) return {};
    INKLING_TRY_ASSIGN(put_incident_, database_.prepare(kPutIncident));
    INKLING_TRY_ASSIGN(amend_, database_.prepare(kAmend));
    INKLING_TRY_ASSIGN(put_transition_, database_.prepare(kPutTransition));
    can_write_ = true;
    return {};
  }

  Result<void> put(const Incident& incident, std::string_view report_json) override {
    if (!can_write_) return fail(ErrorCode::kIo, "the incident store is open for reading only");
    INKLING_TRY(database_.execute("BEGIN IMMEDIATE"));
    if (auto written = write(incident, report_json); !written) {
      (void)database_.execute("ROLLBACK");  // the first error is the one to tell
      return written;
    }
    return database_.execute("COMMIT");
  }

  Result<void> amend(const Incident& incident, std::string_view report_json) override {
    if (!can_write_) return fail(ErrorCode::kIo, "the incident store is open for reading only");
    const Reset at_end(amend_);
    amend_.bind(1, std::string_view(incident.id));
    amend_.bind(2, std::int64_t{incident.revision});
    amend_.bind(3, report_json);
    if (amend_.step() != SqliteStatement::Step::kDone) return database_.failure("write to");
    return {};
  }

  Result<std::vector<IncidentSummary>> list() const override {
    std::vector<IncidentSummary> rows;
    const Reset at_end(list_);
    SqliteStatement::Step step;
    while ((step = list_.step()) == SqliteStatement::Step::kRow) {
      rows.push_back({.id = list_.text(0),
                      .revision = static_cast<std::uint32_t>(list_.integer(1)),
                      .state = list_.text(2),
                      .severity = list_.text(3),
                      .title = list_.text(4),
                      .onset = Timestamp::from_ns(list_.integer(5)),
                      .updated = Timestamp::from_ns(list_.integer(6)),
                      .top_suspect = list_.text(7),
                      .top_p = list_.number(8)});
    }
    if (step == SqliteStatement::Step::kFailed) return database_.failure("read");
    return rows;
  }

  Result<std::optional<std::string>> report(std::string_view id) const override {
    if (id.empty()) return fail(ErrorCode::kInvalidArgument, "the id of an incident is empty");
    const Reset at_end(find_);
    find_.bind(1, id);
    SqliteStatement::Step step = find_.step();
    if (step == SqliteStatement::Step::kFailed) return database_.failure("read");
    if (step == SqliteStatement::Step::kDone) return std::optional<std::string>();
    const std::string first = find_.text(0);
    std::optional<std::string> report = find_.text(1);
    if (first == id) return report;
    step = find_.step();
    if (step == SqliteStatement::Step::kFailed) return database_.failure("read");
    if (step == SqliteStatement::Step::kRow) {
      return fail(ErrorCode::kInvalidArgument,
                  fmt::format("several incidents begin with {}: {}, {}", id, first, find_.text(0)));
    }
    return report;
  }

  Result<std::vector<IncidentTransition>> transitions(std::string_view id) const override {
    std::vector<IncidentTransition> rows;
    const Reset at_end(transitions_);
    transitions_.bind(1, id);
    SqliteStatement::Step step;
    while ((step = transitions_.step()) == SqliteStatement::Step::kRow) {
      rows.push_back({.revision = static_cast<std::uint32_t>(transitions_.integer(0)),
                      .time = Timestamp::from_ns(transitions_.integer(1)),
                      .state = transitions_.text(2),
                      .severity = transitions_.text(3),
                      .title = transitions_.text(4)});
    }
    if (step == SqliteStatement::Step::kFailed) return database_.failure("read");
    return rows;
  }

 private:
  // Ends a read, so that it holds up no checkpoint of the write-ahead log.
  struct Reset {
    explicit Reset(SqliteStatement& s) : statement(s) {}
    ~Reset() { statement.reset(); }
    Reset(const Reset&) = delete;
    Reset& operator=(const Reset&) = delete;
    SqliteStatement& statement;
  };

  Result<void> write(const Incident& incident, std::string_view report_json) {
    const Reset incident_end(put_incident_);
    const Reset transition_end(put_transition_);
    const Suspect* const top = incident.changes.empty() ? nullptr : &incident.changes.front();
    const std::string_view state = incident_state_name(incident.state);
    const std::string_view severity = severity_name(incident.severity);
    put_incident_.bind(1, std::string_view(incident.id));
    put_incident_.bind(2, std::int64_t{incident.revision});
    put_incident_.bind(3, state);
    put_incident_.bind(4, severity);
    put_incident_.bind(5, std::string_view(incident.title));
    put_incident_.bind(6, incident.onset.ns);
    put_incident_.bind(7, incident.updated.ns);
    put_incident_.bind(8, top ? std::string_view(top->id) : std::string_view());
    put_incident_.bind(9, top ? top->p : 0.0);
    put_incident_.bind(10, report_json);
    if (put_incident_.step() != SqliteStatement::Step::kDone) return database_.failure("write to");
    put_transition_.bind(1, std::string_view(incident.id));
    put_transition_.bind(2, std::int64_t{incident.revision});
    put_transition_.bind(3, incident.updated.ns);
    put_transition_.bind(4, state);
    put_transition_.bind(5, severity);
    put_transition_.bind(6, std::string_view(incident.title));
    if (put_transition_.step() != SqliteStatement::Step::kDone) {
      return database_.failure("write to");
    }
    return {};
  }

  SqliteDatabase database_;  // first: closed after the statements
  mutable SqliteStatement list_;
  mutable SqliteStatement find_;
  mutable SqliteStatement transitions_;
  SqliteStatement put_incident_;
  SqliteStatement amend_;
  SqliteStatement put_transition_;
  bool can_write_ = false;
};

Result<std::int64_t> schema_version(const SqliteDatabase& database) {
  INKLING_TRY_ASSIGN(SqliteStatement statement, database.prepare("PRAGMA user_version"));
  if (statement.step() != SqliteStatement::Step::kRow) return database.failure("read");
  return statement.integer(0);
}

// Creates the tables in a new file. Two processes may try at once: the second finds them made.
Result<void> create_tables(SqliteDatabase& database) {
  INKLING_TRY(database.execute("BEGIN IMMEDIATE"));
  INKLING_TRY_ASSIGN(const std::int64_t version, schema_version(database));
  if (version == 0) INKLING_TRY(database.execute(kCreateTables));
  return database.execute("COMMIT");
}

}  // namespace

Result<std::unique_ptr<IncidentStore>> IncidentStore::open(const StoreOptions& options) {
  if (options.path.empty()) {
    return fail(ErrorCode::kInvalidArgument, "the path of the incident store is empty");
  }
  using Mode = SqliteDatabase::Mode;
  const Mode mode = options.read_only ? Mode::kReadOnly : Mode::kReadWrite;
  INKLING_TRY_ASSIGN(SqliteDatabase database, SqliteDatabase::open(options.path, mode));
  if (!options.read_only) {
    // FULL: what was put survives a crash of the machine, so that a checkpoint written later never
    // knows of a transition that the store has lost.
    INKLING_TRY(database.execute("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL"));
    INKLING_TRY(create_tables(database));
  }
  INKLING_TRY_ASSIGN(const std::int64_t version, schema_version(database));
  if (version != kSchemaVersion) {
    return fail(ErrorCode::kIo,
                fmt::format("the incident store has schema version {}, this program knows {}: {}",
                            version, kSchemaVersion, options.path));
  }
  auto store = std::make_unique<SqliteIncidentStore>(std::move(database));
  INKLING_TRY(store->prepare_all(options.read_only));
  return std::unique_ptr<IncidentStore>(std::move(store));
}

}  // namespace inkling::sinks
