// SPDX-License-Identifier: MIT
#include "apps/oscar_load/histogram.h"

#include <algorithm>
#include <bit>
#include <cmath>

namespace oscar::load {

/// Below 2^stepBits every value has its own bucket; above, each power of two has 2^stepBits of them.
std::size_t Histogram::bucketOf(wire::u64 value) {
    if (value < wire::u64{1} << stepBits) return value;
    unsigned const shift = static_cast<unsigned>(std::bit_width(value)) - 1 - stepBits;
    return (static_cast<std::size_t>(shift) << stepBits) + (value >> shift);
}

wire::u64 Histogram::upperEnd(std::size_t bucket) {
    if (bucket < std::size_t{2} << stepBits) return bucket;
    std::size_t const shift = (bucket >> stepBits) - 1;
    wire::u64 const step = bucket - (shift << stepBits);
    return ((step + 1) << shift) - 1;
}

void Histogram::add(Nanoseconds value) {
    // Longer than 146 years is an error of the clock.
    wire::u64 const number = value.count() < 0 ? 0 : static_cast<wire::u64>(value.count());
    ++counts_[std::min(bucketOf(number), counts_.size() - 1)];
    ++total_;
    most_ = std::max(most_, number);
}

Nanoseconds Histogram::percentile(double percent) const {
    if (total_ == 0) return Nanoseconds{0};
    auto const wanted = static_cast<wire::u64>(std::ceil(static_cast<double>(total_) * percent / 100));
    wire::u64 seen = 0;
    for (std::size_t bucket = 0; bucket < counts_.size(); ++bucket) {
        seen += counts_[bucket];
        if (seen >= std::max<wire::u64>(wanted, 1)) return Nanoseconds(std::min(upperEnd(bucket), most_));
    }
    return most();
}

}  // namespace oscar::load
