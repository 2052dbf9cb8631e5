#include "proto/base/error.hpp"

namespace muster::base {

std::string_view name_of(Errc code) {
  switch (code) {
    case Errc::aborted:
      return "aborted";
    case Errc::unknown_action:
      return "unknown action";
    case Errc::missing_data:
      return "missing data";
    case Errc::invalid_data:
      return "invalid data";
    case Errc::unknown:
      return "unknown error";
    case Errc::refused:
      return "refused";
    case Errc::expired:
      return "expired";
    case Errc::timeout:
      return "timeout";
    case Errc::no_answer:
      return "no answer";
    case Errc::unavailable:
      return "unavailable";
    case Errc::not_found:
      return "not found";
    case Errc::limit:
      return "limit reached";
    case Errc::io:
      return "input/output error";
    case Errc::config:
      return "configuration error";
  }
  return "unknown error";
}

int status_of(Errc code) {
  switch (code) {
    case Errc::unknown_action:
      return 2;
    case Errc::missing_data:
      return 3;
    case Errc::invalid_data:
      return 4;
    case Errc::unknown:
      return 5;
    default:
      return 1;
  }
}

Error Error::within(std::string_view context) const {
  return Error{code, std::string(context) + ": " + message};
}

}  // namespace muster::base
