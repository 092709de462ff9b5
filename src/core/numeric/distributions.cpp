#include "core/numeric/distributions.hpp"

// As in exact.cpp: <iostream> has a static object with a destructor, and nothing of it is used.
#define _GLIBCXX_IOSTREAM 1
#define BOOST_MATH_DOMAIN_ERROR_POLICY ignore_error
#define BOOST_MATH_POLE_ERROR_POLICY ignore_error
#define BOOST_MATH_OVERFLOW_ERROR_POLICY ignore_error
#define BOOST_MATH_EVALUATION_ERROR_POLICY ignore_error
#define BOOST_MATH_ROUNDING_ERROR_POLICY ignore_error
#define BOOST_MATH_PROMOTE_DOUBLE_POLICY false
#include <boost/math/distributions/students_t.hpp>
#include <boost/math/special_functions/beta.hpp>
#include <boost/math/special_functions/gamma.hpp>

namespace upkeep {

namespace {

using students_t = boost::math::students_t_distribution<double>;

} // namespace

double students_t_quantile(int degrees, double share) { return quantile(students_t(degrees), share); }

double students_t_tail(int degrees, double value) { return cdf(complement(students_t(degrees), value)); }

double gamma_quantile(double shape, double share) { return boost::math::gamma_p_inv(shape, share); }

double gamma_tail(double shape, double value) { return boost::math::gamma_q(shape, value); }

double beta_share(double a, double b, double value) { return boost::math::ibeta(a, b, value); }

} // namespace upkeep
