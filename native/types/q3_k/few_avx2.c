#include "types/few_avx2.h"
#include "types/q3_k/unpack.h"

LK_FEW_PRODUCTS(q3_k, avx2, lk_q3_k_unpack)
