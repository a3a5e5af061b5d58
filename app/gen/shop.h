#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string_view>

#include "core/level.h"

namespace inkling::gen {

// The shop: who there is, who calls whom, how fast each is when all is well.
//
//   frontend ──▶ checkout ──▶ payment ──▶ (paylane, an outside provider)
//      │            └───────┐    │
//      └─────▶ catalogue ──▶ orders-db      payment also drains the queue order-events
//
enum class ServiceId : std::uint8_t { kFrontend, kCheckout, kPayment, kCatalogue, kOrdersDb };
inline constexpr std::size_t kServiceCount = 5;
inline constexpr std::array<ServiceId, kServiceCount> kServices = {
    ServiceId::kFrontend, ServiceId::kCheckout, ServiceId::kPayment, ServiceId::kCatalogue,
    ServiceId::kOrdersDb};
constexpr std::size_t index_of(ServiceId service) { return static_cast<std::size_t>(service); }

inline constexpr std::string_view kProvider = "paylane";
inline constexpr std::string_view kQueue = "order-events";
inline constexpr std::size_t kTasksPerService = 3;

struct ServiceTraits {
  std::string_view name;
  std::string_view version;  // running when the data begins
  double cpu_percent = 0;    // at the usual traffic
  double memory_mib = 0;
  double memory_limit_mib = 0;
  double background_lines = 0;  // per second and request per second of the shop
};
const ServiceTraits& traits_of(ServiceId service);
inline std::string_view name_of(ServiceId service) { return traits_of(service).name; }

enum class EndpointId : std::uint8_t {
  kHome,
  kProductList,
  kProduct,
  kCart,
  kCartAdd,
  kPlaceOrder,
  kFeatured,
  kItems,
  kItem,
  kCartRead,
  kCartWrite,
  kOrders,
  kPayments,
  kQuery,
  kNone,
};
inline constexpr std::size_t kEndpointCount = 14;

// One thing a service can be asked for.
struct Endpoint {
  ServiceId service;
  std::string_view method;
  std::string_view route;
  std::string_view url;  // with placeholders as in messages.h
  double share = 0;      // of the requests from outside; 0: only called by other services
  std::array<EndpointId, 2> calls = {EndpointId::kNone, EndpointId::kNone};
  double call_share = 1;  // of the requests that make these calls; the others hit a cache
  double median_ms = 1;   // of its own work, log-normal
  double sigma = 0.4;
  double timeout_ms = 8000;  // how long its callers wait
  std::uint16_t success = 200;
  std::uint16_t refusal = 404;  // what a request answered with 4xx gets
  double refusal_share = 0;
  double error_share = 0;  // fails with 500 by itself although all is well
};
const Endpoint& endpoint_of(EndpointId endpoint);
std::span<const EndpointId> outside_endpoints();

}  // namespace inkling::gen
