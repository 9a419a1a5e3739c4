#include "types/few_avx2.h"
#include "types/q5_0/unpack.h"

LK_FEW_PRODUCTS(Q5_0, q5_0)
