#include "app/gen/scenarios.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>

#include "app/gen/commits.h"
#include "app/gen/random.h"
#include "core/check.h"

namespace inkling::gen {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

Duration share_of(Duration length, double share) {
  return Duration(static_cast<std::int64_t>(static_cast<double>(length.count()) * share));
}

// "2.14.3" -> "2.14.4"
std::string next_patch(std::string_view version) {
  const std::size_t dot = version.rfind('.') + 1;
  int patch = 0;
  std::from_chars(version.data() + dot, version.data() + version.size(), patch);
  return fmt::format("{}{}", version.substr(0, dot), patch + 1);
}

// "2.14.3" -> "2.15.0"
std::string next_minor(std::string_view version) {
  const std::size_t dot = version.find('.') + 1;
  int minor = 0;
  std::from_chars(version.data() + dot, version.data() + version.size(), minor);
  return fmt::format("{}{}.0", version.substr(0, dot), minor + 1);
}

// Builds a plan step by step. Deploys are added in any order; versions are given in order of time.
class PlanBuilder {
 public:
  PlanBuilder(const ScenarioInfo& info, const PlanOptions& options)
      : options_(options), random_(options.seed, "plan") {
    plan_.scenario = std::string(info.name);
    plan_.range = {options.start, options.start + options.length};
    plan_.requests_per_second = options.requests_per_second;
    rollout_ = std::clamp<Duration>(options.length / 30, seconds(20), minutes(4));
    onset_ = rounded(plan_.range.begin + share_of(options.length, 2.0 / 3.0));
  }

  Timestamp onset() const { return onset_; }
  Plan& plan() { return plan_; }

  void add_innocent_deploys(double until_share) {
    static constexpr std::array kOrder = {ServiceId::kCatalogue, ServiceId::kFrontend,
                                          ServiceId::kPayment, ServiceId::kFrontend,
                                          ServiceId::kCheckout};
    const auto count = static_cast<std::size_t>(2 + options_.length / hours(12));
    for (std::size_t i = 0; i < count; ++i) {
      const double share = until_share * (static_cast<double>(i) + random_.between(0.3, 0.8)) /
                           static_cast<double>(count);
      add_innocent_deploy(kOrder[i % kOrder.size()],
                          rounded(plan_.range.begin + share_of(options_.length, share)));
    }
    // Work that was merged and not deployed, and a flag.
    add_commit(innocent_commit(ServiceId::kCheckout, 1),
               plan_.range.begin + share_of(options_.length, 0.5));
    plan_.notices.push_back({rounded(plan_.range.begin + share_of(options_.length, 0.55)), "flag",
                             "frontend", "flag delivery-estimate off->on", "nora.berg"});
  }

  void add_innocent_deploy(ServiceId service, Timestamp time) {
    add_deploy(service, time, innocent_commit(service, innocents_++));
  }

  // The deploy to blame; its fault holds from it to the rollback or to the end.
  void add_culprit(ServiceId service) {
    Deploy& deploy = add_deploy(service, onset_, culprit_commit(plan_.scenario));
    plan_.culprit_commit = deploy.commit;
    if (!options_.rollback) return;
    fault_end_ = rounded(onset_ + share_of(plan_.range.end - onset_, 0.75));
    insert_by_time(plan_.deploys, Deploy{.time = fault_end_,
                                         .service = service,
                                         .version = "",
                                         .commit = "",
                                         .rollout = rollout_,
                                         .rollback = true});
  }

  void add_fault(FaultKind kind, ServiceId service, double strength, Duration ramp) {
    // A fault of a version ends by itself as the version goes.
    const bool versioned = kind == FaultKind::kErrors;
    const Timestamp end = fault_end_.is_set() && !versioned ? fault_end_ : plan_.range.end;
    plan_.faults.push_back({.kind = kind,
                            .service = service,
                            .begin = onset_,
                            .end = end,
                            .ramp = ramp,
                            .strength = strength,
                            .version = ""});
  }

  void add_alarm(ServiceId service, std::string_view metric, double threshold,
                 std::string_view monitor, std::string_view summary) {
    plan_.alarms.push_back(
        {.service = service,
         .metric = std::string(metric),
         .threshold = threshold,
         .window = std::clamp<Duration>(options_.length / 40, seconds(30), minutes(3)),
         .monitor = std::string(monitor),
         .summary = std::string(summary)});
  }

  void tell_truth(IncidentTruth incident, std::string_view kind, ServiceId service,
                  std::vector<std::string> blast_radius) {
    plan_.incident = incident;
    plan_.kind = std::string(kind);
    plan_.service = std::string(name_of(service));
    plan_.onset = onset_;
    plan_.blast_radius = std::move(blast_radius);
  }

