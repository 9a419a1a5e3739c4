#include "types/few_avx2.h"
#include "types/mxfp4/unpack.h"

LK_FEW_PRODUCTS(MXFP4, mxfp4)
