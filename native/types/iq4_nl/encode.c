#include "types/iq4_nl/encode_rows.h"
#include "types/iq4_plain.h"

void lk_iq4_nl_encode(LK_ENCODE_PARAMETERS) {
    lk_iq4_nl_encode_rows(dst, src, importance, n, &lk_iq4_plain);
}
