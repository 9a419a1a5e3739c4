/* What an unpacker needs to know of the codebook of an IQ2 or IQ3 type. */
#ifndef LK_CODEBOOK_H
#define LK_CODEBOOK_H

#include "types/unpack.h"

typedef struct lk_codebook {
    int points;
    const uint64_t *grid8;     /* of points of 8 coordinates */
    const uint32_t *grid4;     /* of points of 4 */
    const uint16_t *codes;     /* of the same points */
    const uint8_t *code_bytes; /* [2][points]: the low bytes of the codes, then the high ones */
    uint8_t quants[16];        /* by code and, on top, sign; again where these are 8 */
    uint8_t offset; /* magnitude m has quant offset + factor m + rest, and less the same where negative */
    uint8_t factor, rest;
} lk_codebook;

/* Numbers of four points of each row, two to a word: 0 and 1, 2 and 3. */
typedef struct lk_numbers {
    lk_words first, last;
} lk_numbers;

/* Before numbers are used: unpackers find those of many points first, and the compiler leaves them in memory,
 * from which a load takes one. It would take them out of vectors, three instructions each; and a load that
 * comes close after the vector's store waits for it. */
#define LK_KEEP_IN_MEMORY(numbers) __asm__("" : "+m"(numbers))

#endif
