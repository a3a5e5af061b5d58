#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <deque>
#include <limits>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <vector>

#include "core/position.h"
#include "core/series.h"
#include "core/state_reader.h"
#include "core/state_writer.h"
#include "core/timestamp.h"

namespace inkling {

// Saves and loads learned state from one list of fields, so that the two cannot disagree. A type
// names its fields once, where it declares them:
//
//   template <class A, class S>
//   static void fields(A& a, S& s) { a(s.mean_, s.seen_); a.choice(s.kind_, Kind::kLast); }
//
// A is FieldSaver (S const) or FieldLoader. What a loaded value must satisfy is said after the
// fields: a.require(s.index_ < size, "an index out of range"). Types of core have their fields in
// core/event_fields.h and core/incident_fields.h. Containers, optional, pair, array and texts are
// known; enums go through choice(), which refuses what is none.
//
// Whatever comes after a refusal is zero or empty; the reader's finish() tells.
namespace state_detail {

template <class T>
struct IsList : std::false_type {};
template <class T>
struct IsList<std::vector<T>> : std::true_type {};
template <class T>
struct IsList<std::deque<T>> : std::true_type {};
template <class T>
inline constexpr bool kIsRawList = false;
template <class T>
inline constexpr bool kIsRawList<std::vector<T>> =
    std::is_arithmetic_v<T> && !std::is_same_v<T, bool>;
template <class T>
inline constexpr bool kIsRawArray = false;
template <class T, std::size_t kSize>
inline constexpr bool kIsRawArray<std::array<T, kSize>> =
    std::is_arithmetic_v<T> && !std::is_same_v<T, bool>;
template <class T>
struct IsSet : std::false_type {};
template <class... T>
struct IsSet<std::set<T...>> : std::true_type {};
template <class... T>
struct IsSet<std::unordered_set<T...>> : std::true_type {};
template <class T>
struct IsMap : std::false_type {};
template <class... T>
struct IsMap<std::map<T...>> : std::true_type {};
template <class... T>
struct IsMap<std::unordered_map<T...>> : std::true_type {};

// Elements of a hash table in the order of their keys, so that equal states are equal bytes.
template <class Table, class Key>
auto sorted_elements(const Table& table, Key key) {
  std::vector<const typename Table::value_type*> elements;
  elements.reserve(table.size());
  for (const auto& element : table) elements.push_back(&element);
  std::sort(elements.begin(), elements.end(),
            [&](const auto* a, const auto* b) { return key(*a) < key(*b); });
  return elements;
}

}  // namespace state_detail

// The type of a value whose fields are named: const when it is saved.
template <class A, class T>
using StateOf = std::conditional_t<A::kLoads, T, const T>;

class FieldSaver {
 public:
  static constexpr bool kLoads = false;
  explicit FieldSaver(StateWriter& writer) : w_(writer) {}

  template <class... T>
  void operator()(const T&... values) {
    (put(values), ...);
  }
  template <class E>
  void choice(const E& value, E) {
    w_.put_byte(static_cast<std::uint8_t>(value));
  }
  void require(bool, std::string_view) {}
  void require_slot(std::int64_t) {}
  // Of an optional or a unique_ptr whose value is made by `make` before its fields are read.
  template <class T, class Make>
  void made(const T& value, Make) {
    w_.put_bool(value ? true : false);
    if (value) put(*value);
  }
  StateWriter& writer() { return w_; }

 private:
  template <class T>
  void put(const T& value);
  template <class T>
  void put_table(const T& table);

  StateWriter& w_;
};

class FieldLoader {
 public:
  static constexpr bool kLoads = true;
  explicit FieldLoader(StateReader& reader) : r_(reader) {}

  template <class... T>
  void operator()(T&... values) {
    (get(values), ...);
  }
  template <class E>
  void choice(E& value, E last) {
    const std::uint8_t number = r_.byte();
    require(number <= static_cast<std::uint8_t>(last), "a choice that is not known");
    if (!r_.failed()) value = static_cast<E>(number);
  }
  void require(bool condition, std::string_view reason) {
    if (!condition) r_.refuse(reason);
  }
  // That it is the slot of a time that can be: nothing computed from it overflows.
  void require_slot(std::int64_t slot) {
    require(slot >= -kFurthestSlot && slot <= kFurthestSlot, "a slot out of range");
  }
  template <class T, class Make>
  void made(T& value, Make make) {
    value.reset();
    if (!r_.boolean()) return;
    value = make();
    get(*value);
    if (r_.failed()) value.reset();
  }
  StateReader& reader() { return r_; }
  bool failed() const { return r_.failed(); }

 private:
  static constexpr std::int64_t kFurthestSlot = 920'000'000;

  template <class T>
  void get(T& value);

