#include "types/few_avx2.h"
#include "types/q4_0/unpack.h"

LK_FEW_PRODUCTS(Q4_0, q4_0)
