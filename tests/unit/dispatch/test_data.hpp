// A data plugin that answers what a test says: one query "query", outputs "size" (default 0) and
// "name".
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "plugins/api/data.hpp"

namespace muster::agent {

class TestData final : public plugins::DataPlugin {
 public:
  using Answer = std::function<Result<Value>(const std::optional<std::string>&)>;

  explicit TestData(const std::string& name, Answer answer = {}, bool active = true)
      : answer_(std::move(answer)), active_(active) {
    ddl_.name = name;
    ddl_.query.emplace();
    ddl_.query->name = "query";
    ddl_.query->validation = "^/";
    for (const char* output : {"size", "name"}) {
      ddl_.outputs.emplace_back();
      ddl_.outputs.back().name = output;
    }
    ddl_.outputs.front().default_value = 0;
  }

  const ddl::Data& ddl() const override { return ddl_; }
  bool active() const override { return active_; }
  Result<Value> query(const std::optional<std::string>& argument) override {
    return answer_ ? answer_(argument) : Value{{"size", 6}, {"name", argument.value_or("")}};
  }

  void set_timeout(std::chrono::seconds timeout) { ddl_.timeout = timeout; }

 private:
  ddl::Data ddl_;
  const Answer answer_;
  const bool active_;
};

}  // namespace muster::agent
