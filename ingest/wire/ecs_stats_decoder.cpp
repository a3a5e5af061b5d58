#include "ingest/wire/ecs_stats_decoder.h"

#include <cmath>

#include "core/json.h"

namespace inkling::ingest {
namespace {

// A limit that was not set is reported as about 2^63.
constexpr double kMostMemoryBytes = 1e15;

double number_of(const JsonValue* value) { return value ? value->number() : kAbsent; }

// Adds the points of one record.
class PointWriter {
 public:
  PointWriter(std::string_view service, std::string_view version, Batch& batch)
      : batch_(batch), service_(batch.arena.copy(service)), version_(batch.arena.copy(version)) {}

  void begin(std::string_view container, Timestamp time, std::uint32_t record) {
    time_ = time;
    record_ = record;
    added_ = 0;
    first_label_ = static_cast<std::uint32_t>(batch_.labels.size());
    if (!container.empty()) batch_.labels.push_back({"container", batch_.arena.copy(container)});
  }

  void add(std::string_view name, double value, std::string_view unit,
           MetricKind kind = MetricKind::kGauge) {
    if (!std::isfinite(value)) return;
    // Each point owns its labels' places.
    if (added_ > 0) {
      const auto next = static_cast<std::uint32_t>(batch_.labels.size());
      const std::uint32_t count = labels();
      for (std::uint32_t i = 0; i < count; ++i) {
        const LabelView label = batch_.labels[first_label_ + i];
        batch_.labels.push_back(label);
      }
      first_label_ = next;
    }
    MetricPoint point;
    point.time = time_;
    point.name = name;
    point.service = service_;
    point.version = version_;
    point.unit = unit;
    point.value = value;
    point.kind = kind;
    point.record = record_;
    point.first_label = first_label_;
    point.label_count = labels();
    batch_.points.push_back(point);
    batch_.note_time(time_);
    ++added_;
  }

  std::uint32_t added() const { return added_; }

 private:
  std::uint32_t labels() const {
    return static_cast<std::uint32_t>(batch_.labels.size()) - first_label_;
  }