  StateReader& r_;
};

template <class T>
void FieldSaver::put_table(const T& table) {
  const auto put_element = [this](const auto& element) {
    if constexpr (state_detail::IsMap<T>::value) {
      this->put(element.first);
      this->put(element.second);
    } else {
      this->put(element);
    }
  };
  w_.put_varint(table.size());
  if constexpr (requires { typename T::hasher; }) {
    if (w_.is_canonical()) {
      const auto key = [](const auto& element) -> const auto& {
        if constexpr (state_detail::IsMap<T>::value) {
          return element.first;
        } else {
          return element;
        }
      };
      for (const auto* element : state_detail::sorted_elements(table, key)) put_element(*element);
      return;
    }
  }
  for (const auto& element : table) put_element(element);
}

template <class T>
void FieldSaver::put(const T& value) {
  if constexpr (std::is_same_v<T, bool>) {
    w_.put_bool(value);
  } else if constexpr (std::is_same_v<T, std::uint8_t>) {
    w_.put_byte(value);
  } else if constexpr (std::is_unsigned_v<T>) {
    w_.put_varint(value);
  } else if constexpr (std::is_integral_v<T>) {
    w_.put_signed(value);
  } else if constexpr (std::is_same_v<T, double>) {
    w_.put_double(value);
  } else if constexpr (std::is_same_v<T, float>) {
    w_.put_float(value);
  } else if constexpr (std::is_same_v<T, std::string>) {
    w_.put_text(value);
  } else if constexpr (std::is_same_v<T, Timestamp>) {
    w_.put_u64(static_cast<std::uint64_t>(value.ns));
  } else if constexpr (std::is_same_v<T, Duration>) {
    w_.put_signed(value.count());
  } else if constexpr (std::is_same_v<T, SeriesId> || std::is_same_v<T, TemplateId>) {
    w_.put_u64(value.value);
  } else if constexpr (std::is_same_v<T, SeriesRef>) {
    w_.put_series(value);
  } else if constexpr (std::is_same_v<T, Position>) {
    (*this)(value.segment, value.record, value.offset);
  } else if constexpr (state_detail::kIsRawList<T>) {
    w_.put_varint(value.size());
    w_.put_raw(value.data(), value.size());
  } else if constexpr (state_detail::kIsRawArray<T>) {
    w_.put_raw(value.data(), value.size());
  } else if constexpr (state_detail::IsList<T>::value) {
    w_.put_varint(value.size());
    for (const auto& element : value) put(element);
  } else if constexpr (state_detail::IsSet<T>::value || state_detail::IsMap<T>::value) {
    put_table(value);
  } else if constexpr (requires { value.has_value(); }) {
    w_.put_bool(value.has_value());
    if (value) put(*value);
  } else if constexpr (requires { value.first, value.second; }) {
    put(value.first);
    put(value.second);
  } else if constexpr (requires { std::tuple_size<T>::value; }) {
    for (const auto& element : value) put(element);
  } else if constexpr (requires { fields(*this, value); }) {
    fields(*this, value);
  } else {
    T::fields(*this, value);
  }
}

template <class T>
void FieldLoader::get(T& value) {
  if constexpr (std::is_same_v<T, bool>) {
    value = r_.boolean();
  } else if constexpr (std::is_same_v<T, std::uint8_t>) {
    value = r_.byte();
  } else if constexpr (std::is_unsigned_v<T>) {
    value = static_cast<T>(r_.varint(std::numeric_limits<T>::max()));
  } else if constexpr (std::is_integral_v<T>) {
    const std::int64_t number = r_.signed_varint();
    require(number >= std::numeric_limits<T>::min() && number <= std::numeric_limits<T>::max(),
            "a number out of range");
    value = r_.failed() ? T{} : static_cast<T>(number);
  } else if constexpr (std::is_same_v<T, double>) {
    value = r_.real();
  } else if constexpr (std::is_same_v<T, float>) {
    value = r_.real_float();
  } else if constexpr (std::is_same_v<T, std::string>) {
    value = r_.text(StateReader::kMaxText);
  } else if constexpr (std::is_same_v<T, Timestamp>) {
    value = r_.time();
  } else if constexpr (std::is_same_v<T, Duration>) {
    value = r_.duration();
  } else if constexpr (std::is_same_v<T, SeriesId> || std::is_same_v<T, TemplateId>) {
    value.value = r_.u64();
  } else if constexpr (std::is_same_v<T, SeriesRef>) {
    value = r_.series();
  } else if constexpr (std::is_same_v<T, Position>) {
    (*this)(value.segment, value.record, value.offset);
  } else if constexpr (state_detail::kIsRawList<T>) {
    value.resize(r_.count(sizeof(typename T::value_type)));
    r_.raw(value.data(), value.size());
  } else if constexpr (state_detail::kIsRawArray<T>) {
    r_.raw(value.data(), value.size());
  } else if constexpr (state_detail::IsList<T>::value) {
    value.clear();
    const std::size_t size = r_.count(1);
    for (std::size_t i = 0; i < size && !r_.failed(); ++i) get(value.emplace_back());
    if (r_.failed()) value.clear();
  } else if constexpr (state_detail::IsSet<T>::value) {
    value.clear();
    const std::size_t size = r_.count(1);
    for (std::size_t i = 0; i < size && !r_.failed(); ++i) {
      typename T::value_type key{};
      get(key);
      if (!r_.failed()) value.insert(std::move(key));
    }
  } else if constexpr (state_detail::IsMap<T>::value) {
    value.clear();
    const std::size_t size = r_.count(1);
    for (std::size_t i = 0; i < size && !r_.failed(); ++i) {
      typename T::key_type key{};
      typename T::mapped_type mapped{};
      get(key);
      get(mapped);
      if (!r_.failed()) value.emplace(std::move(key), std::move(mapped));
    }
  } else if constexpr (requires { value.has_value(); }) {
    value.reset();
    if (r_.boolean()) get(value.emplace());
    if (r_.failed()) value.reset();
  } else if constexpr (requires { value.first, value.second; }) {
    get(value.first);
    get(value.second);
  } else if constexpr (requires { std::tuple_size<T>::value; }) {
    for (auto& element : value) get(element);
  } else if constexpr (requires { fields(*this, value); }) {
    fields(*this, value);
  } else {
    T::fields(*this, value);
  }
}

}  // namespace inkling
