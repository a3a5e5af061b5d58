#pragma once

#include <cstddef>
#include <initializer_list>
#include <string>
#include <string_view>

namespace inkling {

// What protocols need for shared secrets (OpenSSL). Thread-safe.

// SHA-512 of the parts one after the other, as 128 lower-case hex digits.
std::string sha512_hex(std::initializer_list<std::string_view> parts);

// SHA-256 of the bytes, as 64 lower-case hex digits.
std::string sha256_hex(std::string_view bytes);

// HMAC-SHA-256 (RFC 2104), 32 bytes.
std::string hmac_sha256(std::string_view key, std::string_view bytes);

// Lower-case hex digits, two a byte.
std::string to_hex(std::string_view bytes);

// Base64 with the standard alphabet and padding (RFC 4648).
std::string to_base64(std::string_view bytes);

// Whether two texts are the same, in time that depends on their lengths alone.
bool equal_in_constant_time(std::string_view a, std::string_view b);

// Bytes nobody can foresee.
std::string random_bytes(std::size_t size);

}  // namespace inkling