  Batch& batch_;
  std::string_view service_;
  std::string_view version_;
  Timestamp time_ = Timestamp::none();
  std::uint32_t record_ = 0;
  std::uint32_t added_ = 0;
  std::uint32_t first_label_ = 0;
};

// Share of one core between the two readings a reply holds, in percent: the time spent on CPUs over
// the time that passed.
double cpu_percent(const JsonValue& stats, Timestamp read) {
  const JsonValue* before = stats.find("preread");
  const auto earlier = before ? parse_timestamp(before->text()) : std::nullopt;
  const double used = number_of(stats.find("cpu_stats", "cpu_usage", "total_usage")) -
                      number_of(stats.find("precpu_stats", "cpu_usage", "total_usage"));
  // The first reading of a container has year 1 as its predecessor.
  if (!earlier || earlier->ns <= 0 || !read.is_set() || !(read > *earlier) || !(used >= 0)) {
    return kAbsent;
  }
  return 100.0 * used / static_cast<double>((read - *earlier).count());
}

// What is in use: without file pages that can be given back at once.
double memory_bytes(const JsonValue& memory) {
  const double usage = number_of(memory.find("usage"));
  double cache = number_of(memory.find("stats", "inactive_file"));  // cgroup v2
  if (std::isnan(cache)) cache = number_of(memory.find("stats", "total_inactive_file"));
  if (std::isnan(cache)) cache = number_of(memory.find("stats", "cache"));
  return std::isnan(cache) || cache > usage ? usage : usage - cache;
}

void add_networks(const JsonValue* networks, PointWriter& points) {
  if (networks == nullptr || !networks->is_object()) return;
  struct Field {
    std::string_view field;
    std::string_view metric;
    std::string_view unit;
  };
  static constexpr Field kFields[] = {
      {"rx_bytes", "ecs.network.rx_bytes", "By"},   {"tx_bytes", "ecs.network.tx_bytes", "By"},
      {"rx_errors", "ecs.network.rx_errors", ""},   {"tx_errors", "ecs.network.tx_errors", ""},
      {"rx_dropped", "ecs.network.rx_dropped", ""}, {"tx_dropped", "ecs.network.tx_dropped", ""}};
  for (const Field& field : kFields) {
    double sum = kAbsent;
    for (const auto& [name, network] : networks->object()) {
      const double value = number_of(network.find(field.field));
      if (!std::isnan(value)) sum = (std::isnan(sum) ? 0 : sum) + value;
    }
    points.add(field.metric, sum, field.unit, MetricKind::kCounter);
  }
}

void add_container(const JsonValue& container, const JsonValue& stats, PointWriter& points,
                   Timestamp read) {
  points.add("ecs.cpu.percent", cpu_percent(stats, read), "%");
  if (const JsonValue* memory = stats.find("memory_stats"); memory && memory->is_object()) {
    const double used = memory_bytes(*memory);
    points.add("ecs.memory.bytes", used, "By");
    double limit = number_of(container.find("Limits", "Memory")) * 1024 * 1024;
    if (!(limit > 0)) limit = number_of(memory->find("limit"));
    if (limit > 0 && limit < kMostMemoryBytes) {
      points.add("ecs.memory.percent", 100.0 * used / limit, "%");
    }
  }
  add_networks(stats.find("networks"), points);
  points.add("ecs.cpu.throttled_periods",
             number_of(stats.find("cpu_stats", "throttling_data", "throttled_periods")), "",
             MetricKind::kCounter);
  points.add("ecs.processes", number_of(stats.find("pids_stats", "current")), "");
  points.add("ecs.restarts", number_of(container.find("RestartCount")), "", MetricKind::kCounter);
  if (const JsonValue* health = container.find("Health", "status")) {
    if (health->text() == "HEALTHY") points.add("ecs.healthy", 1, "");
    if (health->text() == "UNHEALTHY") points.add("ecs.healthy", 0, "");
  }
}

}  // namespace

void EcsStatsDecoder::decode(std::string_view bytes, Batch& batch) {
  const std::uint32_t record = batch.lines++;
  const auto document = parse_json(bytes);
  const JsonValue* const task = document ? document->find("task") : nullptr;
  const JsonValue* const stats = document ? document->find("stats") : nullptr;
  if (!task || !task->is_object() || !stats || !stats->is_object()) {
    batch.broken.push_back(
        {record, document ? ParseError::kUnknownShape : ParseError::kBadJson, bytes});
    return;
  }
  PointWriter points(task->text_of({"ServiceName", "Family"}), task->text_of({"Revision"}), batch);
  points.begin({}, batch.chunk.header.arrival, record);
  points.add("ecs.storage.mib", number_of(task->find("EphemeralStorageMetrics", "Utilized")),
             "MiBy");
  const JsonValue* const containers = task->find("Containers");
  std::uint32_t events = points.added();
  if (containers) {
    for (const JsonValue& container : containers->array()) {
      const std::string_view type = container.text_of({"Type"});
      if (!type.empty() && type != "NORMAL") continue;
      const JsonValue* const values = stats->find(container.text_of({"DockerId"}));
      if (!values || !values->is_object()) continue;  // it is still starting
      const JsonValue* const read = values->find("read");
      const auto time = read ? parse_timestamp(read->text()) : std::nullopt;
      points.begin(container.text_of({"Name", "DockerName"}),
                   time && time->ns > 0 ? *time : batch.chunk.header.arrival, record);
      add_container(container, *values, points, time.value_or(Timestamp::none()));
      events += points.added();
    }
  }
  if (events == 0) {
    ++batch.empty_lines;
  } else {
    batch.extra_events += events - 1;
  }
}

}  // namespace inkling::ingest
