#include "types/few_avx2.h"
#include "types/q3_k/unpack.h"

LK_FEW_PRODUCTS(Q3_K, q3_k)
