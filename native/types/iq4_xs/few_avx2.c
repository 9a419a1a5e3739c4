#include "types/few_avx2.h"
#include "types/iq4_xs/unpack.h"

LK_FEW_PRODUCTS(iq4_xs, avx2, lk_iq4_xs_unpack)
