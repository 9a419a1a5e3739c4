#include "types/few_avx512.h"
#include "types/q5_0/unpack.h"

LK_FEW_PRODUCTS_32(q5_0, avx512, lk_q5_0_unpack)
