/* BF16: the upper 16 bits of a binary32. A block is one element. */
#ifndef LK_BF16_BLOCK_H
#define LK_BF16_BLOCK_H

#include "llamakernels.h"

#pragma pack(push, 1)
typedef struct lk_block_bf16 {
    uint16_t bits;
} lk_block_bf16;
#pragma pack(pop)
_Static_assert(sizeof(lk_block_bf16) == LK_BLOCK_BYTES_BF16, "BF16 block");

#endif
