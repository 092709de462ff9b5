// How Boost.Math is asked: what cannot be computed is NaN or infinite, and neither thrown nor left in errno.
#pragma once

// As in exact.cpp: <iostream> has a static object with a destructor, and nothing of it is used.
#define _GLIBCXX_IOSTREAM 1
#include <boost/math/policies/policy.hpp>

namespace upkeep {

namespace policies = boost::math::policies;

using quiet_policy =
    policies::policy<policies::domain_error<policies::ignore_error>, policies::pole_error<policies::ignore_error>,
                     policies::overflow_error<policies::ignore_error>,
                     policies::underflow_error<policies::ignore_error>, policies::denorm_error<policies::ignore_error>,
                     policies::rounding_error<policies::ignore_error>,
                     policies::indeterminate_result_error<policies::ignore_error>,
                     policies::evaluation_error<policies::ignore_error>, policies::promote_double<false>>;

} // namespace upkeep
