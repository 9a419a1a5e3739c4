/* A program under construction, with the image of its memory: every tensor lies in one buffer, guards of
 * poison between them. */
#ifndef LK_LISTING_H
#define LK_LISTING_H

#include "core/kernel.h"
#include "tests/random.h"

enum { LISTING_TENSORS = 64, LISTING_OPS = 64, LISTING_NAMES = 2048 };

typedef struct listing {
    lk_tensor tensors[LISTING_TENSORS];
    lk_op ops[LISTING_OPS];
    uint8_t names[LISTING_NAMES];
    int32_t tensor_count, op_count, names_length;
    uint8_t *image;
    int64_t bytes;
} listing;

listing listing_create(void);
void listing_free(listing *list);

/* A tensor of unused memory (poison), its rows pad bytes farther apart than they need to be. Unused dims
 * are 1. */
int32_t listing_tensor(listing *list, int32_t type, int64_t d0, int64_t d1, int64_t d2, int64_t d3,
                       int64_t pad);
void *listing_data(listing *list, int32_t tensor);
float *listing_floats(listing *list, int32_t tensor, int64_t row);

/* Tensors filled with random numbers in [-1, 1) (f32 or f16), or with random weights of any type. */
int32_t listing_random(listing *list, int32_t type, int64_t d0, int64_t d1, int64_t pad,
                       random_state *random);
int32_t listing_indices(listing *list, int64_t count, const int32_t *values);

/* A tensor of unused memory whose planes lie inside its rows, gap bytes after each of them. */
int32_t listing_planes(listing *list, int32_t type, int64_t n, int64_t rows, int64_t planes, int64_t gap);

/* One plane of a tensor, as a tensor of 2 dimensions. */
int32_t listing_plane(listing *list, int32_t tensor, int64_t plane);

/* An op in a phase of its own, without sources or params: the caller sets those. */
lk_op *listing_op(listing *list, int32_t opcode, const char *name, int32_t dst);

void listing_param(lk_op *op, int index, float value);

/* What running it gives: the status, and the buffer's bytes afterwards (to be freed). */
typedef struct listing_result {
    lk_status status;
    uint8_t *image;
} listing_result;

lk_program_desc listing_desc(const listing *list, lk_buffer *const *buffer);
listing_result listing_run(const listing *list, uint32_t isa_mask, int32_t threads, const int32_t *args);

/* A row of a tensor in the bytes that a run left. */
const float *listing_result_row(const listing *list, const listing_result *result, int32_t tensor,
                                int64_t row);

/* Whether the program is INVALID_ARGUMENT, with a line that says part. */
bool listing_is_refused(const listing *list, uint32_t isa_mask, const char *part);

#endif
