/* Minimax coefficients, fitted for this library with Remez' algorithm, that the vector exponentials of all
 * ISAs share. */
#ifndef LK_EXP_TERMS_H
#define LK_EXP_TERMS_H

#define LK_LOG2_E 1.4426950408889634
#define LK_LN_2 0.69314718055994531

/* ln 2 in two floats, and what the first one leaves. */
#define LK_LN_2_HIGH 0.693147182464599609375f
#define LK_LN_2_LOW -1.90465429995776804525e-9f

/* Beyond these the result is 0 or infinity in float. */
#define LK_EXP_LEAST -104.0f
#define LK_EXP_MOST 89.0f

/* Below this exp(x) - 1 is -1 in float. */
#define LK_EXPM1_LEAST -20.0f

/* exp(r) = 1 + r + r^2 P(r) for |r| <= ln 2 / 2: 3.1e-9 relative. */
#define LK_EXP_TERM_0 0.49999993447783103f
#define LK_EXP_TERM_1 0.16666520631685847f
#define LK_EXP_TERM_2 0.04166838804698159f
#define LK_EXP_TERM_3 0.008368716881999208f
#define LK_EXP_TERM_4 0.001381459860347224f

/* The same in double: 1.1e-12 relative. */
#define LK_EXP_DOUBLE_TERM_0 0.500000000042715
#define LK_EXP_DOUBLE_TERM_1 0.16666666784511988
#define LK_EXP_DOUBLE_TERM_2 0.04166666440371937
#define LK_EXP_DOUBLE_TERM_3 0.008333281787589988
#define LK_EXP_DOUBLE_TERM_4 0.0013889197254498397
#define LK_EXP_DOUBLE_TERM_5 0.000199089524202672
#define LK_EXP_DOUBLE_TERM_6 2.470826949077045e-05

/* Beyond these no product with a float leaves float's range. */
#define LK_EXP_DOUBLE_LEAST -300.0
#define LK_EXP_DOUBLE_MOST 300.0

/* tanh(x) = x + x^3 P(x^2) for |x| <= 0.625: 4.7e-9 relative. */
#define LK_TANH_LIMIT 0.625f
#define LK_TANH_TERM_0 -0.333332783155097f
#define LK_TANH_TERM_1 0.1333132896279573f
#define LK_TANH_TERM_2 -0.05372923019990285f
#define LK_TANH_TERM_3 0.020602008207538797f
#define LK_TANH_TERM_4 -0.005660789508537532f

/* ln(1 + e) = 2 z + z^3 P(z^2) with z = e / (2 + e), e in [0, 1]: 4.5e-9 relative. */
#define LK_LOG_TERM_0 0.6666641628565597f
#define LK_LOG_TERM_1 0.40021527239467136f
#define LK_LOG_TERM_2 0.280018052589986f
#define LK_LOG_TERM_3 0.2801198692904116f

#endif
