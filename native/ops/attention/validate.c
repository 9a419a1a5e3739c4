#include "ops/attention/shape.h"
#include "core/program.h"
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
    lk_demand_that(demand, op->params[3] >= 0, "window is %d", op->params[3]);
    lk_demand_that(demand, isfinite(scale), "scale is %g", (double)scale);
    lk_demand_that(demand, isfinite(softcap) && softcap >= 0, "softcap is %g", (double)softcap);
    lk_demand_that(demand, isfinite(alibi) && alibi >= 0, "alibi max bias is %g", (double)alibi);
}

static void demand_cache(lk_demand *demand, const lk_view *cache, const char *name, int32_t kv_heads) {
    lk_demand_that(demand, cache->type == LK_TYPE_F32 || cache->type == LK_TYPE_F16,
                   "%s is %s, not F32 or F16", name, lk_type_label(cache->type));
    lk_demand_tensor(demand, cache, name, cache->type);
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
