#include "types/few_avx512.h"
#include "types/tq1_0/unpack.h"

LK_FEW_PRODUCTS(tq1_0, avx512, lk_tq1_0_unpack)
