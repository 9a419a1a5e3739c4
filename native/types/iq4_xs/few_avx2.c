#include "types/few_avx2.h"
#include "types/iq4_xs/unpack.h"

LK_FEW_PRODUCTS(IQ4_XS, iq4_xs)
