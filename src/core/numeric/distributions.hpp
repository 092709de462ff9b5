// Quantiles and tails of distributions, as Boost.Math has them: here alone, since its headers cost seconds to compile.
// What cannot be computed is NaN or infinite, and neither thrown nor left in errno.
#pragma once

namespace upkeep {

// Student's t with so many degrees of freedom: the value that it stays below with a probability of `share`.
double students_t_quantile(int degrees, double share);
// The probability that it is greater than `value`.
double students_t_tail(int degrees, double value);

// The gamma distribution with this shape and scale 1.
double gamma_quantile(double shape, double share);
double gamma_tail(double shape, double value);

// The beta distribution: the probability that it is at most `value`, which is from 0 to 1.
double beta_share(double a, double b, double value);

} // namespace upkeep
