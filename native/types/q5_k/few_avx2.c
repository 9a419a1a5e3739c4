#include "types/few_avx2.h"
#include "types/q5_k/unpack.h"

LK_FEW_PRODUCTS(Q5_K, q5_k)
