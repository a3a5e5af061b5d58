#include "ingest/wire/otlp_resource.h"

#include <iterator>

namespace inkling::ingest {
namespace {

// Who of several replicas it is; the first that is there counts.
constexpr std::string_view kInstanceNames[] = {"service.instance.id", "aws.ecs.task.arn",
                                               "k8s.pod.name", "container.id", "host.name"};
constexpr std::string_view kEnvironmentNames[] = {"deployment.environment.name",
                                                  "deployment.environment"};

// The place of `name` among `names`, or how many there are.
template <std::size_t kSize>
std::size_t place_of(std::string_view name, const std::string_view (&names)[kSize]) {
  std::size_t place = 0;
  while (place < kSize && names[place] != name) ++place;
  return place;
}

// The first string of an array: log groups come as arrays.
OtlpValue first_of(const OtlpValue& array) {
  ProtobufReader reader(array.text);
  while (reader.next()) {
    if (reader.key() == bytes_key(1)) return read_otlp_value(reader.bytes());
  }
  return {};
}

}  // namespace

bool OtlpResource::read(std::string_view message, AttributeNames& names, Batch& batch) {
  std::size_t instance_place = std::size(kInstanceNames);
  std::size_t environment_place = std::size(kEnvironmentNames);
  bool good = true;
  ProtobufReader reader(message);
  while (reader.next()) {
    if (reader.key() != bytes_key(1)) continue;
    OtlpAttribute attribute = read_otlp_attribute(reader.bytes());
    good = good && attribute.value.good;
    if (!attribute.value.good) continue;
    if (attribute.value.kind == OtlpValue::Kind::kArray)
      attribute.value = first_of(attribute.value);
    if (!attribute.value.is_scalar()) continue;
    const auto text = [&] { return otlp_text(attribute.value, batch.arena); };
    if (const auto place = place_of(attribute.key, kInstanceNames); place < instance_place) {
      instance_place = place;
      instance = text();
    } else if (const auto other = place_of(attribute.key, kEnvironmentNames);
               other < environment_place) {
      environment_place = other;
      environment = text();
    } else if (attribute.key == "cloud.region") {
      region = text();
    } else if (attribute.key == "cloud.account.id") {
      account = text();
    }
    const FieldMeaning& meaning = names.find(attribute.key);
    if (meaning.role != FieldRole::kService && meaning.role != FieldRole::kVersion) continue;
    offer_attribute(meaning, text(), otlp_scalar_kind(attribute.value), fields);
  }
  return good && !reader.failed();
}

bool read_otlp_resource(std::string_view message, AttributeNames& names, Batch& batch,
                        OtlpResource& resource) {
  resource.reset();
  bool good = true;
  ProtobufReader reader(message);
  while (reader.next()) {
    if (reader.key() == bytes_key(1)) good = resource.read(reader.bytes(), names, batch) && good;
  }
  return good;  // whether `message` itself is broken its reader finds out
}

}  // namespace inkling::ingest
