#include "types/few_avx512.h"
#include "types/q8_0/unpack.h"

LK_FEW_PRODUCTS_32(q8_0, avx512, lk_q8_0_unpack)
