#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>

namespace inkling {

// Our own metrics, in the Prometheus exposition format. Hides prometheus-cpp.
// Names are inkling_<module>_<what>_<unit>; labels come from fixed lists, never from input.
// Thread-safe; handles stay valid as long as the registry.
class MetricsRegistry {
 public:
  using Labels = std::map<std::string, std::string>;

  class Counter {
   public:
    virtual ~Counter() = default;
    virtual void add(double amount = 1) = 0;
    // What was added so far.
    virtual double value() const = 0;
  };
  class Gauge {
   public:
    virtual ~Gauge() = default;
    virtual void set(double value) = 0;
  };

  MetricsRegistry();
  ~MetricsRegistry();
  MetricsRegistry(const MetricsRegistry&) = delete;
  MetricsRegistry& operator=(const MetricsRegistry&) = delete;

  // The same name and labels give the same metric.
  Counter& counter(const std::string& name, const std::string& help, const Labels& labels = {});
  Gauge& gauge(const std::string& name, const std::string& help, const Labels& labels = {});

  // The text of /metrics.
  std::string expose() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace inkling
