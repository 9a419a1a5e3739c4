#include "types/few_avx512.h"
#include "types/q3_k/unpack_folded.h"

LK_FEW_PRODUCTS_OF(q3_k, LK_KIND_q3_k_folded, avx512, lk_q3_k_unpack_folded)
