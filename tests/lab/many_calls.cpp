// muster-lab-calls CONFIG CALLS WARM_UP: so many calls of rpcutil#ping to everybody, one after the other, from one
// process. Prints {"calls", "replies", "silent", "before": {"rss_kb", "threads", "descriptors"}, "after": {…}}; what is
// before is taken after WARM_UP of the calls, when caches and pools have what they keep.
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>

#include "orchestrator/client/caller.hpp"
#include "orchestrator/client/fleet.hpp"
#include "orchestrator/client/link.hpp"
#include "orchestrator/settings/settings.hpp"

namespace {

using muster::Result;
using muster::Value;
using namespace muster::client;

long long number_of(const std::string& key) {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);)
    if (line.starts_with(key + ":")) return std::stoll(line.substr(key.size() + 1));
  return -1;
}

Value resources() {
  const auto folder = std::filesystem::directory_iterator("/proc/self/fd");
  return {{"rss_kb", number_of("VmRSS")},
          {"threads", number_of("Threads")},
          {"descriptors", std::distance(begin(folder), end(folder))}};
}

Result<Value> many_calls(const std::string& config, int calls, int warm_up) {
  MUSTER_ASSIGN(const auto settings, muster::settings::load(config));
  MUSTER_ASSIGN(const auto link, Link::open(settings));
  MUSTER_ASSIGN(const auto fleet, Fleet::watch(*link));
  MUSTER_TRY(fleet->wait_complete(std::chrono::seconds(10)));
  MUSTER_ASSIGN(const auto caller, Caller::start(*link));
  Call call;
  call.agent = "rpcutil";
  call.action = "ping";
  for (const auto& member : fleet->members()) call.expected.push_back(member->identity);
  Value told{{"calls", calls}, {"replies", 0}, {"silent", 0}};
  for (int i = 0; i < calls; ++i) {
    if (i == warm_up) told["before"] = resources();
    MUSTER_ASSIGN(const auto result, caller->call(call));
    for (const auto& node : result.results) {
      auto& count = told[node.outcome == Outcome::ok ? "replies" : "silent"];
      count = count.get<long long>() + 1;
    }
  }
  told["after"] = resources();
  return told;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 4) {
    std::fputs("usage: muster-lab-calls CONFIG CALLS WARM_UP\n", stderr);
    return 1;
  }
  const auto told = many_calls(argv[1], std::atoi(argv[2]), std::atoi(argv[3]));
  if (told) std::puts(told->dump().c_str());
  if (!told) std::fprintf(stderr, "%s\n", told.error().message.c_str());
  return told ? 0 : 1;
}
