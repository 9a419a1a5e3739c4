/* What the ops that carry a state refuse: each wrong record of theirs gives a line that says what is wrong.
 */
#include "tests/check.h"
#include "tests/recurrent_cases.h"
#include <stdlib.h>
#include <string.h>

enum { ROWS = 4 };

/* The list and its only op. */
typedef struct spoiled {
    listing *list;
    lk_op *op;
} spoiled;

static lk_tensor *source(const spoiled *in, int index) {
    return &in->list->tensors[in->op->src[index]];
}

static lk_tensor *result(const spoiled *in) {
    return &in->list->tensors[in->op->dst];
}

static lk_tensor *state(const spoiled *in) {
    return source(in, recurrent_state(in->op));
}

static lk_tensor *runs(const spoiled *in) {
    return source(in, recurrent_state(in->op) + 1);
}

static void make_planes(lk_tensor *tensor) {
    tensor->dims[1] = 1;
    tensor->dims[2] = 2;
    tensor->strides[2] = tensor->strides[1];
}

#define SPOIL(name, ...)                                                                                     \
    static void name(const spoiled *in) {                                                                    \
        __VA_ARGS__;                                                                                         \
    }

SPOIL(leave, (void)in)
SPOIL(absent_state, in->op->src[recurrent_state(in->op)] = -1)
SPOIL(absent_runs, in->op->src[recurrent_state(in->op) + 1] = -1)
SPOIL(narrow_state, state(in)->dims[0] -= 1)
SPOIL(i32_state, state(in)->type = LK_TYPE_I32)
SPOIL(planes_of_state, make_planes(state(in)))
SPOIL(f32_runs, runs(in)->type = LK_TYPE_F32)
SPOIL(runs_of_3, runs(in)->dims[0] = 3)
SPOIL(planes_of_dst, make_planes(result(in)))
SPOIL(x_rows, source(in, 0)->dims[1] = ROWS - 1)
SPOIL(x_columns, source(in, 0)->dims[0] -= 1)
SPOIL(x_type, source(in, 0)->type = LK_TYPE_I32)
SPOIL(dst_is_state, result(in)->offset = state(in)->offset)
SPOIL(dst_is_x, result(in)->offset = source(in, 0)->offset)
SPOIL(runs_in_state, runs(in)->offset = state(in)->offset)
SPOIL(dst_columns, result(in)->dims[0] -= 1)
SPOIL(param_0_zero, in->op->params[0] = 0)
SPOIL(param_0_negative, in->op->params[0] = -2)
SPOIL(param_0_huge, in->op->params[0] = INT32_MAX)
SPOIL(param_0_not_dividing, in->op->params[0] = 7)
SPOIL(param_1_zero, in->op->params[1] = 0)
SPOIL(param_1_huge, in->op->params[1] = INT32_MAX)
SPOIL(param_1_odd, in->op->params[1] = 3)
SPOIL(param_2_negative, in->op->params[2] = -8)
SPOIL(param_2_nan, in->op->params[2] = 0x7fc00000)
SPOIL(all_huge, for (int i = 0; i < 3; ++i) in->op->params[i] = INT32_MAX)
SPOIL(groups_zero, in->op->params[3] = 0)
SPOIL(groups_not_dividing, in->op->params[3] = 4)
SPOIL(one_tap, source(in, 1)->dims[0] = 1)
SPOIL(short_source_1, source(in, 1)->dims[1] -= 1)
SPOIL(narrow_source_1, source(in, 1)->dims[0] -= 1)
SPOIL(narrow_source_2, source(in, 2)->dims[0] -= 1)
SPOIL(narrow_source_3, source(in, 3)->dims[0] -= 1)
SPOIL(narrow_source_4, source(in, 4)->dims[0] -= 1)
SPOIL(narrow_source_5, source(in, 5)->dims[0] -= 1)
SPOIL(bias_is_x, in->op->src[4] = in->op->src[0])

