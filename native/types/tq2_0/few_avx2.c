#include "types/few_avx2.h"
#include "types/tq2_0/unpack.h"

LK_FEW_PRODUCTS(TQ2_0, tq2_0)
