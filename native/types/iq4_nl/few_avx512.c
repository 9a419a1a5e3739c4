#include "types/few_avx512.h"
#include "types/iq4_nl/unpack.h"

LK_FEW_PRODUCTS_32(iq4_nl, avx512, lk_iq4_nl_unpack)
