#pragma once

#include "emulate.h"

#include <string>

namespace emulate {

// Runs all blocks of a grid, `together` at a time; what its threads did wrong, or "".
std::string run_kernel(const cudaLaunchConfig_t &config, unsigned together, const std::function<void()> &kernel);

} // namespace emulate
