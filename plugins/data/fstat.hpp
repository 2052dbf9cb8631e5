// fstat('/etc/hosts').md5: what stat(2) knows of a file.
#pragma once

#include "plugins/api/described.hpp"
#include "plugins/api/node.hpp"

namespace muster::plugins::data {

// Of which files an MD5 is told: short secrets can be found by it.
enum class Md5Of { public_files, all_files };

// The outputs of fstat for the file at `path`: also what filemgr#status answers. A public file is one
// that every user of the machine may read, its folders included; of another the MD5 is 0, and
// `output` says why. Errc::refused for a folder that this agent may not look into.
Result<Value> file_status(const std::string& path, Md5Of md5 = Md5Of::public_files);

// An absent file is an answer (present = 0), as is a symbolic link that leads nowhere. A link that
// leads somewhere is described itself, type "symlink". Ages are by this machine's clock, times in
// its time zone. No MD5 of private files: filemgr#status tells that where a policy allows it.
class FstatData final : public DescribedData {
 public:
  FstatData(ddl::Lazy<ddl::Data> ddl, Node&) : DescribedData(std::move(ddl)) {}

  Result<Value> query(const std::optional<std::string>& argument) override {
    return file_status(argument.value_or(""));
  }
};

}  // namespace muster::plugins::data
