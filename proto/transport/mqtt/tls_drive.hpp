// Calls of TLS over a non-blocking socket, with a deadline. Internal.
#pragma once

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <poll.h>

#include <chrono>

#include "proto/transport/mqtt/socket_to.hpp"

namespace muster::transport::mqtt {

// Repeats `call` until it is through: 1 done, 0 the peer or TLS says no, -1 too slow.
template <class Call>
int drive(SSL* tls, int fd, std::chrono::steady_clock::time_point deadline, Call call) {
  while (true) {
    ::ERR_clear_error();
    const int rc = call(tls);
    if (rc > 0) return 1;
    const int need = ::SSL_get_error(tls, rc);
    if (need != SSL_ERROR_WANT_READ && need != SSL_ERROR_WANT_WRITE) return 0;
    if (!wait_for_socket(fd, need == SSL_ERROR_WANT_READ ? POLLIN : POLLOUT, deadline)) return -1;
  }
}

}  // namespace muster::transport::mqtt
