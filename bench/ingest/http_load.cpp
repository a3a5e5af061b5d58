// A load generator for HTTP on loopback: one thread, epoll, keep-alive, the same request over and
// over on every connection; or many idle connections. Prints what it did as JSON on stdout.
//
//   http_load --port N --connections 256 --seconds 5 [--path P] [--encoding E] --body FILE
//   http_load --port N --connections 4 --requests N ... --body FILE
//             N requests in all; with several --body they take turns
//   http_load --port N --idle 10000
//             opens them, says "open", and holds them until stdin ends
//
// Latency is that of one request on its connection, in a histogram of 10 microseconds.
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iterator>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace {

using SteadyClock = std::chrono::steady_clock;

constexpr std::size_t kBuckets = 1'000'000;  // of 10 us: up to 10 s

struct Options {
  std::uint16_t port = 0;
  std::size_t connections = 1;
  std::size_t idle = 0;
  double seconds = 0;
  std::uint64_t requests = 0;
  std::string path = "/ingest/ndjson";
  std::string encoding;
  std::vector<std::string> bodies;
};

struct Connection {
  int socket = -1;
  const std::string* request = nullptr;
  std::size_t sent = 0;
  std::string answer;
  SteadyClock::time_point begun;
};

[[noreturn]] void stop(const std::string& text) {
  std::fprintf(stderr, "http_load: %s\n", text.c_str());
  std::exit(1);
}

std::string read_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) stop("cannot read " + path);
  return {std::istreambuf_iterator<char>(file), {}};
}

Options parse(int count, char** words) {
  Options options;
  std::vector<std::string> files;
  for (int i = 1; i + 1 < count; i += 2) {
    const std::string name = words[i];
    const std::string value = words[i + 1];
    if (name == "--port")
      options.port = static_cast<std::uint16_t>(std::stoul(value));
    else if (name == "--connections")
      options.connections = std::stoul(value);
    else if (name == "--idle")
      options.idle = std::stoul(value);
    else if (name == "--seconds")
      options.seconds = std::stod(value);
    else if (name == "--requests")
      options.requests = std::stoull(value);
    else if (name == "--path")
      options.path = value;
    else if (name == "--encoding")
      options.encoding = value;
    else if (name == "--body")
      files.push_back(value);
    else
      stop("what is " + name + "?");
  }
  for (const std::string& file : files) {
    const std::string body = read_file(file);
    std::string request = "POST " + options.path + " HTTP/1.1\r\nHost: bench\r\nContent-Length: " +
                          std::to_string(body.size()) + "\r\n";
    if (!options.encoding.empty()) request += "Content-Encoding: " + options.encoding + "\r\n";
    options.bodies.push_back(request + "\r\n" + body);
  }
  return options;
}

int connect_to(std::uint16_t port) {
  const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (fd < 0) stop(std::string("cannot open a socket: ") + std::strerror(errno));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (::connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    stop(std::string("cannot connect: ") + std::strerror(errno));
  }
  const int on = 1;
  ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  return fd;
}

class Load {
 public:
  explicit Load(const Options& options) : options_(options), latencies_(kBuckets) {}

