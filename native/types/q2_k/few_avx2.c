#include "types/few_avx2.h"
#include "types/q2_k/unpack.h"

LK_FEW_PRODUCTS(Q2_K, q2_k)
