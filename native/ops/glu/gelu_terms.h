/* Constants of the GELUs that the vector ISAs share. */
#ifndef LK_GELU_TERMS_H
#define LK_GELU_TERMS_H

/* gelu_tanh(x) = x sigmoid(x (LINEAR + CUBIC x^2)): twice sqrt(2 / pi), and that times 0.044715. */
#define LK_GELU_LINEAR 1.59576912160573071176
#define LK_GELU_CUBIC 0.0713548162726

/* erfc(t / sqrt 2) / 2 = exp(-t^2 / 2) P((t - 4) / (t + 4)) / (t + 4) for t in [0, 14]: 1.0e-9 relative,
 * fitted for this library with Remez' algorithm. Past 14 the product with any float is 0. */
#define LK_ERFC_MOST 14.0
#define LK_ERFC_SHIFT 4.0
#define LK_ERFC_TERM_COUNT 11
static const double lk_erfc_terms[LK_ERFC_TERM_COUNT] = {
    0.755285131029494,      -0.6078966499953922,     0.3871373322461928,    -0.1865215414266036,
    0.06039793544167577,    -0.007543154236547557,   -0.003490288430450074, 0.0016386468246409839,
    0.00016981225327366984, -0.00022499995945305594, -4.761925712026267e-05};

#endif
