// SPDX-License-Identifier: MIT
#include "bench/micro/allocations.h"

#include <cstdlib>
#include <new>

namespace {

constinit oscar::bench::Allocations counted;

}  // namespace

oscar::bench::Allocations oscar::bench::allocations() { return counted; }

void* operator new(std::size_t size) {
    ++counted.count;
    counted.bytes += size;
    if (void* const memory = std::malloc(size)) return memory;
    throw std::bad_alloc();
}

void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }
