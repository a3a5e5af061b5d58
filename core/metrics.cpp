#include "core/metrics.h"

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

#include <deque>
#include <utility>

#include "core/mutex.h"

namespace inkling {
namespace {

class CounterHandle final : public MetricsRegistry::Counter {
 public:
  explicit CounterHandle(prometheus::Counter& counter) : counter_(counter) {}
  void add(double amount) override { counter_.Increment(amount); }
  double value() const override { return counter_.Value(); }

 private:
  prometheus::Counter& counter_;  // owned by the registry, which outlives us
};

class GaugeHandle final : public MetricsRegistry::Gauge {
 public:
  explicit GaugeHandle(prometheus::Gauge& gauge) : gauge_(gauge) {}
  void set(double value) override { gauge_.Set(value); }

 private:
  prometheus::Gauge& gauge_;  // owned by the registry, which outlives us
};

using MetricKey = std::pair<std::string, MetricsRegistry::Labels>;

}  // namespace

struct MetricsRegistry::State {
  prometheus::Registry registry;
  Mutex mutex;
  std::map<MetricKey, std::unique_ptr<CounterHandle>> counters INKLING_GUARDED_BY(mutex);
  std::map<MetricKey, std::unique_ptr<GaugeHandle>> gauges INKLING_GUARDED_BY(mutex);
};

MetricsRegistry::MetricsRegistry() : state_(std::make_unique<State>()) {}
MetricsRegistry::~MetricsRegistry() = default;

MetricsRegistry::Counter& MetricsRegistry::counter(const std::string& name, const std::string& help,
                                                   const Labels& labels) {
  MutexLock lock(state_->mutex);
  auto& handle = state_->counters[MetricKey{name, labels}];
  if (!handle) {
    auto& family = prometheus::BuildCounter().Name(name).Help(help).Register(state_->registry);
    handle = std::make_unique<CounterHandle>(family.Add(labels));
  }
  return *handle;
}

MetricsRegistry::Gauge& MetricsRegistry::gauge(const std::string& name, const std::string& help,
                                               const Labels& labels) {
  MutexLock lock(state_->mutex);
  auto& handle = state_->gauges[MetricKey{name, labels}];
  if (!handle) {
    auto& family = prometheus::BuildGauge().Name(name).Help(help).Register(state_->registry);
    handle = std::make_unique<GaugeHandle>(family.Add(labels));
  }
  return *handle;
}

std::string MetricsRegistry::expose() const {
  return prometheus::TextSerializer().Serialize(state_->registry.Collect());
}

}  // namespace inkling
