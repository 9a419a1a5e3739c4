#include "types/few_avx2.h"
#include "types/tq2_0/unpack.h"

LK_FEW_PRODUCTS(tq2_0, avx2, lk_tq2_0_unpack)
