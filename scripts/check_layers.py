#!/usr/bin/env python3
"""Checks the architecture: who may include whom, one home per library, no cycles, no orphans.

usage: check_layers.py [ROOT]        prints every violation as file:line: what; exit 1 if there are any
       check_layers.py --self-test   each rule must catch a case made to break it
"""

import os
import re
import sys
import tempfile

# Which modules a module may include besides itself. Tests and benchmarks may include everything.
MODULES = {
    "core": set(),
    "ingest": {"core"},
    "detect": {"core"},
    "correlate": {"core"},
    "sinks": {"core"},
    "config": {"core", "ingest", "detect", "correlate", "sinks"},
    "app": {"core", "ingest", "detect", "correlate", "sinks", "config"},
}
FREE = {"tests", "bench"}

# The home of each third-party library: where its headers may be included, by the begin of the path.
# In the homes they stay in sources (.cpp): one include of these costs seconds (fmt: little).
LIBRARIES = [
    # library, headers, homes
    ("simdjson", r"simdjson\.h", ("ingest/", "core/json.cpp")),
    ("RE2", r"re2/", ("ingest/", "detect/")),
    ("oneTBB", r"(oneapi/)?tbb/", ("app/", "core/executor.cpp")),
    ("Boost", r"boost/", ("core/http_", "core/socket_", "core/tls_io.h")),
    ("libcurl", r"curl/", ("core/http_client",)),
    ("OpenSSL", r"openssl/", ("core/",)),
    ("prometheus-cpp", r"prometheus/", ("core/metrics.cpp",)),
    ("zstd", r"zstd\w*\.h", ("core/decompress", "core/state_file.cpp")),
    ("zlib", r"zlib\.h", ("core/decompress",)),
    ("snappy", r"snappy\.h", ("core/decompress",)),
    ("ISA-L", r"isa-l/", ("core/decompress",)),
    ("libdeflate", r"libdeflate\.h", ("core/decompress",)),
    ("xxHash", r"xxhash\.h", ("core/hash.cpp",)),
    ("SQLite", r"sqlite3\.h", ("sinks/",)),
    ("yaml-cpp", r"yaml-cpp/", ("config/",)),
    ("CLI11", r"CLI/", ("app/",)),
    ("spdlog", r"spdlog/", ("core/log.cpp",)),
    ("fmt", r"fmt/", ("",)),
    ("GoogleTest", r"(gtest|gmock)/", ()),
    ("Google Benchmark", r"benchmark/", ()),
]
IN_HEADERS = {"fmt"}
# Headers that show a library to the sources of its home and to nobody else, and why.
INTERNAL_HEADERS = {
    # header: (home, why)
    "core/http_connection.h": ("core/http_", "shows sockets to the server, split in two files"),
    "core/http_stream.h": ("core/http_", "shows sockets, plain or in TLS, to connections"),
    "core/tls_io.h": ("core/", "shows Asio's sockets to the servers"),
    "core/socket_connection.h": ("core/socket_", "the same of raw sockets"),
    "core/socket_datagrams.h": ("core/socket_", "the same"),
    "core/socket_stream.h": ("core/socket_", "the bytes of a connection, plain or in TLS"),
}
# Headers of the compiler, of C and of POSIX: everywhere.
SYSTEM = re.compile(
    r"([a-z0-9_]+|(sys|netinet|arpa|net|linux)/[a-z0-9_]+\.h|[a-z0-9]*intrin\.h"
    r"|(fcntl|unistd|poll|signal|dirent|glob|netdb|sched|sysexits|cpuid|malloc|pthread|termios|stdlib"
    r"|string|time)\.h)$")

# Sources of the program itself, which nobody includes: they stand above the folders they lie in.
PROGRAM = {"app/main.cpp", "app/command_line.cpp", "app/command_line.h",
           "app/command_line_journal.cpp", "app/command_line_journal.h"}

# Beyond this a file holds a second idea. A file that is long for a reason is named here with it.
MAX_LINES = 400
LONG_FILES = {
    "tests/core/http_server_test.cpp": 540,  # one test per limit, all with the same raw client
}

INCLUDE = re.compile(r'\s*#\s*include\s*([<"])([^>"]+)[>"]')


def read(path):
    with open(path, encoding="utf-8") as file:
        return file.read()


