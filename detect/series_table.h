#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>

#include "core/series.h"
#include "core/state_reader.h"
#include "core/state_writer.h"

namespace inkling::detect {

// Names all series and gives each its shared description. Bounded: beyond max_series new ones are
// refused. Not thread-safe: one owner.
class SeriesTable {
 public:
  explicit SeriesTable(std::size_t max_series) : max_series_(max_series) {}

  // A series derived from logs. Null if the table is full.
  SeriesRef derived(SeriesKind kind, std::string_view name, std::string_view unit,
                    std::string_view service, std::string_view version, std::string_view route);
  // The count of a template at a service.
  SeriesRef template_count(TemplateId id, std::string_view text, std::string_view service);
  // The series of that id; made by `make` (returning SeriesInfo) if it is new.
  template <class Make>
  SeriesRef find_or_make(SeriesId id, Make make) {
    const auto found = series_.find(id.value);
    if (found != series_.end()) return found->second;
    if (series_.size() >= max_series_) {
      ++refused_;
      return nullptr;
    }
    SeriesInfo info = make();
    info.id = id;
    return series_.emplace(id.value, std::make_shared<const SeriesInfo>(std::move(info)))
        .first->second;
  }

  std::size_t size() const { return series_.size(); }
  std::uint64_t refused() const { return refused_; }
  // Null if there is none of that id.
  SeriesRef find(SeriesId id) const {
    const auto found = series_.find(id.value);
    return found == series_.end() ? nullptr : found->second;
  }

  void save(StateWriter& writer) const;
  void load(StateReader& reader);

 private:
  std::size_t max_series_;
  std::unordered_map<std::uint64_t, SeriesRef> series_;
  std::uint64_t refused_ = 0;
};

}  // namespace inkling::detect
