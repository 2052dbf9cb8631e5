// The networks of a run: a namespace for each party, with one link to where the broker is, that can be made bad.
#pragma once

#include <map>
#include <string>
#include <vector>

namespace muster::chaos {

// What is wrong with a party's link. Each as often as it is bad in that way at once.
enum class Trouble {
  cut,       // both ways
  cut_up,    // what it says is not heard
  cut_down,  // it hears nothing
  loss,      // of packets, both ways
  delay      // of what it says: netem, or a narrow link where the kernel has no netem
};

// In a network namespace of its own (apart.hpp). Every failure is an exception with the command that failed.
class Wire {
 public:
  // The broker's address, from everywhere.
  static constexpr auto kAddress = "10.99.0.1";
  Wire();

  // At most 250.
  void add(const std::string& party);
  // `command` as run there.
  std::vector<std::string> in(const std::string& party, std::vector<std::string> command) const;
  void begin(const std::string& party, Trouble trouble);
  void end(const std::string& party, Trouble trouble);
  // "netem" or "tbf": what delays here.
  const std::string& delays_by() const { return delays_by_; }

 private:
  void run_in(const std::string& party, std::vector<std::string> command) const;
  // The rules of all that is wrong with it now.
  void filter(const std::string& party) const;
  void delay(const std::string& party, bool is_slow) const;

  std::map<std::string, std::map<Trouble, int>> troubles_;  // by party
  std::string delays_by_ = "netem";
};

}  // namespace muster::chaos
