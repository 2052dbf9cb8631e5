// The collective played for a Provisioner: who is online, and what is told of whom.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "orchestrator/client/record_claim.hpp"
#include "orchestrator/provision/collective.hpp"

namespace muster::provision {

class FakeCollective final : public Collective {
 public:
  std::shared_ptr<const Value> member(const std::string& identity) const override {
    const auto at = members.find(identity);
    return at == members.end() ? nullptr : std::make_shared<const Value>(at->second);
  }
  bool is_banned(const std::string& identity) const override { return banned.contains(identity); }
  std::optional<client::Record> record(const std::string& identity) const override {
    const auto at = records.find(identity);
    return at == records.end() ? std::nullopt : std::optional(at->second);
  }
  std::optional<client::Record> newest(const std::string& identity) const override {
    if (auto known = record(identity)) return known;
    const auto at = forgotten.find(identity);
    return at == forgotten.end() ? std::nullopt : std::optional(at->second);
  }
  void publish(const client::Record& wanted) override {
    auto record = wanted;
    if (const auto known = newest(record.identity); known && !client::follow(record, *known))
      return overtaken.push_back(record.identity);
    records[record.identity] = record;
  }
  loop::Task<Status> forget(std::string identity) override {
    const auto known = records.extract(identity);
    if (known)
      forgotten[identity] = client::forgotten(known.mapped(), "us", known.mapped().updated_at_ms);
    co_return Status{};
  }

  std::map<std::string, Value> members;  // their chosen facts
  std::set<std::string> banned;
  std::map<std::string, client::Record> records;
  std::map<std::string, client::Record> forgotten;
  std::vector<std::string> overtaken;  // of whom something was not told, for a later lease is known
};

}  // namespace muster::provision
