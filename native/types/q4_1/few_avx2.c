#include "types/few_avx2.h"
#include "types/q4_1/unpack.h"

LK_FEW_PRODUCTS(q4_1, avx2, lk_q4_1_unpack)
