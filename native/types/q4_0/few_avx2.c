#include "types/few_avx2.h"
#include "types/q4_0/unpack.h"

LK_FEW_PRODUCTS(q4_0, avx2, lk_q4_0_unpack)
