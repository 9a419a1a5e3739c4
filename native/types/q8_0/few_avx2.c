#include "types/few_avx2.h"
#include "types/q8_0/unpack.h"

LK_FEW_PRODUCTS(q8_0, avx2, lk_q8_0_unpack)
