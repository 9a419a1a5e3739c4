#include "types/few_avx2.h"
#include "types/iq4_nl/unpack.h"

LK_FEW_PRODUCTS(IQ4_NL, iq4_nl)