  Plan finish() {
    const Timestamp culprit_time = onset_;
    name_versions();
    for (const Deploy& deploy : plan_.deploys) {
      if (deploy.commit != plan_.culprit_commit || deploy.rollback) continue;
      plan_.culprit_version = deploy.version;
      for (Fault& fault : plan_.faults) {
        if (fault.begin == culprit_time && fault.service == deploy.service) {
          fault.version = deploy.version;
        }
      }
    }
    return std::move(plan_);
  }

 private:
  static Timestamp rounded(Timestamp time) { return slot_begin(slot_of(time)); }

  const Commit& add_commit(const CommitText& text, Timestamp time) {
    return insert_by_time(plan_.commits, make_commit(text, time, random_));
  }

  Deploy& add_deploy(ServiceId service, Timestamp time, const CommitText& text) {
    const Duration before = minutes(12) + seconds(random_.below(1800));
    const Commit& commit = add_commit(text, time - before);
    return insert_by_time(plan_.deploys, Deploy{.time = time,
                                                .service = service,
                                                .version = "",
                                                .commit = commit.sha,
                                                .rollout = rollout_});
  }

  // Versions follow one another in time, whatever order the deploys were added in.
  void name_versions() {
    std::array<std::string, kServiceCount> current;
    std::array<std::string, kServiceCount> before;
    std::array<std::string, kServiceCount> commit_before;
    for (const ServiceId service : kServices) {
      current[index_of(service)] = std::string(traits_of(service).version);
    }
    for (Deploy& deploy : plan_.deploys) {
      std::string& version = current[index_of(deploy.service)];
      if (deploy.rollback) {
        deploy.version = before[index_of(deploy.service)];
        deploy.commit = commit_before[index_of(deploy.service)];
      } else {
        before[index_of(deploy.service)] = version;
        deploy.version =
            deploy.commit == plan_.culprit_commit ? next_minor(version) : next_patch(version);
      }
      version = deploy.version;
      if (deploy.commit != plan_.culprit_commit) {
        commit_before[index_of(deploy.service)] = deploy.commit;
      }
    }
  }

