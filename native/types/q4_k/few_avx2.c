#include "types/few_avx2.h"
#include "types/q4_k/unpack.h"

LK_FEW_PRODUCTS(Q4_K, q4_k)
