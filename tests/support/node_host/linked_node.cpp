#include "tests/support/node_host/linked_node.hpp"
