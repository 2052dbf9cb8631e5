// The collective played for a Provisioner: who is online, and what is told of whom.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "orchestrator/provision/collective.hpp"

namespace muster::provision {

class FakeCollective final : public Collective {
 public:
  std::optional<Value> member(const std::string& identity) const override {
    const auto at = members.find(identity);
    return at == members.end() ? std::nullopt : std::optional(at->second);
  }
  bool is_banned(const std::string& identity) const override { return banned.contains(identity); }
  std::optional<client::Record> record(const std::string& identity) const override {
    const auto at = records.find(identity);
    return at == records.end() ? std::nullopt : std::optional(at->second);
  }
  std::vector<client::Record> open_records() const override {
    std::vector<client::Record> open;
    for (const auto& [identity, record] : records)
      if (record.state == "running" || record.state == "waiting") open.push_back(record);
    return open;
  }
  void publish(const client::Record& record) override { records[record.identity] = record; }
  loop::Task<Status> forget(std::string identity) override {
    records.erase(identity);
    co_return Status{};
  }

  std::map<std::string, Value> members;  // their chosen facts
  std::set<std::string> banned;
  std::map<std::string, client::Record> records;
};

}  // namespace muster::provision
