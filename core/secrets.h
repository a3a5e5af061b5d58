#pragma once

#include <cstddef>
#include <initializer_list>
#include <string>
#include <string_view>

namespace inkling {

// What protocols need for shared secrets (OpenSSL). Thread-safe.

// SHA-512 of the parts one after the other, as 128 lower-case hex digits.
std::string sha512_hex(std::initializer_list<std::string_view> parts);

// Whether two texts are the same, in time that depends on their lengths alone.
bool equal_in_constant_time(std::string_view a, std::string_view b);

// Bytes nobody can foresee.
std::string random_bytes(std::size_t size);

}  // namespace inkling