  void run() {
    poll_ = ::epoll_create1(EPOLL_CLOEXEC);
    connections_.resize(options_.connections);
    for (Connection& connection : connections_) {
      connection.socket = connect_to(options_.port);
      epoll_event event{};
      event.events = EPOLLIN | EPOLLOUT | EPOLLET;
      event.data.ptr = &connection;
      ::epoll_ctl(poll_, EPOLL_CTL_ADD, connection.socket, &event);
    }
    begin_ = SteadyClock::now();
    for (Connection& connection : connections_) begin(connection);
    std::vector<epoll_event> events(512);
    while (under_way_ > 0) {
      const int ready = ::epoll_wait(poll_, events.data(), static_cast<int>(events.size()), 10'000);
      if (ready <= 0) stop("no answer for 10 s");
      for (int i = 0; i < ready; ++i) {
        auto& connection = *static_cast<Connection*>(events[static_cast<std::size_t>(i)].data.ptr);
        go_on(connection);
      }
    }
    print(std::chrono::duration<double>(SteadyClock::now() - begin_).count());
  }

 private:
  bool enough() const {
    if (options_.requests > 0) return begun_ >= options_.requests;
    return SteadyClock::now() - begin_ >= std::chrono::duration<double>(options_.seconds);
  }

  void begin(Connection& connection) {
    if (enough()) return;
    connection.request = &options_.bodies[begun_++ % options_.bodies.size()];
    connection.sent = 0;
    connection.begun = SteadyClock::now();
    ++under_way_;
    send(connection);
  }

  void send(Connection& connection) {
    const std::string& request = *connection.request;
    while (connection.sent < request.size()) {
      const ssize_t sent = ::send(connection.socket, request.data() + connection.sent,
                                  request.size() - connection.sent, MSG_NOSIGNAL | MSG_DONTWAIT);
      if (sent < 0) {
        if (errno == EAGAIN) return;
        stop(std::string("cannot send: ") + std::strerror(errno));
      }
      connection.sent += static_cast<std::size_t>(sent);
    }
  }

  void go_on(Connection& connection) {
    if (connection.request == nullptr) return;
    send(connection);
    char piece[4096];
    while (true) {
      const ssize_t size = ::recv(connection.socket, piece, sizeof piece, MSG_DONTWAIT);
      if (size == 0) stop("the server closed a connection: " + connection.answer);
      if (size < 0) {
        if (errno == EAGAIN) return;
        stop(std::string("cannot receive: ") + std::strerror(errno));
      }
      connection.answer.append(piece, static_cast<std::size_t>(size));
      if (answered(connection)) begin(connection);
    }
  }

  // Takes a whole answer.
  bool answered(Connection& connection) {
    const std::string& answer = connection.answer;
    const std::size_t head = answer.find("\r\n\r\n");
    if (head == std::string::npos) return false;
    const std::size_t field = answer.find("Content-Length: ");
    const std::size_t length =
        field < head ? std::strtoull(answer.c_str() + field + 16, nullptr, 10) : 0;
    if (answer.size() < head + 4 + length) return false;
    ++statuses_[std::atoi(answer.c_str() + 9)];
    bytes_ += connection.request->size();
    const auto taken = std::chrono::duration_cast<std::chrono::microseconds>(SteadyClock::now() -
                                                                             connection.begun);
    const auto bucket = static_cast<std::size_t>(taken.count() / 10);
    ++latencies_[std::min(bucket, kBuckets - 1)];
    ++answered_;
    --under_way_;
    connection.answer.clear();
    connection.request = nullptr;
    return true;
  }

  double percentile_ms(double share) const {
    std::uint64_t left = static_cast<std::uint64_t>(share * static_cast<double>(answered_));
    for (std::size_t i = 0; i < kBuckets; ++i) {
      if (latencies_[i] > left) return static_cast<double>(i) / 100;
      left -= latencies_[i];
    }
    return 0;
  }

  void print(double seconds) const {
    rusage usage{};
    ::getrusage(RUSAGE_SELF, &usage);
    const auto cpu = [](const timeval& t) {
      return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) / 1e6;
    };
    std::printf("{\"requests\":%llu,\"bytes\":%llu,\"seconds\":%.6f,\"own_cpu_s\":%.3f,",
                static_cast<unsigned long long>(answered_), static_cast<unsigned long long>(bytes_),
                seconds, cpu(usage.ru_utime) + cpu(usage.ru_stime));
    std::printf("\"p50_ms\":%.2f,\"p99_ms\":%.2f,\"statuses\":{", percentile_ms(0.5),
                percentile_ms(0.99));
    const char* comma = "";
    for (const auto& [status, count] : statuses_) {
      std::printf("%s\"%d\":%llu", comma, status, static_cast<unsigned long long>(count));
      comma = ",";
    }
    std::printf("}}\n");
  }

  const Options& options_;
  int poll_ = -1;
  std::vector<Connection> connections_;
  SteadyClock::time_point begin_;
  std::uint64_t begun_ = 0;
  std::uint64_t under_way_ = 0;
  std::uint64_t answered_ = 0;
  std::uint64_t bytes_ = 0;
  std::map<int, std::uint64_t> statuses_;
  std::vector<std::uint64_t> latencies_;
};

void hold_idle(const Options& options) {
  rlimit limit{};
  ::getrlimit(RLIMIT_NOFILE, &limit);
  limit.rlim_cur = limit.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &limit);
  for (std::size_t i = 0; i < options.idle; ++i) connect_to(options.port);
  std::puts("open");
  std::fflush(stdout);
  while (std::getchar() != EOF) {
  }
}

}  // namespace

int main(int count, char** words) {
  const Options options = parse(count, words);
  if (options.idle > 0) {
    hold_idle(options);
    return 0;
  }
  if (options.bodies.empty()) stop("--body is missing");
  Load(options).run();
  return 0;
}
