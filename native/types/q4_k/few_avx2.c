#include "types/few_avx2.h"
#include "types/q4_k/unpack.h"

LK_FEW_PRODUCTS(q4_k, avx2, lk_q4_k_unpack)
