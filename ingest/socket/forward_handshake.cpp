#include "ingest/socket/forward_handshake.h"

#include <array>

#include "core/secrets.h"
#include "ingest/wire/msgpack.h"
#include "ingest/wire/msgpack_json.h"

namespace inkling::ingest {
namespace {

// Sixteen printable bytes of 96 random bits, sent as binary: some clients read them as text, and
// would change what is no UTF-8.
std::string make_salt() {
  static constexpr std::string_view kLetters =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  std::string salt = random_bytes(16);
  for (char& c : salt) c = kLetters[static_cast<unsigned char>(c) % kLetters.size()];
  return salt;
}

// Up to 255 bytes.
std::string put_binary(std::string_view bytes) {
  std::string out = "\xC4";
  out.push_back(static_cast<char>(bytes.size()));
  return out.append(bytes);
}

std::string put_array(std::initializer_list<JsonValue> elements) {
  return json_to_msgpack(JsonValue(JsonValue::Array(elements)));
}
JsonValue put_text(std::string_view text) { return JsonValue(std::string(text)); }

}  // namespace

ForwardHandshake::ForwardHandshake(const ForwardOptions& options)
    : options_(options),
      nonce_(make_salt()),
      auth_salt_(options.users.empty() ? std::string() : make_salt()) {}

std::string ForwardHandshake::hello() const {
  // ["HELO", {"nonce": ..., "auth": ..., "keepalive": true}]
  return "\x92\xA4HELO\x83\xA5nonce" + put_binary(nonce_) + "\xA4" + "auth" +
         put_binary(auth_salt_) + "\xA9keepalive\xC3";
}

std::optional<ForwardHandshake::Answer> ForwardHandshake::answer(std::string_view ping) const {
  MsgpackReader reader(ping);
  const MsgpackValue head = reader.read();
  if (head.type != MsgpackType::kArray || head.count != 6) return std::nullopt;
  std::array<std::string_view, 6> parts;
  for (std::string_view& part : parts) {
    const MsgpackValue value = reader.read();
    if (value.type != MsgpackType::kString) return std::nullopt;
    part = value.bytes;
  }
  const auto& [kind, client, salt, key_digest, user, password_digest] = parts;
  if (kind != "PING") return std::nullopt;
  const auto refuse = [](std::string_view why) {
    return Answer{false, put_array({put_text("PONG"), JsonValue(false), put_text(why), put_text(""),
                                    put_text("")})};
  };
  const std::string expected = sha512_hex({salt, client, nonce_, options_.shared_key});
  if (!equal_in_constant_time(expected, key_digest)) return refuse("shared_key mismatch");
  bool user_known = options_.users.empty();
  for (const ForwardUser& known : options_.users) {
    // Each is computed, so that the time tells no names.
    const std::string digest = sha512_hex({auth_salt_, known.name, known.password});
    const bool same = equal_in_constant_time(digest, password_digest);
    user_known = (same && equal_in_constant_time(known.name, user)) || user_known;
  }
  if (!user_known) return refuse("username/password mismatch");
  const std::string digest = sha512_hex({salt, options_.hostname, nonce_, options_.shared_key});
  return Answer{true, put_array({put_text("PONG"), JsonValue(true), put_text(""),
                                 put_text(options_.hostname), put_text(digest)})};
}

std::string forward_ack(std::string_view chunk) {
  // Fluent Bit compares the bytes: the shortest form, as everybody writes it.
  std::string out =
      "\x81\xA3"
      "ack";
  if (chunk.size() < 32) {
    out.push_back(static_cast<char>(0xA0 + chunk.size()));
  } else if (chunk.size() < 256) {
    out.push_back(static_cast<char>(0xD9));
    out.push_back(static_cast<char>(chunk.size()));
  } else {
    out.push_back(static_cast<char>(0xDA));
    out.push_back(static_cast<char>(chunk.size() >> 8));
    out.push_back(static_cast<char>(chunk.size()));
  }
  return out.append(chunk);
}

}  // namespace inkling::ingest
