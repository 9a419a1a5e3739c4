#include "types/few_avx2.h"
#include "types/q8_0/unpack.h"

LK_FEW_PRODUCTS(Q8_0, q8_0)