/* part: what the line must say; "" where the record is sound. Shapes are those below. */
static const struct {
    int32_t opcode; /* 0: every op's */
    void (*spoil)(const spoiled *in);
    const char *part;
} records[] = {
    {0, leave, ""},
    {0, absent_state, "is absent"},
    {0, absent_runs, "is absent"},
    {0, narrow_state, "state has"},
    {0, i32_state, "state is i32"},
    {0, planes_of_state, "state has more than 2 dimensions"},
    {0, f32_runs, "runs is F32"},
    {0, runs_of_3, "runs is [3, 3], not [4, sequences]"},
    {0, planes_of_dst, "dst has more than 2 dimensions"},
    {0, x_rows, "is ["},
    {0, x_type, "is i32, not F32"},
    {0, dst_is_state, "dst overlaps src["},
    {0, dst_is_x, "dst overlaps src[0]"},
    {0, runs_in_state, ": state overlaps src["},
    {0, dst_columns, "dst "},
    {LK_OPCODE_TOKEN_SHIFT, x_columns, "x is [11, 4], dst is [12, 4]"},
    {LK_OPCODE_SHORT_CONV, x_columns, "x is [11, 4], dst is [12, 4]"},
    {LK_OPCODE_SSM_SCAN, x_columns, "x is [11, 4], not [12, 4]"},
    {LK_OPCODE_WKV6, x_columns, "r is [23, 4], not [24, 4]"},
    {LK_OPCODE_WKV7, x_columns, "r is [23, 4], not [24, 4]"},
    {LK_OPCODE_GATED_DELTA, x_columns, "q has 17 columns, not a multiple of 2 heads"},
    {LK_OPCODE_SHORT_CONV, one_tap, "weight has 1 tap"},
    {LK_OPCODE_SHORT_CONV, short_source_1, "weight has 11 rows, dst has 12 columns"},
    {LK_OPCODE_SHORT_CONV, narrow_source_1, "state has 36 columns, not 24"},
    {LK_OPCODE_SHORT_CONV, bias_is_x, "bias has more than 1 dimension"},
    {LK_OPCODE_SSM_SCAN, param_0_zero, "H is 0"},
    {LK_OPCODE_SSM_SCAN, param_0_negative, "H is -2"},
    {LK_OPCODE_SSM_SCAN, param_0_huge, "do not divide among 2 groups"},
    {LK_OPCODE_SSM_SCAN, param_1_zero, "P is 0"},
    {LK_OPCODE_SSM_SCAN, param_1_huge, "x is [12, 4], not [12884901882, 4]"},
    {LK_OPCODE_SSM_SCAN, param_2_negative, "N is -8"},
    {LK_OPCODE_SSM_SCAN, all_huge, "do not divide among 2 groups"},
    {LK_OPCODE_SSM_SCAN, groups_zero, "G is 0"},
    {LK_OPCODE_SSM_SCAN, groups_not_dividing, "6 heads do not divide among 4 groups"},
    {LK_OPCODE_SSM_SCAN, narrow_source_1, "dt is [5, 4], not [6, 4]"},
    {LK_OPCODE_SSM_SCAN, narrow_source_2, "A is [7, 6], not [8 or 1, 6]"},
    {LK_OPCODE_SSM_SCAN, narrow_source_3, "B is [15, 4], not [16, 4]"},
    {LK_OPCODE_SSM_SCAN, narrow_source_4, "C is [15, 4], not [16, 4]"},
    {LK_OPCODE_SSM_SCAN, narrow_source_5, "D has 5 elements, not 6"},
    {LK_OPCODE_WKV6, param_0_zero, "H is 0"},
    {LK_OPCODE_WKV6, param_0_negative, "H is -2"},
    {LK_OPCODE_WKV6, param_0_huge, "dst has 24 columns, not a multiple of 2147483647 heads"},
    {LK_OPCODE_WKV6, param_0_not_dividing, "dst has 24 columns, not a multiple of 7 heads"},
    {LK_OPCODE_WKV6, narrow_source_1, "k is [23, 4], not [24, 4]"},
    {LK_OPCODE_WKV6, narrow_source_2, "v is [23, 4], not [24, 4]"},
    {LK_OPCODE_WKV6, narrow_source_3, "w is [23, 4], not [24, 4]"},
    {LK_OPCODE_WKV6, narrow_source_4, "u has 23 elements, not 24"},
    {LK_OPCODE_WKV7, param_0_zero, "H is 0"},
    {LK_OPCODE_WKV7, param_0_negative, "H is -2"},
    {LK_OPCODE_WKV7, param_0_not_dividing, "dst has 24 columns, not a multiple of 7 heads"},
    {LK_OPCODE_WKV7, narrow_source_1, "w is [23, 4], not [24, 4]"},
    {LK_OPCODE_WKV7, narrow_source_5, "b is [23, 4], not [24, 4]"},
    {LK_OPCODE_GATED_DELTA, param_0_zero, "Hk is 0"},
    {LK_OPCODE_GATED_DELTA, param_0_negative, "Hk is -2"},
    {LK_OPCODE_GATED_DELTA, param_0_huge, "4 heads do not divide among 2147483647 of q and k"},
    {LK_OPCODE_GATED_DELTA, param_1_zero, "Hv is 0"},
    {LK_OPCODE_GATED_DELTA, param_1_odd, "3 heads do not divide among 2 of q and k"},
    {LK_OPCODE_GATED_DELTA, param_2_nan, "scale is nan"},
    {LK_OPCODE_GATED_DELTA, narrow_source_1, "k is [17, 4], not [18, 4]"},
    {LK_OPCODE_GATED_DELTA, narrow_source_2, "v is [27, 4], not [28, 4]"},
    {LK_OPCODE_GATED_DELTA, narrow_source_3, "g is [3, 4], not [4, 4]"},
    {LK_OPCODE_GATED_DELTA, narrow_source_4, "beta is [3, 4], not [4, 4]"},
};

