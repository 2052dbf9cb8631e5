// Precompiled for all tests.
#pragma once
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "config/cmake/pch.hpp"
