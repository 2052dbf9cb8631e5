// The agent of a master whose Puppet CA is played: the actions that orchestrators call.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "plugins/agents/puppetca/places.hpp"
#include "plugins/api/described.hpp"
#include "proto/base/clock.hpp"

namespace muster::played {

// A Puppet CA, as far as its master may have it do something.
class CaDesk {
 public:
  struct Cleaned {
    std::string was;                   // "absent", "requested" or "signed"
    std::vector<std::string> serials;  // of the certificates that are revoked with it, as hex
  };
  virtual ~CaDesk() = default;

  // Why it cannot work now; empty: it does.
  virtual std::string ill_because() const { return ""; }
  // Why it does nothing that it is asked for, though it runs; empty: it does.
  virtual std::string refuses_because() const { return ""; }
  // Signs the request of `name` that has that fingerprint: true; false when it was signed before. Errc::not_found or aborted
  // without that very request.
  virtual Result<bool> sign(const std::string& name, const std::string& fingerprint) = 0;
  // When that name's certificate was signed or, before that, where it is known, its request made; 0: there is neither.
  virtual std::int64_t signed_at_ms(const std::string& name) const = 0;
  // Its machine's time, Unix time in ms; 0: it is everybody's.
  virtual std::int64_t now_ms() const { return 0; }
  // Request and certificate of that name go.
  virtual Cleaned clean(const std::string& name) = 0;
  // The fingerprint of that name's certificate; empty: there is none.
  virtual std::string signed_fingerprint(const std::string& name) const = 0;
};

// On the loop's thread. Has no `list`, `audit`, `issued` and `revoke_lost`: nothing is lost where nothing is on a disk. While the CA is
// ill, all but `health` is Errc::unavailable.
class PuppetcaAgent final : public plugins::DescribedAgent {
 public:
  // All must outlive it.
  struct Lends {
    plugins::puppetca::Places& places;
    const base::Clock& clock;
    const std::string& master;  // its name
  };
  // `ca` must outlive it. Without `lends` it lends no places, as one of another make.
  PuppetcaAgent(ddl::Lazy<ddl::Agent> ddl, CaDesk& ca, std::optional<Lends> lends = {})
      : DescribedAgent(std::move(ddl)), ca_(ca), lends_(lends) {}

  plugins::ActionReply handle(const plugins::ActionRequest& request) override;

 private:
  Result<Value> answer(const plugins::ActionRequest& request);
  Result<Value> clean(const std::string& certname, const plugins::ActionRequest& request);
  // For its turn; 0 where there is no clock.
  std::int64_t waited_ms(const plugins::ActionRequest& request) const;
  Value health(const plugins::ActionRequest& request, const std::string& ill) const;

  CaDesk& ca_;
  const std::optional<Lends> lends_;
};

}  // namespace muster::played
