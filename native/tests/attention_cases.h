/* Random attention, with any of the op's variations: interleaved sequences over shuffled, shared and partly
 * filled blocks. */
#ifndef LK_ATTENTION_CASES_H
#define LK_ATTENTION_CASES_H

#include "tests/listing.h"

/* One ATTENTION op of heads that are head_dim wide, over rows of two or three sequences. */
void attention_case_build(listing *list, random_state *random, int64_t head_dim, int64_t rows, int64_t pad);

#endif
