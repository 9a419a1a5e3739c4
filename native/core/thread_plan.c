#include "core/thread_plan.h"
#include "core/status.h"
#include <string.h>

enum { DEFAULT_SPIN_MICROSECONDS = 50, CROWDED_SPIN_NANOSECONDS = 2000, LIST = 160 };

static lk_status check_numbers(const lk_backend_config *config) {
    if (config->thread_count < 0 || config->thread_count > LK_THREADS_MOST)
        return lk_fail(LK_STATUS_INVALID_ARGUMENT, "cpu: %d threads, from 1 to %d are possible",
                       config->thread_count, LK_THREADS_MOST);
    if (config->strict != 0 && config->strict != 1)
        return lk_fail(LK_STATUS_INVALID_ARGUMENT, "cpu: strict is %d, not 0 or 1", config->strict);
    if (config->priority < -1 || config->priority > 3)
        return lk_fail(LK_STATUS_INVALID_ARGUMENT, "cpu: priority %d, from -1 to 3 are possible",
                       config->priority);
    if (config->spin_microseconds < -1 || config->spin_microseconds > 1000000)
        return lk_fail(LK_STATUS_INVALID_ARGUMENT,
                       "cpu: spin of %d microseconds, from -1 to 1000000 are possible",
                       config->spin_microseconds);
    if (config->numa < LK_NUMA_NONE || config->numa > LK_NUMA_NUMACTL)
        return lk_fail(LK_STATUS_INVALID_ARGUMENT, "cpu: numa %d is no lk_numa", config->numa);
    return LK_STATUS_OK;
}

/* None where the process may choose for itself. */
static lk_processors asked_for(const lk_backend_config *config) {
    lk_processors mask;
    memcpy(mask.words, config->processors, sizeof(mask.words));
    return mask;
}

static bool any(const lk_processors *set) {
    return lk_processors_next(set, 0) >= 0;
}

static lk_processors on_node(const lk_topology *topology, const lk_processors *set, int32_t node) {
    lk_processors here = *set;
    for (int32_t i = lk_processors_next(set, 0); i >= 0; i = lk_processors_next(set, i + 1))
        if (topology->processors[i].node != node) lk_processors_remove(&here, i);
    return here;
}

/* All of a set where it has but one kind. */
static lk_processors without_efficiency(const lk_topology *topology, const lk_processors *set) {
    lk_processors fast = *set;
    for (int32_t i = lk_processors_next(set, 0); i >= 0; i = lk_processors_next(set, i + 1))
        if (topology->processors[i].efficiency) lk_processors_remove(&fast, i);
    return any(&fast) ? fast : *set;
}

/* What the mask leaves of what the process has. */
static lk_status narrow_by_mask(const lk_topology *topology, const lk_processors *mask,
                                lk_processors *chosen) {
    char text[LIST];
    for (int32_t i = lk_processors_next(mask, 0); i >= 0; i = lk_processors_next(mask, i + 1)) {
        if (lk_processors_has(&topology->present, i)) continue;
        lk_processors_format(&topology->present, text, sizeof(text));
        return lk_fail(LK_STATUS_INVALID_ARGUMENT, "cpu: there is no processor %d; this machine has %s", i,
                       text);
    }
    *chosen = lk_processors_both(&topology->allowed, mask);
    if (any(chosen)) return LK_STATUS_OK;
    lk_processors_format(&topology->allowed, text, sizeof(text));
    return lk_fail(LK_STATUS_INVALID_ARGUMENT,
                   "cpu: this process may run on none of the processors asked for; it may on %s", text);
}

/* The processors for all threads. More threads than the fast ones take want them all. */
static lk_status choose(const lk_topology *topology, const lk_backend_config *config, int32_t node,
                        lk_processors *chosen) {
    const lk_processors mask = asked_for(config);
    const bool masked = any(&mask);
    *chosen = topology->allowed;
    if (masked) {
        const lk_status status = narrow_by_mask(topology, &mask, chosen);
        if (status != LK_STATUS_OK) return status;
    }
    if (config->numa == LK_NUMA_ISOLATE) {
        *chosen = on_node(topology, chosen, node);
        if (!any(chosen))
            return lk_fail(LK_STATUS_INVALID_ARGUMENT,
                           "cpu: none of the processors asked for is on node %d, where this thread runs",
                           node);
    }
    const lk_processors fast = without_efficiency(topology, chosen);
    if (!masked && config->thread_count <= lk_processors_count(&fast)) *chosen = fast;
    return LK_STATUS_OK;
}

