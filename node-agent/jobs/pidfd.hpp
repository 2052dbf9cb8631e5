// <sys/pidfd.h> for C++: glibc 2.36 forgot to declare its functions as C.
#pragma once

#include <csignal>
#include <sys/types.h>

extern "C" {
#include <sys/pidfd.h>
}
