#include "types/few_avx2.h"
#include "types/q5_k/unpack.h"

LK_FEW_PRODUCTS(q5_k, avx2, lk_q5_k_unpack)
