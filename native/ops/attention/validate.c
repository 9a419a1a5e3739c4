#include "ops/attention/shape.h"
#include "core/program.h"
#include "ops/cache_types.h"
#include "ops/demand.h"
#include <math.h>

static void demand_params(lk_demand *demand, const lk_op_state *op) {
    int32_t heads = op->params[0], kv_heads = op->params[1];
    float scale = lk_param_float(op, 4), softcap = lk_param_float(op, 5), alibi = lk_param_float(op, 6);
    lk_demand_that(demand, heads > 0, "heads is %d", heads);
    lk_demand_that(demand, kv_heads > 0, "kv_heads is %d", kv_heads);
    lk_demand_that(demand, kv_heads > 0 && heads % kv_heads == 0, "%d heads do not divide among %d kv heads",
                   heads, kv_heads);
    lk_demand_that(demand, op->params[2] == 0 || op->params[2] == 1, "causal is %d, not 0 or 1",
                   op->params[2]);
    lk_demand_that(demand, isfinite(scale), "scale is %g", (double)scale);
    lk_demand_that(demand, isfinite(softcap) && softcap >= 0, "softcap is %g", (double)softcap);
    lk_demand_that(demand, isfinite(alibi) && alibi >= 0, "alibi max bias is %g", (double)alibi);
}

static void demand_window(lk_demand *demand, const lk_op_state *op) {
    int32_t window = op->params[3], kind = op->params[7];
    lk_demand_that(demand, window >= 0, "window is %d", window);
    lk_demand_that(demand, kind >= LK_WINDOW_KIND_SLIDING && kind <= LK_WINDOW_KIND_SYMMETRIC,
                   "window kind is %d", kind);
    lk_demand_that(demand, kind == LK_WINDOW_KIND_SLIDING || window > 0, "window kind is %d without a window",
                   kind);
    lk_demand_that(demand, kind != LK_WINDOW_KIND_SYMMETRIC || op->params[2] == 0,
                   "a symmetric window is causal");
}

static void demand_sinks(lk_demand *demand, const lk_op_state *op) {
    if (lk_present(&op->src[6])) lk_demand_vector(demand, &op->src[6], "sinks", LK_TYPE_F32, op->params[0]);
}

/* A direction has a bucket at least whose distance counts exactly, and one beyond. */
static void demand_relative(lk_demand *demand, const lk_op_state *op) {
    const lk_view *relative = &op->src[7];
    int32_t max_distance = op->params[8], both = op->params[9];
    if (!lk_present(relative)) {
        lk_demand_that(demand, max_distance == 0 && both == 0,
                       "max distance is %d and both directions %d without relative", max_distance, both);
        return;
    }
    lk_demand_that(demand, relative->type == LK_TYPE_F32 || relative->type == LK_TYPE_F16,
                   "relative is %s, not F32 or F16", lk_type_label(relative->type));
    lk_demand_matrix(demand, relative, "relative", relative->type);
    lk_demand_that(demand, relative->dims[0] == op->params[0], "relative has %lld columns, not %d heads",
                   (long long)relative->dims[0], op->params[0]);
    lk_demand_that(demand, both == 0 || both == 1, "both directions is %d, not 0 or 1", both);
    int64_t buckets = relative->dims[1], side = both ? buckets / 2 : buckets;
    lk_demand_that(demand, !both || buckets % 2 == 0, "%lld buckets do not divide among both directions",
                   (long long)buckets);
    lk_demand_that(demand, side >= 2 && buckets <= LK_ATTENTION_BUCKETS,
                   "relative has %lld buckets, not %d to %d", (long long)buckets, both ? 4 : 2,
                   LK_ATTENTION_BUCKETS);
    lk_demand_that(demand, max_distance >= side, "max distance is %d, below the %lld buckets of a direction",
                   max_distance, (long long)side);
}

static void demand_cache(lk_demand *demand, const lk_view *cache, const char *name, int32_t kv_heads) {
    lk_demand_that(demand, lk_is_cache_type(cache->type), "%s is %s, not " LK_CACHE_TYPES, name,
                   lk_type_label(cache->type));
    lk_demand_that(demand, cache->dims[2] == kv_heads, "%s has %lld heads, kv_heads is %d", name,
                   (long long)cache->dims[2], kv_heads);
}

static void demand_heads(lk_demand *demand, const lk_view *rows, const char *name, int32_t heads,
                         const lk_view *cache, const char *cache_name) {
    lk_demand_matrix(demand, rows, name, LK_TYPE_F32);
    if (demand->failed) return;
    lk_demand_that(demand, rows->dims[0] == heads * cache->dims[0],
                   "%s has %lld columns, not %d heads of %s's %lld", name, (long long)rows->dims[0], heads,
                   cache_name, (long long)cache->dims[0]);
}

const char *lk_attention_validate(const lk_op_state *op, char *text, size_t size) {
    const lk_view *dst = &op->dst, *q = &op->src[0], *k = &op->src[1], *v = &op->src[2];
    const lk_view *rows = &op->src[3], *table = &op->src[4], *counts = &op->src[5];
    lk_demand demand = {text, size, false};
    demand_params(&demand, op);
    demand_window(&demand, op);
    demand_sinks(&demand, op);
    demand_relative(&demand, op);
    demand_cache(&demand, k, "K", op->params[1]);
    demand_cache(&demand, v, "V", op->params[1]);
    lk_demand_that(&demand, k->dims[1] == v->dims[1] && k->dims[3] == v->dims[3],
                   "K has %lld blocks of %lld, V has %lld of %lld", (long long)k->dims[3],
                   (long long)k->dims[1], (long long)v->dims[3], (long long)v->dims[1]);
    demand_heads(&demand, q, "q", op->params[0], k, "K");
    demand_heads(&demand, dst, "dst", op->params[0], v, "V");
    lk_demand_that(&demand, q->dims[1] == dst->dims[1], "q has %lld rows, dst has %lld",
                   (long long)q->dims[1], (long long)dst->dims[1]);
    lk_demand_matrix(&demand, rows, "rows", LK_TYPE_I32);
    lk_demand_that(&demand, rows->dims[0] == 2 && rows->dims[1] == dst->dims[1],
                   "rows is [%lld, %lld], not [2, %lld]", (long long)rows->dims[0], (long long)rows->dims[1],
                   (long long)dst->dims[1]);
    lk_demand_tensor(&demand, table, "table", LK_TYPE_I32);
    lk_demand_that(&demand, table->dims[0] == 4 && table->dims[3] == 1,
                   "table is [%lld, entries, sequences, %lld], not [4, entries, sequences]",
                   (long long)table->dims[0], (long long)table->dims[3]);
    lk_demand_vector(&demand, counts, "counts", LK_TYPE_I32, table->dims[2]);
    return lk_demand_result(&demand);
}
