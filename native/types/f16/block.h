/* F16: IEEE 754 binary16. A block is one element. */
#ifndef LK_F16_BLOCK_H
#define LK_F16_BLOCK_H

#include "llamakernels.h"

#pragma pack(push, 1)
typedef struct lk_block_f16 {
    uint16_t bits;
} lk_block_f16;
#pragma pack(pop)
_Static_assert(sizeof(lk_block_f16) == LK_BLOCK_BYTES_F16, "F16 block");

#endif
