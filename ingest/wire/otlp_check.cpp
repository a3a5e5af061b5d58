#include "ingest/wire/otlp_check.h"

#include "ingest/wire/otlp_points.h"
#include "ingest/wire/otlp_value.h"

namespace inkling::ingest {
namespace {

// Where a record keeps what is looked at.
struct RecordKeys {
  std::uint32_t attributes = 0;
  std::uint32_t value = 0;  // an AnyValue, 0 = none
  std::uint32_t time = 0;   // fixed64
};

constexpr RecordKeys kLogKeys{bytes_key(6), bytes_key(5), fixed64_key(1)};
constexpr RecordKeys kSpanKeys{bytes_key(9), 0, fixed64_key(7)};

RecordKeys point_keys(std::uint32_t data_key) {
  switch (data_key) {
    case kOtlpHistogram:
      return {bytes_key(9), 0, fixed64_key(3)};
    case kOtlpExponential:
      return {bytes_key(1), 0, fixed64_key(3)};
    default:
      return {bytes_key(7), 0, fixed64_key(3)};
  }
}

bool is_record_good(std::string_view message, const RecordKeys& keys) {
  bool good = true;
  ProtobufReader reader(message);
  while (reader.next()) {
    if (reader.key() == keys.attributes) {
      good = read_otlp_attribute(reader.bytes()).value.good && good;
    } else if (reader.key() == keys.value) {
      good = read_otlp_value(reader.bytes()).good && good;
    } else if (reader.key() == keys.time) {
      good = otlp_time(reader.number()).has_value() && good;
    }
  }
  return good && !reader.failed();
}

class Walk {
 public:
  explicit Walk(Format format) : format_(format) {}

  OtlpCheck request(std::string_view message) {
    check_.decodable = each(message, 1, &Walk::resource);
    return check_;
  }

 private:
  // Calls `visit` for each message in field `field`; false if one of them or `message` is broken.
  bool each(std::string_view message, std::uint32_t field, bool (Walk::*visit)(std::string_view)) {
    bool good = true;
    ProtobufReader reader(message);
    while (reader.next()) {
      if (reader.key() == bytes_key(field)) good = (this->*visit)(reader.bytes()) && good;
    }
    return good && !reader.failed();
  }
  bool resource(std::string_view message) {
    return each(message, 1, &Walk::attributes) && each(message, 2, &Walk::scope);
  }
  bool attributes(std::string_view message) { return each(message, 1, &Walk::attribute); }
  bool attribute(std::string_view message) { return read_otlp_attribute(message).value.good; }
  bool scope(std::string_view message) {
    return each(message, 2, format_ == Format::kOtlpMetrics ? &Walk::metric : &Walk::record);
  }
  bool record(std::string_view message) {
    return count(message, format_ == Format::kOtlpLogs ? kLogKeys : kSpanKeys);
  }
  bool metric(std::string_view message) {
    const OtlpMetric metric = read_otlp_metric(message);
    const RecordKeys keys = point_keys(metric.data_key);
    ProtobufReader points(metric.data);
    while (points.next()) {
      if (points.key() == bytes_key(1)) count(points.bytes(), keys);
    }
    return metric.good && !points.failed();
  }
  // Broken records do not make the request undecodable.
  bool count(std::string_view message, const RecordKeys& keys) {
    ++check_.records;
    if (!is_record_good(message, keys)) ++check_.refused;
    return true;
  }

  const Format format_;
  OtlpCheck check_;
};

}  // namespace

OtlpCheck check_otlp(Format format, std::string_view request) {
  return Walk(format).request(request);
}

}  // namespace inkling::ingest
