// SPDX-License-Identifier: MIT
// Durations counted in buckets whose width grows with the value: any percentile is exact to 1 %, from
// nanoseconds to hours, in constant memory (the idea of HdrHistogram).
#pragma once

#include <vector>

#include "apps/oscar_load/loop.h"

namespace oscar::load {

class Histogram {
    /// Values of one power of two are told apart in this many steps.
    static constexpr unsigned stepBits = 7;
    std::vector<wire::u64> counts_ = std::vector<wire::u64>((64 - stepBits) << stepBits);
    wire::u64 total_ = 0;
    wire::u64 most_ = 0;

  public:
    void add(Nanoseconds value);
    wire::u64 count() const { return total_; }
    /// The value that `percent` of all are not above; 0 if there are none.
    Nanoseconds percentile(double percent) const;
    Nanoseconds most() const { return Nanoseconds(most_); }

  private:
    static std::size_t bucketOf(wire::u64 value);
    static wire::u64 upperEnd(std::size_t bucket);
};

}  // namespace oscar::load
