#include "llamakernels.h"
int main(void) { return lk_abi_version() != 1; }
