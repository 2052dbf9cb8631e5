#include "tests/chaos/gather.hpp"

#include <nlohmann/json.hpp>
#include <set>
#include <stdexcept>
#include <system_error>

#include "orchestrator/notify/outbox.hpp"
#include "orchestrator/provision/live/debts.hpp"
#include "proto/base/clock.hpp"
#include "tests/swarm/ca/folder_ca.hpp"
#include "tests/swarm/keys/swarm_keys.hpp"
#include "tests/swarm/node/node_folder.hpp"

namespace muster::chaos {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kNoticesMost = 100'000;  // of one outbox

template <class T>
T must(Result<T> result) {
  if (!result) throw std::runtime_error(result.error().message);
  return *std::move(result);
}

std::vector<fs::path> files_in(const fs::path& folder) {
  std::error_code none;
  std::vector<fs::path> files;
  for (const auto& entry : fs::directory_iterator(folder, none)) files.push_back(entry.path());
  return files;
}

NodeFound read_node(const fs::path& folder, const std::string& name) {
  NodeFound node;
  node.name = name;
  if (!fs::exists(folder)) return node;
  const swarm::NodeFolder its(folder);
  node.progress = must(its.progress());
  const auto keys = must(its.keys_to_look_at());
  if (keys.requested) node.key = keys.requested->fingerprint();
  if (keys.member) node.certificate_serial = keys.member->certificate.serial_hex();
  return node;
}

// Of a file that goes to another folder meanwhile: nothing.
void read_certificate(const fs::path& file, const std::string& master, bool is_revoked,
                      Evidence& found) {
  const auto its = x509::Certificate::from_file(file);
  if (!its) return;
  constexpr std::int64_t kBeginsEarlierMs = 24LL * 3'600 * 1'000;  // than it is signed
  found.certificates.push_back({its->common_name(), master, its->serial_hex(),
                                its->public_key().fingerprint(), is_revoked,
                                its->not_before_ms() + kBeginsEarlierMs});
}

void read_ca(const fs::path& folder, Evidence& found) {
  const std::string master = folder.filename();
  for (const auto& file : files_in(folder / "signed")) read_certificate(file, master, false, found);
  for (const auto& file : files_in(folder / "revoked")) read_certificate(file, master, true, found);
}

void read_debts(const fs::path& state, const std::vector<fs::path>& masters, Evidence& found) {
  const auto debts = provision::Debts::open(state / "debts.json");
  if (!debts) return;
  for (const auto& folder : masters) {
    const auto owed = (*debts)->of(folder.filename());
    for (const auto& debt : owed)
      found.debts.push_back({debt.master, debt.certname, debt.issued_before_ms, debt.serials});
  }
}

void read_outbox(const fs::path& state, Evidence& found) {
  const base::SystemClock clock;
  const auto outbox = must(notify::Outbox::open(state / "outbox.db", {}, {}, clock));
  for (const auto& row : must(outbox->recent(kNoticesMost)))
    if (row.state != notify::State::superseded)  // nobody is told that
      found.notices.push_back({state.filename(), row.id, row.subject});
}

void ask_records(const test::Installation& installation, Evidence& found) {
  const auto listed = installation.muster({"provision", "list", "--json"});
  const auto told = Value::parse(listed.out, nullptr, false);
  if (!told.is_object()) return;
  for (const auto& node : told.at("nodes"))
    found.records[node.at("identity").get<std::string>()] = {node.at("state"), node.at("run_id"),
                                                             node.at("reason")};
}

void ask_presence(const test::Installation& installation, Evidence& found) {
  const auto lines = installation.muster({"find", "--dm", "presence"}).lines();
  const std::set<std::string> online(lines.begin(), lines.end());
  for (auto& node : found.nodes) node.is_online = online.contains(node.name);
}

}  // namespace

Evidence gather(const test::Installation& installation, const Places& places, Outboxes outboxes) {
  Evidence found;
  found.now_ms = base::SystemClock().unix_ms();
  for (std::size_t i = 0; i < places.count; ++i)
    found.nodes.push_back(read_node(places.nodes / swarm::name_of(i), swarm::name_of(i)));
  const auto masters = files_in(places.masters);
  for (const auto& folder : masters) read_ca(folder, found);
  for (const auto& state : places.orchestrators) {
    read_debts(state, masters, found);
    if (outboxes == Outboxes::are_read) read_outbox(state, found);
  }
  ask_records(installation, found);
  ask_presence(installation, found);
  return found;
}

}  // namespace muster::chaos
