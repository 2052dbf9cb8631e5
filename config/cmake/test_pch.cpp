// Carrier of the tests' precompiled header; CMake wants a source file.
