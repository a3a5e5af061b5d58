#pragma once

#include <span>
#include <vector>

namespace inkling::correlate {

// The value at quantile q in [0, 1] by linear interpolation; NaN if there are none.
double quantile(std::span<const double> values, double q);
double median(std::span<const double> values);
// Distance between the quartiles; NaN if there are no values.
double interquartile_range(std::span<const double> values);

// The scale differences are measured in: the widest of the series' own noise, 2 % of its level and
// 15 % of the IQR the same metric has over all services. Without the floors near-constant series
// win every comparison. Never 0: a series constant at 0 gets 2 % of `range`, or 1.
double robust_scale(double noise_iqr, double level, double fleet_iqr, double range);

// How far a series left its place: q90(|post - median(pre)|) / scale, >= 0.
// NaN if either side is empty.
double robust_deviation(std::span<const double> pre, std::span<const double> post, double scale,
                        double q = 0.9);

// Noise of a series that may step or drift: IQR of its first differences over sqrt(2), which for
// white noise equals the IQR of the values. NaN below two values.
double noise_iqr(std::span<const double> values);

// Noise of the part of a series before an unknown change: the largest of the noise of all values,
// that of the first quarter, and half the IQR of the first quarter with its trend taken out. The
// last two keep a quiet end, and slow wandering, from making every step look large.
double noise_before_change(std::span<const double> values);

// p90 of |residual| after over before, residual = value - median(before): did the series change at
// this time? 1 = as before; NaN if a side has fewer than 3 values.
// `least_scale`: a smaller p90 before is taken as this.
double residual_ratio(std::span<const double> before, std::span<const double> after,
                      double least_scale = 0);

}  // namespace inkling::correlate
