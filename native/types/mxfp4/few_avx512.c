#include "types/few_avx512.h"
#include "types/mxfp4/unpack.h"

LK_FEW_PRODUCTS_32(mxfp4, avx512, lk_mxfp4_unpack)