def find_files(root):
    """Sources and build files, as paths from the root."""
    sources, builds = [], []
    for folder, folders, names in os.walk(root):
        folders[:] = sorted(f for f in folders if not f.startswith(".") and f != "build")
        for name in sorted(names):
            path = os.path.relpath(os.path.join(folder, name), root)
            if name.endswith((".h", ".cpp")):
                sources.append(path)
            elif name == "CMakeLists.txt":
                builds.append(path)
    return sources, builds


def is_inside(path, header):
    """Whether a source lies in the home of the library that an internal header shows."""
    may = path.endswith(".cpp") or path in INTERNAL_HEADERS
    return may and path.startswith(INTERNAL_HEADERS[header][0])


def check_include(path, target, quoted):
    """What is wrong with one include, or None."""
    module = path.split("/")[0]
    if quoted:
        other = target.split("/")[0]
        if "/" not in target or target.startswith("."):
            return f'include "{target}" by its full path from the root'
        if target in PROGRAM and path not in PROGRAM:
            return f"{target} belongs to the program itself, which nobody includes"
        if target in INTERNAL_HEADERS and not is_inside(path, target):
            return f"{target} is internal: it {INTERNAL_HEADERS[target][1]}"
        if module in FREE or other == module:
            return None
        if module not in MODULES:
            return f"folder {module}/ has no row in the table of modules"
        if other not in MODULES[module]:
            return f"{module} must not know {other}"
        return None
    for library, headers, homes in LIBRARIES:
        if not re.match(headers, target):
            continue
        if module in FREE:
            return None
        if not any(path.startswith(home) for home in homes):
            return f"{library} is at home in {', '.join(homes) or 'tests and bench'}"
        if path.endswith(".h") and library not in IN_HEADERS and path not in INTERNAL_HEADERS:
            return f"{library} belongs in sources, not in a header"
        return None
    return None if SYSTEM.match(target) else f"<{target}> has no row in the table of libraries"


def find_cycle(edges):
    """A cycle in a graph {node: {node: place}}, as a list of nodes, or None."""
    done, path = set(), []

    def visit(node):
        if node in path:
            return path[path.index(node):] + [node]
        if node in done:
            return None
        path.append(node)
        for follower in sorted(edges.get(node, {})):
            cycle = visit(follower)
            if cycle:
                return cycle
        path.pop()
        done.add(node)
        return None

    for start in sorted(edges):
        cycle = visit(start)
        if cycle:
            return cycle
    return None


def check_owned(root, path, builds, included):
    """Every source belongs to a target: it is named in the nearest CMakeLists.txt above it."""
    folder = os.path.dirname(path)
    while os.path.join(folder, "CMakeLists.txt") not in builds and folder:
        folder = os.path.dirname(folder)
    build = os.path.join(folder, "CMakeLists.txt")
    name = os.path.relpath(path, folder or ".")
    tokens = set(re.split(r"[\s()\"]+", re.sub(r"#.*", "", read(os.path.join(root, build)))))
    tokens = {token.replace("${CMAKE_CURRENT_SOURCE_DIR}/", "") for token in tokens}
    if name in tokens or (name.endswith(".cpp") and name[:-4] in tokens):
        return None
    # Headers of tests and benchmarks need no target, only a user.
    if path.split("/")[0] in FREE and path.endswith(".h") and path in included:
        return None
    return f"belongs to no target: {build} does not name {name}"


def check(root):
    """All violations under `root`, as text."""
    sources, builds = find_files(root)
    found, folders, files, included = [], {}, {}, set()
    for path in sources:
        lines = read(os.path.join(root, path)).splitlines()
        allowed = LONG_FILES.get(path, MAX_LINES)
        if len(lines) > allowed:
            found.append(f"{path}:1: {len(lines)} lines, more than {allowed}: find the second idea")
        for number, line in enumerate(lines, 1):
            match = INCLUDE.match(line)
            if not match:
                continue
            quoted, target = match[1] == '"', match[2]
            problem = check_include(path, target, quoted)
            if problem:
                found.append(f"{path}:{number}: {problem}")
            if not quoted:
                continue
            included.add(target)
            place = f"{path}:{number}"
            files.setdefault(path, {})[target] = place
            here, there = os.path.dirname(path), os.path.dirname(target)
            if here != there and path.split("/")[0] not in FREE and path not in PROGRAM:
                folders.setdefault(here, {})[there] = place
    for kind, edges in (("folders", folders), ("files", files)):
        cycle = find_cycle(edges)
        if cycle:
            place = edges[cycle[0]][cycle[1]]
            found.append(f"{place}: cycle between {kind}: {' -> '.join(cycle)}")
    for path in sources:
        problem = check_owned(root, path, builds, included)
        if problem:
            found.append(f"{path}:1: {problem}")
    return found


