#include "types/few_avx2.h"
#include "types/iq4_nl/unpack.h"

LK_FEW_PRODUCTS(iq4_nl, avx2, lk_iq4_nl_unpack)
