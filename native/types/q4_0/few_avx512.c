#include "types/few_avx512.h"
#include "types/q4_0/unpack.h"

LK_FEW_PRODUCTS_32(q4_0, avx512, lk_q4_0_unpack)
