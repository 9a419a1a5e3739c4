#include "types/few_avx512.h"
#include "types/q2_k/unpack.h"

LK_FEW_PRODUCTS(q2_k)
