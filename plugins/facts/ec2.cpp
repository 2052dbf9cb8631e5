#include "plugins/facts/ec2.hpp"

#include <fmt/format.h>
#include <sys/eventfd.h>

#include <nlohmann/json.hpp>

#include "plugins/facts/text.hpp"
#include "plugins/http/plain_client.hpp"
#include "proto/base/log.hpp"

namespace muster::facts {
namespace {

// Keys that whoever reads facts must not get.
bool is_secret(std::string_view entry) {
  return entry.starts_with("security-credentials") || entry.starts_with("identity-credentials");
}

class Walk {
 public:
  Walk(std::string server, int cancel_fd)
      : server_(std::move(server)),
        cancel_fd_(cancel_fd),
        deadline_(std::chrono::steady_clock::now() + kEc2Patience) {}

  Status open_session() {
    MUSTER_ASSIGN(const auto answer,
                  ask("PUT", "/latest/api/token", "X-aws-ec2-metadata-token-ttl-seconds: 60"));
    if (answer.status != 200 || answer.body.empty() ||
        answer.body.find_first_of("\r\n") != std::string::npos)
      return fail(Errc::unavailable,
                  fmt::format("EC2 metadata gives no session token (HTTP {})", answer.status));
    token_ = answer.body;
    return {};
  }

  // `path` ends with '/': its listing has one entry a line, folders with '/' at the end.
  Result<Value> folder(const std::string& path, std::size_t depth) {
    Value out = Value::object();
    if (depth > kEc2DepthMax) return out;
    MUSTER_ASSIGN(const auto listing, get(path));
    Status status;
    for_each_line(listing, [&](std::string_view line) {
      const auto entry = std::string(trimmed(line));
      if (status && !entry.empty() && !is_secret(entry)) status = add(path, entry, depth, out);
    });
    MUSTER_TRY(status);
    return out;
  }

 private:
  Result<http::Response> ask(const std::string& method, const std::string& path,
                             const std::string& header) {
    http::Request request;
    request.method = method;
    request.url = server_ + path;
    request.headers = {header};
    request.timeout =
        std::chrono::ceil<std::chrono::milliseconds>(deadline_ - std::chrono::steady_clock::now());
    if (request.timeout.count() <= 0)
      return fail(Errc::timeout, fmt::format("EC2 metadata took longer than {} ms for all of it",
                                             kEc2Patience.count()));
    request.connect_timeout = request.timeout;
    request.response_max_bytes = kEc2AnswerMaxBytes;
    request.cancel_fd = cancel_fd_;
    return client_.send(request);
  }

  Status add(const std::string& path, const std::string& entry, std::size_t depth, Value& out) {
    if (entry.ends_with('/')) {
      MUSTER_ASSIGN(Value below, folder(path + entry, depth + 1));
      if (!below.empty()) out[entry.substr(0, entry.size() - 1)] = std::move(below);
      return {};
    }
    // public-keys lists "0=name", which is the folder "0/"; a key is no fact.
    if (entry.find('=') != std::string::npos) return {};
    MUSTER_ASSIGN(auto text, get(path + entry));
    out[entry] = std::move(text);
    return {};
  }

  // What is listed may still be 404: some entries exist only under conditions.
  Result<std::string> get(const std::string& path) {
    if (++requests_ > kEc2RequestsMax)
      return fail(Errc::limit, fmt::format("EC2 metadata needs more than the limit of {} requests",
                                           kEc2RequestsMax));
    MUSTER_ASSIGN(const auto answer, ask("GET", path, "X-aws-ec2-metadata-token: " + token_));
    if (answer.status == 404) return std::string();
    if (answer.status != 200)
      return fail(Errc::unavailable, fmt::format("EC2 metadata {}: HTTP {}", path, answer.status));
    return std::string(trimmed(answer.body));
  }

  const std::string server_;
  const int cancel_fd_;
  const std::chrono::steady_clock::time_point deadline_;
  http::PlainClient client_;
  std::string token_;
  std::size_t requests_ = 0;
};

// "placement": {"region": x} becomes ec2_placement_region.
void flatten(const std::string& prefix, const Value& value, Value& facts) {
  for (const auto& [key, below] : value.items()) {
    std::string name = prefix + "_" + key;
    std::replace(name.begin(), name.end(), '-', '_');
    if (below.is_object())
      flatten(name, below, facts);
    else
      facts[name] = below;
  }
}

}  // namespace

Result<Value> read_ec2_metadata(std::string_view url, int cancel_fd) {
  MUSTER_ASSIGN(auto server, http::numeric_server(url));
  Walk walk(std::move(server), cancel_fd);
  MUSTER_TRY(walk.open_session());
  return walk.folder("/latest/meta-data/", 1);
}

Ec2Facts::Ec2Facts(std::string url)
    : url_(std::move(url)), cancel_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {}

void Ec2Facts::stop() {
  ::eventfd_write(cancel_.get(), 1);
}

Value Ec2Facts::collect() {
  if (url_.empty()) return good_;
  const auto metadata = read_ec2_metadata(url_, cancel_.get());
  if (!metadata) {
    if (warned_ != metadata.error().message)
      log::warning("no EC2 metadata: " + metadata.error().message,
                   {{"kept", fmt::format("{} facts", good_.size())}});
    warned_ = metadata.error().message;
    return good_;
  }
  warned_.clear();
  good_ = Value::object();
  good_["ec2_metadata"] = *metadata;
  flatten("ec2", *metadata, good_);
  return good_;
}

}  // namespace muster::facts
