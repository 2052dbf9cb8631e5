#include "proto/x509/program_key.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <map>

#include "proto/base/child.hpp"
#include "proto/base/guard.hpp"
#include "proto/base/guarded.hpp"
#include "proto/base/log.hpp"
#include "proto/base/names.hpp"
#include "proto/x509/ec_hook.hpp"
#include "proto/x509/openssl.hpp"

namespace muster::x509 {
namespace {

// Which program holds the private half of which public key (SubjectPublicKeyInfo).
class Programs {
 public:
  static Programs& all() {
    static Programs programs;
    return programs;
  }
  void add(const std::string& public_key, std::vector<std::string> argv) {
    (*base::Locked(by_key_))[public_key] = std::move(argv);
  }
  std::vector<std::string> find(const std::string& public_key) const {
    const base::Locked by_key(by_key_);
    const auto found = by_key->find(public_key);
    return found == by_key->end() ? std::vector<std::string>() : found->second;
  }

 private:
  base::Guarded<std::map<std::string, std::vector<std::string>>> by_key_;
};

// The operator's own program: it may need the agent, the PIN's file or the module that they name.
std::map<std::string, std::string> own_environment() {
  std::map<std::string, std::string> all;
  for (char** line = environ; line != nullptr && *line != nullptr; ++line) {
    const std::string_view text(*line);
    const auto equals = text.find('=');
    if (equals != std::string_view::npos)
      all.emplace(text.substr(0, equals), text.substr(equals + 1));
  }
  return all;
}

Status check_key_program(const std::vector<std::string>& argv) {
  if (argv.empty() || argv.front().find('/') == std::string::npos) return {};
  return base::check_guard(argv.front(), base::Guard::program);
}

Result<std::string> ask(const std::vector<std::string>& argv, std::string_view digest) {
  MUSTER_TRY(check_key_program(argv));
  base::ChildSpec spec;
  spec.argv = argv;
  spec.environment = own_environment();
  spec.environment_alone = true;
  spec.input = digest;
  spec.timeout = kKeyProgramTimeout;
  spec.output_max_bytes = kSignatureMaxBytes;
  MUSTER_ASSIGN(const auto ended, base::run_child(spec));
  if (ended.exit_code != 0)
    return fail(Errc::aborted,
                fmt::format("{} ended with exit code {}: {}", base::quoted(argv.front()),
                            ended.exit_code, base::quoted(ended.err)));
  if (ended.out.empty() || ended.dropped_bytes > 0)
    return fail(
        Errc::invalid_data,
        fmt::format("{} printed {} bytes; a signature has 1 to {}", base::quoted(argv.front()),
                    ended.out.size() + ended.dropped_bytes, kSignatureMaxBytes));
  return ended.out;
}

// Called by OpenSSL, also within TLS: all that it takes back is that there is no signature.
std::string sign_by_program(const std::string& public_key, std::string_view digest) {
  const auto argv = Programs::all().find(public_key);
  if (argv.empty()) return "";
  auto signature = ask(argv, digest);
  if (signature) return *std::move(signature);
  log::warning("the key's program gave no signature", {{"why", signature.error().message}});
  return "";
}

}  // namespace

Result<Key> program_key(const Certificate& certificate, const std::vector<std::string>& argv) {
  if (auto ours = check_key_program(argv); !ours)
    return fail(Errc::config, "key_program: " + ours.error().message);
  const auto public_half = certificate.public_key();
  auto key = placeholder_for(public_half, &sign_by_program);
  if (!key) return fail(Errc::config, "key_program: " + key.error().message);
  Programs::all().add(public_half.public_der(), argv);
  return key;
}

}  // namespace muster::x509
