#include "plugins/http/http_client.hpp"

#include <fmt/format.h>

#include "plugins/http/transfer.hpp"

namespace muster::http {

struct Client::Impl {
  explicit Impl(Tls t) : tls(std::move(t)) {}

  void set_tls() {
    curl_blob ca{tls.ca_pem.data(), tls.ca_pem.size(), CURL_BLOB_NOCOPY};
    transfer.set(CURLOPT_CAINFO_BLOB, &ca);
    // Debian builds a folder of public CAs in; any of them could vouch for a false master.
    transfer.set(CURLOPT_CAPATH, static_cast<char*>(nullptr));
    transfer.set(CURLOPT_SSL_VERIFYPEER, 1L);
    transfer.set(CURLOPT_SSL_VERIFYHOST, 2L);
    transfer.set(CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
    if (tls.certificate_file.empty()) return;
    transfer.set(CURLOPT_SSLCERT, tls.certificate_file.c_str());
    transfer.set(CURLOPT_SSLKEY, tls.key_file.c_str());
  }

  Result<Response> send(const Request& request) {
    if (tls.ca_pem.empty())
      return fail(Errc::config, "no CA certificate was given to verify the server with");
    MUSTER_TRY(transfer.prepare());
    set_tls();
    return transfer.send(request, "https");
  }

  Tls tls;
  Transfer transfer;
};

Client::Client(Tls tls) : impl_(std::make_unique<Impl>(std::move(tls))) {}
Client::~Client() = default;
Client::Client(Client&&) noexcept = default;
Client& Client::operator=(Client&&) noexcept = default;

const Tls& Client::tls() const {
  return impl_->tls;
}

Result<Response> Client::send(const Request& request) {
  auto response = impl_->send(request);
  if (response) return response;
  return fail(response.error().within(fmt::format("{} {}", request.method, request.url)));
}

}  // namespace muster::http
