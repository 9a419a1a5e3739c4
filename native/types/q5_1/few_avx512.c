#include "types/few_avx512.h"
#include "types/q5_1/unpack.h"

LK_FEW_PRODUCTS_32(q5_1, avx512, lk_q5_1_unpack)
