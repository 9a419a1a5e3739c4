#include "types/few_avx2.h"
#include "types/q6_k/unpack.h"

LK_FEW_PRODUCTS(Q6_K, q6_k)
