#include "types/few_avx512.h"
#include "types/tq2_0/unpack.h"

LK_FEW_PRODUCTS(tq2_0, avx512, lk_tq2_0_unpack)
