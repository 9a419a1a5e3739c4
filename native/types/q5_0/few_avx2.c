#include "types/few_avx2.h"
#include "types/q5_0/unpack.h"

LK_FEW_PRODUCTS(q5_0, avx2, lk_q5_0_unpack)
