#include "proto/base/json_document.hpp"
#include "proto/ddl/parsers.hpp"

namespace muster::ddl {

Result<Value> read_document(std::string_view json, std::string_view file) {
  return base::read_json(json, file, {.bytes = kDocumentMaxBytes, .depth = kDocumentMaxDepth});
}

}  // namespace muster::ddl
