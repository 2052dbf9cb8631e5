#include "tests/bench/presence/presence_bench.hpp"

#include <fmt/format.h>

#include <ctime>
#include <stdexcept>

#include "orchestrator/client/fleet.hpp"
#include "orchestrator/client/records.hpp"
#include "orchestrator/workflow/parse.hpp"
#include "proto/filter/filter.hpp"
#include "tests/support/fakes/wait_until.hpp"

namespace muster::bench {
namespace {

using client::must;
using std::chrono::milliseconds;

constexpr std::chrono::minutes kPatience{5};
constexpr int kAlone = 5;     // presences that come alone
constexpr int kFilters = 20;  // filters judged
constexpr std::size_t kHaveTheFact = 10;

double cpu_us() {
  timespec used{};
  ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used);
  return static_cast<double>(used.tv_sec) * 1e6 + static_cast<double>(used.tv_nsec) / 1e3;
}

std::string name_of(std::size_t member) {
  return fmt::format("node{:06}.bench.example", member);
}

}  // namespace

PresenceBench::PresenceBench(std::size_t members) : members_(members) {
  must(lab_.orchestrator().nodes().add(lab_.pki().puppet_ca().certificate()));
  sent_at_ms_ = base::SystemClock().unix_ms();
  for (std::size_t member = 0; member < members_; ++member)
    holders_.push_back(lab_.pki().puppet_ca().issue_node(name_of(member)));
  for (std::size_t waiting = 0; waiting < members_ / 2; ++waiting) {
    client::Record record;
    record.identity = "waits-" + name_of(waiting);
    record.state = "waiting";
    record.updated_at_ms = sent_at_ms_;
    must(client::publish_record(lab_.orchestrator(), record));
  }
}

std::string PresenceBench::presence_of(std::size_t member, const std::string& session) const {
  messages::Presence wire;
  wire.identity = name_of(member);
  wire.version = "1.2.3";
  wire.collectives = {"main"};
  for (int i = 0; i < 12; ++i) wire.agents.push_back(fmt::format("agent{}", i));
  for (int i = 0; i < 20; ++i) wire.classes.push_back(fmt::format("role::class{}", i));
  wire.facts = {{"provision", "finished"},
                {"country", member % 3 == 0 ? "de" : "us"},
                {"os.family", "Debian"},
                {"rack", fmt::format("r{}", member * kHaveTheFact / members_)},
                {"group", member / kHaveTheFact}};
  wire.session = session;
  wire.sent_at_ms = sent_at_ms_;
  return holders_[member].signer().seal(envelope::Kind::presence, test::body_of(wire)).value();
}

void PresenceBench::show(const std::string& identity, std::string sealed) {
  must(nodes_->publish(transport::topics::presence("main", identity), std::move(sealed),
                       {.retain = true}));
}

void PresenceBench::show_all() {
  ++sent_at_ms_;
  for (std::size_t member = 0; member < members_; ++member)
    show(name_of(member), presence_of(member, "s1"));
}

void PresenceBench::start_engine() {
  provision::EngineOptions options;
  options.state_folder = folder_.path();
  options.notify = [](const client::Record&) { return Status{}; };
  auto workflow =
      workflow::parse_workflow("name: bench\nsteps:\n  - {name: claim, do: claim}\n", "bench");
  engine_ =
      provision::Engine::start(lab_.orchestrator(), workflow::Rules(std::move(workflow).value()),
                               std::move(options))
          .value();
}

// A node that cannot read how far it is gets a record at once.
void PresenceBench::pass_marker() {
  const auto name = fmt::format("marker{}.bench.example", ++markers_);
  messages::Presence wire;
  wire.identity = name;
  wire.facts = {{"provision", "damaged"}};
  wire.session = "s1";
  wire.sent_at_ms = sent_at_ms_;
  const auto holder = lab_.pki().puppet_ca().issue_node(name);
  show(name, holder.signer().seal(envelope::Kind::presence, test::body_of(wire)).value());
  const auto topic = transport::topics::provision_record("main", name);
  if (!fakes::wait_until([&] { return lab_.broker().retained(topic).has_value(); }, kPatience))
    throw std::runtime_error("the engine did not work on what was shown");
}

double PresenceBench::again() {
  ++sent_at_ms_;
  std::vector<std::string> sealed;
  for (std::size_t member = 0; member < members_; ++member)
    sealed.push_back(presence_of(member, "s1"));
  const auto before = cpu_us();
  for (std::size_t member = 0; member < members_; ++member)
    show(name_of(member), std::move(sealed[member]));
  pass_marker();
  return (cpu_us() - before) / static_cast<double>(members_);
}

// Each after all that the one before may have put off.
double PresenceBench::alone() {
  constexpr milliseconds kPutOffAtMost{1'100};
  ++sent_at_ms_;
  double used = 0;
  for (int i = 0; i < kAlone; ++i) {
    const auto member = static_cast<std::size_t>(i);
    auto sealed = presence_of(member, "s2");
    const auto until = std::chrono::steady_clock::now() + kPutOffAtMost;
    const auto before = cpu_us();
    show(name_of(member), std::move(sealed));
    if (!fakes::wait_until([&] { return std::chrono::steady_clock::now() > until; }, kPatience))
      throw std::runtime_error("the clock stands still");
    used += cpu_us() - before;
  }
  return used / kAlone;
}

double PresenceBench::filtered() {
  engine_.reset();
  const auto fleet = client::Fleet::watch(lab_.orchestrator(), {}, client::Indexed::yes).value();
  must(fleet->wait_complete(kPatience));
  filter::Text text;
  text.facts = {"group=0"};
  const auto filter = filter::Filter::parse(text).value();
  const auto before = cpu_us();
  for (int i = 0; i < kFilters; ++i)
    if (fleet->matching(filter).size() != kHaveTheFact)
      throw std::runtime_error("the filter found others than it should");
  return (cpu_us() - before) / kFilters;
}

std::vector<Figure> PresenceBench::measure() {
  show_all();
  start_engine();
  pass_marker();
  std::vector<Figure> figures;
  figures.push_back({"presence_again", again(), "us"});
  figures.push_back({"presence_alone", alone(), "us"});
  figures.push_back({"filter_fact", filtered(), "us"});
  return figures;
}

}  // namespace muster::bench