static const int64_t *shape_of(int32_t opcode) {
    static const int64_t plain[] = {12, 4, 0, 0}, scan[] = {6, 2, 8, 2}, delta[] = {2, 4, 9, 7},
                         heads[] = {3, 8, 0, 0};
    switch (opcode) {
    case LK_OPCODE_TOKEN_SHIFT:
    case LK_OPCODE_SHORT_CONV:
        return plain;
    case LK_OPCODE_SSM_SCAN:
        return scan;
    case LK_OPCODE_GATED_DELTA:
        return delta;
    default:
        return heads;
    }
}

static void check_record(lk_backend *backend, const recurrent_op *op, size_t index) {
    random_state random = check_random(op->name);
    listing list = listing_create();
    op->build(&list, shape_of(op->opcode), ROWS, 0, &random);
    lk_buffer *buffer = NULL;
    lk_program *program = NULL;
    lk_buffer_create(backend, list.bytes, &buffer);
    records[index].spoil(&(spoiled){&list, &list.ops[0]});
    const lk_program_desc desc = listing_desc(&list, &buffer);
    const lk_status status = lk_program_create(backend, &desc, &program);
    const bool sound = records[index].part[0] == '\0';
    const char *text = status == LK_STATUS_OK ? "" : lk_last_error();
    check_that(status == (sound ? LK_STATUS_OK : LK_STATUS_INVALID_ARGUMENT) &&
                   strstr(text, records[index].part) != NULL,
               "%s: status %d, \"%s\" does not say \"%s\"", op->name, status, text, records[index].part);
    lk_program_free(program);
    lk_buffer_free(buffer);
    listing_free(&list);
}

void check_recurrent_records(void) {
    const lk_backend_config config = {.thread_count = 1, .isa_mask = check.isas};
    lk_backend *backend;
    if (!check_that(lk_backend_open(LK_BACKEND_CPU, &config, &backend) == LK_STATUS_OK, "%s",
                    lk_last_error()))
        return;
    for (int i = 0; i < recurrent_op_count; ++i)
        for (size_t r = 0; r < sizeof(records) / sizeof(*records); ++r)
            if (records[r].opcode == 0 || records[r].opcode == recurrent_ops[i].opcode)
                check_record(backend, &recurrent_ops[i], r);
    lk_backend_free(backend);
}
