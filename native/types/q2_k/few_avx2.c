#include "types/few_avx2.h"
#include "types/q2_k/unpack.h"

LK_FEW_PRODUCTS(q2_k, avx2, lk_q2_k_unpack)