static int32_t default_count(const lk_topology *topology, const lk_processors *chosen) {
    int32_t count = lk_topology_cores(topology, chosen);
    if (topology->quota > 0 && topology->quota < count) count = topology->quota;
    return count < LK_THREADS_MOST ? count : LK_THREADS_MOST;
}

/* The next processor for a thread of its own: of a core that has none yet, then of the others. */
static int32_t take(const lk_topology *topology, lk_processors *left, lk_processors *cores, int32_t node) {
    int32_t found = -1;
    for (int32_t i = lk_processors_next(left, 0); i >= 0; i = lk_processors_next(left, i + 1)) {
        const lk_processor *processor = &topology->processors[i];
        if (node >= 0 && processor->node != node) continue;
        if (found < 0) found = i;
        if (lk_processors_has(cores, processor->core)) continue;
        found = i;
        break;
    }
    if (found < 0) return found;
    lk_processors_remove(left, found);
    lk_processors_add(cores, topology->processors[found].core);
    return found;
}

/* Thread i on node i modulo their number, strictly on one processor where so asked. */
static lk_status spread(const lk_topology *topology, const lk_processors *chosen, bool strict,
                        lk_thread_plan *plan) {
    lk_processors left = *chosen, cores = {0};
    int32_t node = -1;
    if (strict && plan->count > lk_processors_count(chosen))
        return lk_fail(LK_STATUS_INVALID_ARGUMENT,
                       "cpu: %d threads, but %d processors to give each one of its own", plan->count,
                       lk_processors_count(chosen));
    for (int32_t i = 0; i < plan->count; ++i) {
        node = lk_processors_next(&plan->nodes, node + 1);
        if (node < 0) node = lk_processors_next(&plan->nodes, 0);
        plan->sets[i] = node >= 0 ? on_node(topology, chosen, node) : *chosen;
        if (!strict) continue;
        int32_t own = take(topology, &left, &cores, node);
        if (own < 0) own = take(topology, &left, &cores, -1);
        plan->sets[i] = (lk_processors){0};
        lk_processors_add(&plan->sets[i], own);
    }
    return LK_STATUS_OK;
}

/* With more threads than processors a spinner holds up the thread that it waits for. */
static int64_t spin_of(const lk_topology *topology, const lk_backend_config *config,
                       const lk_processors *chosen, int32_t count) {
    int64_t spin = config->spin_microseconds == 0 ? DEFAULT_SPIN_MICROSECONDS : config->spin_microseconds;
    spin = spin < 0 ? 0 : spin * 1000;
    const bool crowded = count > lk_topology_usable(topology) || count > lk_processors_count(chosen);
    return crowded && spin > CROWDED_SPIN_NANOSECONDS ? CROWDED_SPIN_NANOSECONDS : spin;
}

lk_status lk_thread_plan_make(const lk_topology *topology, const lk_backend_config *config, int32_t node,
                              lk_thread_plan *plan) {
    memset(plan, 0, sizeof(*plan));
    lk_processors chosen;
    lk_status status = check_numbers(config);
    if (status == LK_STATUS_OK) status = choose(topology, config, node, &chosen);
    if (status != LK_STATUS_OK) return status;
    plan->count = config->thread_count > 0 ? config->thread_count : default_count(topology, &chosen);
    plan->priority = config->priority;
    plan->spin = spin_of(topology, config, &chosen, plan->count);
    const lk_processors nodes = lk_topology_nodes(topology, &chosen);
    if (config->numa == LK_NUMA_DISTRIBUTE && lk_processors_count(&nodes) > 1) plan->nodes = nodes;
    status = spread(topology, &chosen, config->strict != 0, plan);
    const bool narrowed = memcmp(&chosen, &topology->allowed, sizeof(chosen)) != 0;
    const lk_processors mask = asked_for(config);
    plan->binds = config->strict || any(&plan->nodes) || any(&mask);
    plan->id = narrowed || plan->binds || plan->priority != 0;
    return status;
}

int32_t lk_thread_plan_default_count(const lk_topology *topology) {
    const lk_processors chosen = without_efficiency(topology, &topology->allowed);
    return default_count(topology, &chosen);
}
