#include "types/few_avx2.h"
#include "types/tq1_0/unpack.h"

LK_FEW_PRODUCTS(tq1_0, avx2, lk_tq1_0_unpack)
