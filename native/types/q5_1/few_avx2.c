#include "types/few_avx2.h"
#include "types/q5_1/unpack.h"

LK_FEW_PRODUCTS(q5_1, avx2, lk_q5_1_unpack)
