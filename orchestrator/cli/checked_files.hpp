// What a command tells of files that it reads as strictly as whoever uses them: one after the other, and whether all are good.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <utility>

#include "orchestrator/cli/exit_code.hpp"
#include "orchestrator/cli/output.hpp"
#include "proto/base/value.hpp"

namespace muster::cli {

class CheckedFiles {
 public:
  void add(bool good, const std::string& text, Value json) {
    all_good_ = all_good_ && good;
    text_ += text;
    list_.push_back(std::move(json));
  }
  // Prints it; ExitCode::error when one is not good.
  ExitCode tell(bool as_json) {
    if (as_json)
      print_json({{"ok", all_good_}, {"files", std::move(list_)}});
    else
      print(text_);
    return all_good_ ? ExitCode::ok : ExitCode::error;
  }

 private:
  bool all_good_ = true;
  std::string text_;
  Value list_ = Value::array();
};

}  // namespace muster::cli
