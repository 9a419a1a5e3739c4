#include "types/few_avx512.h"
#include "types/q2_k/unpack_folded.h"

LK_FEW_PRODUCTS_OF(q2_k, LK_KIND_q2_k_folded, avx512, lk_q2_k_unpack_folded)
