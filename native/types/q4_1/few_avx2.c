#include "types/few_avx2.h"
#include "types/q4_1/unpack.h"

LK_FEW_PRODUCTS(Q4_1, q4_1)
