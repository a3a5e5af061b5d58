#pragma once

#include <string>
#include <string_view>

namespace inkling::ingest {

// A Content-Type header, in lower case but for the value of the parameter.
struct ContentType {
  std::string type;       // "application/json", "" if there is none
  std::string parameter;  // the value asked for, "" if it is not there
};

// Reads "application/x-protobuf;proto=a.b": the type, and the value of the parameter of that name.
ContentType parse_content_type(std::string_view header, std::string_view parameter = "");

}  // namespace inkling::ingest
