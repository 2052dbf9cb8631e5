// What Muster asks of a package manager. One file a kind: apt.cpp, dnf.cpp.
#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "plugins/packages/programs.hpp"
#include "proto/base/result.hpp"

namespace muster::packages {

using Deadline = std::chrono::steady_clock::time_point;

struct PackageState {
  std::string name;
  std::string ensure = "absent";  // the full version, as its manager writes it; absent; purged
  std::string version;
  std::string epoch;
  std::string release;
  std::string arch;
  bool broken = false;  // its installation was begun and not ended

  bool installed() const { return ensure != "absent" && ensure != "purged"; }
  // Whether `text`, as a person names a version, is the one that is installed.
  bool has_version(std::string_view text) const;
};

struct Update {
  std::string package;
  std::string installed;
  std::string version;
  std::string repository;
};

struct Found {
  std::string name;
  std::string summary;
};

enum class Change { install, update, uninstall, purge };

// Thread-safe. What is named `package` or `version` has passed is_package() and is_version().
// Everything here but the commands is read-only, runs children, and kills them at the deadline:
// Errc::timeout. Errc::aborted, with the program's own words, when it fails.
class Provider {
 public:
  virtual ~Provider() = default;
  virtual std::string_view name() const = 0;

  // One that was never heard of is not installed: no error.
  virtual Result<PackageState> state(const std::string& package, Deadline deadline) const = 0;
  // Errc::not_found, with the nearest name, when there is none to be had.
  virtual Status check_known(const std::string& package, Deadline deadline) const = 0;
  virtual Result<std::vector<Update>> updates(Deadline deadline) const = 0;
  virtual Result<std::vector<Found>> search(const std::string& term, Deadline deadline) const = 0;
  // A line for each that is installed: name, version, architecture. Sorted.
  virtual Result<std::vector<std::string>> installed(Deadline deadline) const = 0;

  // What a job runs. A package manager that is killed half-way leaves a machine broken, so no
  // deadline of a call may end one of these.
  virtual Command change(Change change, const std::string& package,
                         const std::string& version) const = 0;
  virtual Command refresh() const = 0;
  // The line or lines of a failed command's output that say why; empty: none stands out.
  virtual std::string reason_in(std::string_view output) const = 0;
};

// No option of any program, no pattern, no path.
bool is_package(std::string_view text);
bool is_version(std::string_view text);

// The package manager of this machine: apt where there is one, else dnf; null without either.
std::unique_ptr<Provider> find_provider(const Programs& programs);

}  // namespace muster::packages
