#include "plugins/notifiers/email/smtp.hpp"

#include <curl/curl.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <memory>
#include <mutex>

#include "plugins/notifiers/secret.hpp"
#include "plugins/notifiers/sigpipe_guard.hpp"
#include "proto/base/printable.hpp"
#include "proto/base/utf8.hpp"

namespace muster::notifiers::email {
namespace {

constexpr std::size_t kReplyMaxBytes = 300;

struct Release {
  void operator()(CURL* curl) const { curl_easy_cleanup(curl); }
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};
using Curl = std::unique_ptr<CURL, Release>;
using List = std::unique_ptr<curl_slist, Release>;

struct Exchange {
  std::string_view unsent;
  std::string last_refusal;
  std::array<char, CURL_ERROR_SIZE> error{};
};

size_t give(char* to, size_t size, size_t count, void* user) {
  auto& unsent = static_cast<Exchange*>(user)->unsent;
  const auto take = std::min(size * count, unsent.size());
  std::memcpy(to, unsent.data(), take);
  unsent.remove_prefix(take);
  return take;
}

// Only what the server says is looked at: what we say holds the password.
int listen(CURL*, curl_infotype type, char* data, size_t size, void* user) {
  if (type != CURLINFO_HEADER_IN) return 0;
  const std::string_view line(data, size);
  if (!line.starts_with('4') && !line.starts_with('5'))
    return 0;  // the 221 at the end is no reason
  const auto clean = base::one_line(line);
  auto& reply = static_cast<Exchange*>(user)->last_refusal;
  reply = std::string(base::utf8_prefix(clean, kReplyMaxBytes));
  reply.erase(reply.find_last_not_of(' ') + 1);
  return 0;
}

Errc code_of(CURLcode result, long reply) {
  switch (result) {
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_USE_SSL_FAILED:
      return Errc::refused;
    case CURLE_SSL_CACERT_BADFILE:
      return Errc::config;
    case CURLE_OPERATION_TIMEDOUT:
      return Errc::timeout;
    case CURLE_LOGIN_DENIED:
      return reply >= 400 && reply < 500 ? Errc::unavailable : Errc::config;
    default:
      return reply >= 500 && reply < 600 ? Errc::refused : Errc::unavailable;
  }
}

std::string_view hint(CURLcode result) {
  switch (result) {
    case CURLE_PEER_FAILED_VERIFICATION:
      return "; its certificate is not trusted: set 'ca_file' to its CA";
    case CURLE_USE_SSL_FAILED:
      return "; it does not offer STARTTLS: see 'tls'";
    case CURLE_LOGIN_DENIED:
      return "; wrong 'user' or password";
    default:
      return "";
  }
}

Status outcome(const Config& config, CURL* curl, CURLcode result, const Exchange& exchange) {
  if (result == CURLE_OK) return {};
  long reply = 0;
  curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &reply);
  const std::string_view detail =
      exchange.error[0] != '\0' ? exchange.error.data() : curl_easy_strerror(result);
  auto message = fmt::format("{}: {}", config.server, detail);
  if (!exchange.last_refusal.empty())
    message += fmt::format(" (it said: {})", exchange.last_refusal);
  return fail(code_of(result, reply), message + std::string(hint(result)));
}

void set_connection(CURL* curl, const Config& config) {
  curl_easy_setopt(curl, CURLOPT_URL, config.server.c_str());
  curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
  curl_easy_setopt(curl, CURLOPT_PROXY, "");  // the environment must not reroute mail
  curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, static_cast<long>(config.timeout.count()));
  const long use_ssl = config.tls == Tls::required   ? CURLUSESSL_ALL
                       : config.tls == Tls::optional ? CURLUSESSL_TRY
                                                     : CURLUSESSL_NONE;
  curl_easy_setopt(curl, CURLOPT_USE_SSL, use_ssl);
  curl_easy_setopt(curl, CURLOPT_SSLVERSION, CURL_SSLVERSION_TLSv1_2);
  curl_easy_setopt(curl, CURLOPT_SSL_VERIFYPEER, 1L);
  curl_easy_setopt(curl, CURLOPT_SSL_VERIFYHOST, 2L);
  if (config.ca_file.empty()) return;
  curl_easy_setopt(curl, CURLOPT_CAINFO, config.ca_file.c_str());
  curl_easy_setopt(curl, CURLOPT_CAPATH, nullptr);  // the given CA alone
}

}  // namespace

Status submit(const Config& config, const std::string& to, const std::string& message) {
  const SigpipeGuard sigpipe_guard;
  static std::once_flag once;
  std::call_once(once, [] { curl_global_init(CURL_GLOBAL_DEFAULT); });
  const Curl curl(curl_easy_init());
  const List recipients(curl_slist_append(nullptr, to.c_str()));
  if (!curl || !recipients) return fail(Errc::unavailable, "out of memory");
  set_connection(curl.get(), config);
  if (!config.user.empty()) {
    MUSTER_ASSIGN(const auto password, read_secret(config.password_file));
    curl_easy_setopt(curl.get(), CURLOPT_USERNAME, config.user.c_str());
    curl_easy_setopt(curl.get(), CURLOPT_PASSWORD, password.c_str());
  }
  Exchange exchange{.unsent = message, .last_refusal = {}, .error = {}};
  curl_easy_setopt(curl.get(), CURLOPT_MAIL_FROM, config.from.c_str());
  curl_easy_setopt(curl.get(), CURLOPT_MAIL_RCPT, recipients.get());
  curl_easy_setopt(curl.get(), CURLOPT_UPLOAD, 1L);
  curl_easy_setopt(curl.get(), CURLOPT_READFUNCTION, give);
  curl_easy_setopt(curl.get(), CURLOPT_READDATA, &exchange);
  curl_easy_setopt(curl.get(), CURLOPT_VERBOSE, 1L);  // DEBUGFUNCTION needs it; nothing is printed
  curl_easy_setopt(curl.get(), CURLOPT_DEBUGFUNCTION, listen);
  curl_easy_setopt(curl.get(), CURLOPT_DEBUGDATA, &exchange);
  curl_easy_setopt(curl.get(), CURLOPT_ERRORBUFFER, exchange.error.data());
  return outcome(config, curl.get(), curl_easy_perform(curl.get()), exchange);
}

}  // namespace muster::notifiers::email
