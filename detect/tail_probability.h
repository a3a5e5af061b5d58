#pragma once

namespace inkling::detect {

// P(X >= count) and P(X <= count) for a negative binomial with this mean (> 0) and this ratio of
// variance to mean (>= 1; near 1 it is a Poisson). Through the regularised incomplete beta function
// (continued fraction of Lentz) and gamma function. Relative error below 1e-6 down to 1e-290 for
// means up to 100; up to 1e8 the decimal logarithm is right to 0.05.
double negative_binomial_upper(double count, double mean, double dispersion);
double negative_binomial_lower(double count, double mean, double dispersion);

// I_x(a, b), 0 <= x <= 1, a, b > 0. Source: DLMF 8.17.22.
double incomplete_beta(double a, double b, double x);

}  // namespace inkling::detect
