/* fit_plain.h in NEON. */
#include "types/lanes_neon.h"
#include "types/fit_lanes.h"
