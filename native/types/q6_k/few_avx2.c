#include "types/few_avx2.h"
#include "types/q6_k/unpack.h"

LK_FEW_PRODUCTS(q6_k, avx2, lk_q6_k_unpack)
