/* The words that make kernels out of shared loops: a step passed as an argument is inlined, and loops over a
 * few registers vanish. */
#ifndef LK_INLINE_H
#define LK_INLINE_H

#define LK_INLINE static inline __attribute__((always_inline))

/* Before a loop of at most 16 turns that must leave nothing of itself, so that its array lives in registers.
 * What sanitizers add to a loop keeps GCC from unrolling it, of which it would warn. */
#if defined(__clang__)
#define LK_UNROLL _Pragma("unroll")
#elif defined(__SANITIZE_ADDRESS__)
#define LK_UNROLL
#else
#define LK_UNROLL _Pragma("GCC unroll 16")
#endif

/* Before a loop whose turns write nothing that another one reads. */
#if defined(__clang__)
#define LK_INDEPENDENT _Pragma("clang loop vectorize(assume_safety)")
#else
#define LK_INDEPENDENT _Pragma("GCC ivdep")
#endif

#endif