  PlanOptions options_;
  Random random_;
  Plan plan_;
  Duration rollout_{};
  Timestamp onset_;
  Timestamp fault_end_ = Timestamp::none();
  std::size_t innocents_ = 0;
};

void plan_bad_deploy(PlanBuilder& b) {
  b.add_culprit(ServiceId::kCheckout);
  b.add_fault(FaultKind::kErrors, ServiceId::kCheckout, 0.35, Duration::zero());
  b.add_alarm(ServiceId::kCheckout, "http_5xx_ratio", 0.05, "checkout-5xx",
              "checkout answers more than 5 % of its requests with 5xx");
  b.tell_truth(IncidentTruth::kExpected, "errors", ServiceId::kCheckout, {"frontend"});
}

void plan_surge(PlanBuilder& b) {
  b.add_innocent_deploy(ServiceId::kFrontend, b.onset() - minutes(4));
  b.add_fault(FaultKind::kSurge, ServiceId::kFrontend, 2.4, minutes(2));
  b.add_alarm(ServiceId::kFrontend, "latency_p50_ms", 60, "frontend-latency",
              "half of the frontend's requests take longer than 60 ms");
  b.tell_truth(IncidentTruth::kExpected, "traffic_surge", ServiceId::kFrontend,
               {"checkout", "payment", "catalogue", "orders-db"});
}

void plan_slow_database(PlanBuilder& b) {
  b.add_fault(FaultKind::kSlow, ServiceId::kOrdersDb, 25, minutes(2));
  b.add_alarm(ServiceId::kCheckout, "latency_p50_ms", 80, "checkout-latency",
              "half of checkout's requests take longer than 80 ms");
  b.tell_truth(IncidentTruth::kExpected, "slow_database", ServiceId::kOrdersDb,
               {"checkout", "catalogue", "frontend"});
}

void plan_memory_leak(PlanBuilder& b) {
  b.add_culprit(ServiceId::kCatalogue);
  b.add_fault(FaultKind::kLeak, ServiceId::kCatalogue, 1.25, Duration::zero());
  b.add_alarm(ServiceId::kCatalogue, "memory_mib", 850, "catalogue-memory",
              "catalogue uses more than 83 % of its memory limit");
  b.tell_truth(IncidentTruth::kExpected, "memory_leak", ServiceId::kCatalogue, {"frontend"});
}

void plan_queue_backlog(PlanBuilder& b) {
  b.add_culprit(ServiceId::kPayment);
  b.add_fault(FaultKind::kSlowConsumer, ServiceId::kPayment, 0.2, minutes(1));
  b.add_alarm(ServiceId::kPayment, "queue_depth", 250 * b.plan().requests_per_second,
              "order-events-depth", "too many events wait in order-events");
  b.tell_truth(IncidentTruth::kExpected, "queue_backlog", ServiceId::kPayment, {});
}

void plan_dependency_outage(PlanBuilder& b) {
  b.add_fault(FaultKind::kProviderOutage, ServiceId::kPayment, 0.7, seconds(30));
  b.add_alarm(ServiceId::kPayment, "http_5xx_ratio", 0.1, "payment-5xx",
              "payment answers more than 10 % of its requests with 5xx");
  b.plan().notices.push_back({b.onset() + minutes(12), "external", std::string(kProvider),
                              "paylane status: investigating elevated error rates", "paylane"});
  b.tell_truth(IncidentTruth::kExpected, "dependency_outage", ServiceId::kPayment,
               {"checkout", "frontend"});
}

void plan_log_flood(PlanBuilder& b) {
  b.add_culprit(ServiceId::kCatalogue);
  b.add_fault(FaultKind::kLogFlood, ServiceId::kCatalogue, 12, minutes(1));
  b.tell_truth(IncidentTruth::kExpected, "log_flood", ServiceId::kCatalogue, {});
}

void plan_silent_service(PlanBuilder& b) {
  b.add_fault(FaultKind::kSilence, ServiceId::kPayment, 1, Duration::zero());
  b.tell_truth(IncidentTruth::kExpected, "silence", ServiceId::kPayment, {});
}

void plan_clock_skew(PlanBuilder& b) {
  b.add_fault(FaultKind::kClockOffset, ServiceId::kCheckout, -90, Duration::zero());
  b.tell_truth(IncidentTruth::kAllowed, "clock_skew", ServiceId::kCheckout, {});
}

void plan_quiet(PlanBuilder&) {}

struct Recipe {
  ScenarioInfo info;
  void (*plan)(PlanBuilder&);
};

constexpr Duration kTwoHours = hours(2);
constexpr Duration kTenSeconds = seconds(10);

constexpr std::array<Recipe, 10> kRecipes = {{
    {{"quiet_week", "a week without a fault: daily rhythm, bursts, innocent deploys", hours(24 * 7),
      0.5, seconds(60)},
     plan_quiet},
    {{"bad_deploy",
      "checkout answers 5xx after a deploy, as its canary grows; the frontend with it", kTwoHours,
      8, kTenSeconds},
     plan_bad_deploy},
    {{"surge_with_innocent_deploy",
      "traffic more than doubles and everybody slows down; a deploy just before is innocent",
      kTwoHours, 8, kTenSeconds},
     plan_surge},
    {{"slow_database", "every query takes 25 times as long; no deploy is to blame", kTwoHours, 8,
      kTenSeconds},
     plan_slow_database},
    {{"memory_leak", "catalogue leaks after a deploy until its tasks are killed", kTwoHours, 8,
      kTenSeconds},
     plan_memory_leak},
    {{"queue_backlog", "after a deploy of payment its worker is slower than the queue it drains",
      kTwoHours, 8, kTenSeconds},
     plan_queue_backlog},
    {{"dependency_outage", "the outside payment provider times out; its status page says so later",
      kTwoHours, 8, kTenSeconds},
     plan_dependency_outage},
    {{"log_flood", "after a deploy of catalogue one message makes up most of the log", kTwoHours, 8,
      kTenSeconds},
     plan_log_flood},
    {{"silent_service", "payment's log lines stop arriving while it goes on working", kTwoHours, 8,
      kTenSeconds},
     plan_silent_service},
    {{"clock_skew", "the clock of one of checkout's tasks falls 90 s behind", kTwoHours, 8,
      kTenSeconds},
     plan_clock_skew},
}};

}  // namespace

const std::vector<ScenarioInfo>& list_scenarios() {
  static const std::vector<ScenarioInfo> kList = [] {
    std::vector<ScenarioInfo> list;
    for (const Recipe& recipe : kRecipes) list.push_back(recipe.info);
    return list;
  }();
  return kList;
}

std::optional<ScenarioInfo> find_scenario(std::string_view name) {
  for (const Recipe& recipe : kRecipes) {
    if (recipe.info.name == name) return recipe.info;
  }
  return std::nullopt;
}

Plan make_plan(std::string_view scenario, const PlanOptions& options) {
  const auto recipe = std::find_if(kRecipes.begin(), kRecipes.end(),
                                   [&](const Recipe& r) { return r.info.name == scenario; });
  INKLING_CHECK(recipe != kRecipes.end());
  PlanBuilder builder(recipe->info, options);
  builder.add_innocent_deploys(recipe->plan == plan_quiet ? 1.0 : 0.62);
  if (options.innocent_deploy) {
    builder.add_innocent_deploy(ServiceId::kFrontend, builder.onset() - minutes(2));
  }
  recipe->plan(builder);
  return builder.finish();
}

}  // namespace inkling::gen
