#include "types/few_avx512.h"
#include "types/q4_1/unpack.h"

LK_FEW_PRODUCTS_32(q4_1, avx512, lk_q4_1_unpack)
