// <sys/pidfd.h> for C++: glibc 2.36 forgot to declare its functions as C.
#pragma once

#include <sys/types.h>
#include <csignal>

extern "C" {
#include <sys/pidfd.h>
}
