#include "types/few_avx2.h"
#include "types/mxfp4/unpack.h"

LK_FEW_PRODUCTS(mxfp4, avx2, lk_mxfp4_unpack)
