/* fit_plain.h in AVX2. */
#include "types/lanes_avx2.h"
#include "types/fit_lanes.h"