# Each case: files of a small project, and what check() must say of it (nothing: it is fine).
CASES = {
    "clean": ({"core/a.h": "#include <vector>\n#include <sys/stat.h>\n",
               "detect/b.cpp": '#include "core/a.h"\n#include <re2/re2.h>\n',
               "tests/c_test.cpp": '#include "detect/b.h"\n#include <gtest/gtest.h>\n',
               "detect/b.h": ""}, None),
    "core knows nobody": ({"core/a.cpp": '#include "detect/b.h"\n'}, "core must not know detect"),
    "stages do not meet": ({"detect/a.cpp": '#include "ingest/b.h"\n'},
                           "detect must not know ingest"),
    "nobody knows app": ({"config/a.cpp": '#include "app/b.h"\n'}, "config must not know app"),
    "nobody knows tests": ({"app/a.cpp": '#include "tests/support/b.h"\n'},
                           "app must not know tests"),
    "full paths": ({"core/a.cpp": '#include "a.h"\n'}, "by its full path"),
    "new folder": ({"extra/a.cpp": '#include "core/b.h"\n'}, "has no row in the table of modules"),
    "home": ({"detect/a.cpp": "#include <simdjson.h>\n"}, "simdjson is at home in ingest/"),
    "home in one file": ({"core/other.cpp": "#include <prometheus/counter.h>\n"},
                         "prometheus-cpp is at home"),
    "not in a header": ({"detect/a.h": "#include <re2/re2.h>\n"}, "RE2 belongs in sources"),
    "program above its folders": ({"app/main.cpp": '#include "app/commands/a.h"\n',
                                   "app/commands/a.h": '#include "app/b.h"\n',
                                   "app/b.h": ""}, None),
    "nobody includes the program": ({"app/b.cpp": '#include "app/command_line.h"\n'},
                                    "belongs to the program itself"),
    "internal header": ({"core/http_connection.h": "#include <boost/asio/post.hpp>\n",
                         "core/http_server.cpp": '#include "core/http_connection.h"\n',
                         "core/metrics.cpp": '#include "core/http_connection.h"\n'},
                        "core/http_connection.h is internal"),
    "fmt anywhere": ({"core/a.h": "#include <fmt/format.h>\n"}, None),
    "test library": ({"core/a.cpp": "#include <gtest/gtest.h>\n"}, "GoogleTest is at home"),
    "unknown library": ({"core/a.cpp": "#include <surprise/b.h>\n"}, "has no row in the table"),
    "cycle of folders": ({"detect/x/a.h": '#include "detect/y/b.h"\n',
                          "detect/y/b.h": "",
                          "detect/y/c.h": '#include "detect/x/d.h"\n',
                          "detect/x/d.h": ""}, "cycle between folders"),
    "cycle of files": ({"core/a.h": '#include "core/b.h"\n', "core/b.h": '#include "core/a.h"\n'},
                       "cycle between files"),
    "too long": ({"core/a.cpp": "\n" * (MAX_LINES + 1)}, "find the second idea"),
    "orphan": ({"core/a.cpp": "", "core/CMakeLists.txt": "x(b.cpp) # a.cpp\n"},
               "belongs to no target"),
    "unused test header": ({"tests/support/a.h": "", "tests/CMakeLists.txt": ""},
                           "belongs to no target"),
}


def self_test():
    wrong = 0
    for name, (files, expected) in CASES.items():
        with tempfile.TemporaryDirectory() as root:
            named = " ".join(path for path in files if path.endswith((".h", ".cpp")))
            for path, text in {"CMakeLists.txt": named, **files}.items():
                full = os.path.join(root, path)
                os.makedirs(os.path.dirname(full), exist_ok=True)
                with open(full, "w", encoding="utf-8") as file:
                    file.write(text)
            found = check(root)
        if expected is None:
            passed = not found
        else:
            passed = len(found) == 1 and expected in found[0]
        if not passed:
            wrong += 1
            print(f"self-test '{name}': expected {expected!r}, found {found}")
    print(f"self-test: {len(CASES) - wrong} of {len(CASES)} cases as expected")
    return wrong


def main():
    if sys.argv[1:] == ["--self-test"]:
        return 1 if self_test() else 0
    root = sys.argv[1] if len(sys.argv) > 1 else os.path.join(os.path.dirname(__file__), "..")
    found = check(root)
    for line in found:
        print(line)
    print(f"{len(found)} violations")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
