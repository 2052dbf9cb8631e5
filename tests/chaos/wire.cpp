#include "tests/chaos/wire.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <stdexcept>

#include "proto/base/child.hpp"

namespace muster::chaos {
namespace {

using Words = std::vector<std::string>;

constexpr int kFirstAddress = 2;  // .1 is the broker
constexpr int kLossPercent = 25;
const Words kNetem{"netem", "delay", "200ms", "150ms"};
// Each packet of 1,500 bytes takes some 50 ms, and waits for those before it.
const Words kNarrow{"tbf", "rate", "256kbit", "burst", "3000", "latency", "3s"};

bool succeeds(Words command, std::string& said) {
  base::ChildSpec spec;
  spec.argv = std::move(command);
  const auto done = base::run_child(spec);
  said = done ? done->err : done.error().message;
  return done && done->exit_code == 0;
}

void run(const Words& command) {
  std::string said;
  if (!succeeds(command, said))
    throw std::runtime_error(fmt::format("{}: {}", fmt::join(command, " "), said));
}

Words slowed(const char* change, const std::string& device, const Words& how) {
  Words words{"tc", "qdisc", change, "dev", device, "root"};
  words.insert(words.end(), how.begin(), how.end());
  return words;
}

std::string network_of(const std::string& party) {
  return "/run/netns/" + party;
}

}  // namespace

Wire::Wire() {
  run({"ip", "link", "set", "lo", "up"});
  run({"ip", "address", "add", fmt::format("{}/32", kAddress), "dev", "lo"});
  std::string said;
  if (succeeds(slowed("add", "lo", kNetem), said))
    run({"tc", "qdisc", "del", "dev", "lo", "root"});
  else
    delays_by_ = "tbf";
}

Words Wire::in(const std::string& party, Words command) const {
  Words words{"/usr/bin/nsenter", "--net=" + network_of(party), "--"};
  words.insert(words.end(), command.begin(), command.end());
  return words;
}

void Wire::run_in(const std::string& party, Words command) const {
  run(in(party, std::move(command)));
}

void Wire::add(const std::string& party) {
  const auto number = kFirstAddress + static_cast<int>(troubles_.size());
  const auto address = fmt::format("10.99.0.{}", number);
  const auto link = fmt::format("link{}", number);
  troubles_[party];
  run({"ip", "netns", "add", party});
  run({"ip", "link", "add", link, "type", "veth", "peer", "name", "eth0", "netns", party});
  run({"ip", "link", "set", link, "up"});
  run({"ip", "route", "add", address + "/32", "dev", link, "src", kAddress});
  run_in(party, {"ip", "link", "set", "lo", "up"});
  run_in(party, {"ip", "address", "add", address + "/32", "dev", "eth0"});
  run_in(party, {"ip", "link", "set", "eth0", "up"});
  run_in(party,
         {"ip", "route", "add", fmt::format("{}/32", kAddress), "dev", "eth0", "src", address});
}

void Wire::begin(const std::string& party, Trouble trouble) {
  if (++troubles_.at(party)[trouble] > 1) return;
  if (trouble == Trouble::delay) return delay(party, true);
  filter(party);
}

void Wire::end(const std::string& party, Trouble trouble) {
  if (--troubles_.at(party)[trouble] > 0) return;
  if (trouble == Trouble::delay) return delay(party, false);
  filter(party);
}

void Wire::delay(const std::string& party, bool is_slow) const {
  run_in(party, is_slow ? slowed("add", "eth0", delays_by_ == "netem" ? kNetem : kNarrow)
                        : slowed("del", "eth0", {}));
}

void Wire::filter(const std::string& party) const {
  const auto& now = troubles_.at(party);
  const auto is = [&](Trouble trouble) {
    const auto found = now.find(trouble);
    return found != now.end() && found->second > 0;
  };
  const auto rules = [&](bool is_cut) {
    if (is_cut) return std::string("drop;");
    return is(Trouble::loss) ? fmt::format("numgen random mod 100 < {} drop;", kLossPercent) : "";
  };
  const bool cut = is(Trouble::cut);
  const auto text = fmt::format(
      "table inet chaos {{}}\ndelete table inet chaos\ntable inet chaos {{\n"
      "chain up {{ type filter hook output priority 0; oifname eth0 jump said; }}\n"
      "chain down {{ type filter hook input priority 0; iifname eth0 jump heard; }}\n"
      "chain said {{ {} }}\nchain heard {{ {} }}\n}}\n",
      rules(cut || is(Trouble::cut_up)), rules(cut || is(Trouble::cut_down)));
  base::ChildSpec spec;
  spec.argv = in(party, {"nft", "-f", "-"});
  spec.input = text;
  const auto done = base::run_child(spec);
  if (!done || done->exit_code != 0)
    throw std::runtime_error("nft: " + (done ? done->err : done.error().message) + text);
}

}  // namespace muster::chaos
