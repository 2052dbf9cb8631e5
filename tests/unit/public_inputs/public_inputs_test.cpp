// What people's files and words mean to the tools that they were written for, row by row: table.json holds the input, its
// source in one word and what that tool gives (null: it refuses), filled in by ask_*; "ours" where Muster gives something else,
// and why. "line" is the line of the list of promises. Larger tables of one kind stand beside their readers:
// ../facts/facter/table.json (facter), ../filter/mcollective/table.tsv (mcollective), ../filter/versions/table.tsv (dotted, semver, dpkg).
#include <gtest/gtest.h>

#include <functional>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "node-agent/daemon/identity.hpp"
#include "node-agent/external/protocol.hpp"
#include "orchestrator/cli/discovery/name_list.hpp"
#include "orchestrator/cli/times.hpp"
#include "plugins/agents/puppetca/inventory.hpp"
#include "plugins/csr/csr_attributes.hpp"
#include "plugins/puppet/layout.hpp"
#include "plugins/puppet/package_layout.hpp"
#include "plugins/puppet/settings.hpp"
#include "proto/base/encoding.hpp"
#include "proto/base/files.hpp"
#include "proto/ddl/validators.hpp"
#include "proto/x509/puppet_oids.hpp"
#include "tests/support/fakes/temp_folder.hpp"

namespace muster {
namespace {

constexpr auto kName = "n1.example";
constexpr auto kPuppet = "/usr/bin/puppet";

Value or_null(const Result<std::string>& text) {
  return text ? Value(*text) : Value();
}

Value oids(const Value& names) {
  auto given = Value::object();
  for (const auto& name : names)
    given[name] = or_null(x509::node_extension(name.get<std::string>()));
  return given;
}

Value csr_text(const Value& value) {
  const fakes::TempFolder folder;
  plugins::PuppetPaths puppet;
  puppet.csr_attributes = folder.write(
      "csr.yaml", "extension_requests:\n  pp_role: " + value.get<std::string>() + "\n");
  const auto asked = csr::read_csr_content(puppet, kName);
  return asked && asked->extensions.size() == 1 ? Value(asked->extensions.front().text) : Value();
}

Value alternative_names(const Value& setting) {
  const fakes::TempFolder folder;
  plugins::PuppetPaths puppet;
  puppet.confdir = folder.path();
  puppet.dns_alt_names = setting;
  const auto asked = csr::read_csr_content(puppet, kName);
  return asked ? Value(asked->alternative_names) : Value();
}

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  for (std::size_t at = 0; (at = text.find(from, at)) != std::string::npos; at += to.size())
    text.replace(at, from.size(), to);
  return text;
}

// As a node with that puppet.conf finds them out, which asks Puppet.
Value settings(const Value& input) {
  const fakes::TempFolder folder;
  const auto here = folder.path().string();
  folder.write("puppet.conf", replaced(input.at("puppet.conf"), "@confdir@", here));
  plugins::PuppetPaths given;
  given.program = kPuppet;
  given.confdir = here;
  given.overridden = {"confdir"};
  const auto paths = plugins::puppet::find_layout(given, folder / "layout.json").paths;
  auto found = Value::object();
  for (const auto& [name, member] : plugins::puppet::path_settings())
    found[name] = (paths.*member).string();
  for (const auto& [name, member] : plugins::puppet::text_settings()) found[name] = paths.*member;
  auto wanted = Value::object();
  for (const auto& name : input.at("settings"))
    wanted[name] = replaced(found.at(name.get<std::string>()), here, "@confdir@");
  return wanted;
}

Value layout(const Value& package) {
  using plugins::puppet::Package;
  const auto paths =
      plugins::puppet::as_packaged(package == "vendor" ? Package::vendor : Package::debian);
  return {{"confdir", paths.confdir.string()}, {"ssldir", paths.ssldir.string()},
          {"vardir", paths.vardir.string()},   {"publicdir", paths.summary_folder().string()},
          {"rundir", paths.rundir.string()},   {"logdir", paths.logdir.string()},
          {"cadir", paths.cadir.string()}};
}

Value inventory(const Value& text) {
  auto lines = Value::array();
  const auto read = plugins::puppetca::parse_inventory(text.get<std::string>());
  for (const auto& one : read.issued)
    lines.push_back(one.serial + " " + one.name + " " + base::iso8601(one.not_after_ms));
  return lines;
}

Value validator(const Value& input) {
  auto passes = Value::object();
  for (const auto& name : input.at("validators"))
    passes[name] =
        ddl::why_invalid(name.get<std::string>(), input.at("text").get<std::string>()).empty();
  return passes;
}

Value reply(const Value& text) {
  const auto read = external::read_rpc_reply(text.get<std::string>());
  if (!read) return {};
  Value given{{"statuscode", read->status}};
  // What we say in place of nothing.
  const bool own = read->message == "OK" || read->message.starts_with("failed with status");
  if (!own) given["statusmsg"] = read->message;
  if (read->data != Value::object()) given["data"] = read->data;
  return given;
}

Value hosts(const Value& text) {
  const auto names = cli::names_from(text.get<std::string>(), "hosts");
  return names && !names->empty() ? Value(*names) : Value();
}

Value duration(const Value& text) {
  const auto seconds = cli::parse_seconds(text.get<std::string>());
  // The range of every option begins above nothing.
  return seconds && *seconds > 0 ? Value(*seconds) : Value();
}

Value first_name(const Value& name) {
  return agent::is_placeholder(name.get<std::string>());
}

const std::map<std::string, std::function<Value(const Value&)>>& readers() {
  static const std::map<std::string, std::function<Value(const Value&)>> all{
      {"oid", oids},
      {"csr_text", csr_text},
      {"alt_names", alternative_names},
      {"settings", settings},
      {"layout", layout},
      {"inventory", inventory},
      {"validator", validator},
      {"reply", reply},
      {"hosts", hosts},
      {"duration", duration},
      {"first_name", first_name}};
  return all;
}

Value table() {
  return Value::parse(base::read_file(MUSTER_PUBLIC_INPUTS).value());
}

TEST(PublicInputsTest, EveryInputMeansWhatItsToolSaysOrDiffersAsStated) {
  const bool puppet = std::filesystem::exists(kPuppet);
  std::set<std::string> kinds;
  for (const auto& row : table()) {
    const auto kind = row.at("kind").get<std::string>();
    kinds.insert(kind);
    if (kind == "settings" && !puppet) continue;
    const auto& theirs = row.at("gives");
    const auto& wanted = row.contains("ours") ? row.at("ours") : theirs;
    EXPECT_EQ(readers().at(kind)(row.at("input")), wanted) << row.dump();
    EXPECT_EQ(row.contains("ours"), row.contains("why")) << row.dump();
    EXPECT_FALSE(row.contains("ours") && wanted == theirs) << row.dump() << ": no difference";
  }
  EXPECT_EQ(kinds.size(), readers().size()) << "a reader is asked nothing";
}

TEST(PublicInputsTest, EverySourceIsOneWord) {
  for (const auto& row : table()) {
    const auto source = row.at("source").get<std::string>();
    EXPECT_FALSE(source.empty()) << row.dump();
    EXPECT_EQ(source.find_first_not_of("abcdefghijklmnopqrstuvwxyz"), std::string::npos)
        << row.dump();
  }
}

}  // namespace
}  // namespace muster
