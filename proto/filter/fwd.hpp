// For headers that only hand filters on: what they declare is compiled anew only when it is used.
#pragma once

namespace muster::filter {

class Filter;

}  // namespace muster::filter
