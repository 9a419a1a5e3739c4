#include "types/few_avx2.h"
#include "types/tq1_0/unpack.h"

LK_FEW_PRODUCTS(TQ1_0, tq1_0)
