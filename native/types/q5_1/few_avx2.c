#include "types/few_avx2.h"
#include "types/q5_1/unpack.h"

LK_FEW_PRODUCTS(Q5_1, q5_1)
