// SPDX-License-Identifier: MIT
#include "net/mail.h"

#include <sys/eventfd.h>

#include <algorithm>
#include <cerrno>
#include <iterator>
#include <system_error>

namespace oscar::net {

Inbox::Inbox() : wakeup_(::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)) {
    if (!wakeup_) throw std::system_error(errno, std::generic_category(), "eventfd");
}

void Inbox::put(std::vector<Letter>& letters) {
    bool wasEmpty = false;
    {
        std::lock_guard const lock(mutex_);
        wasEmpty = letters_.empty();
        std::ranges::move(letters, std::back_inserter(letters_));
    }
    letters.clear();
    if (wasEmpty) wake();
}

void Inbox::put(Letter letter) {
    bool wasEmpty = false;
    {
        std::lock_guard const lock(mutex_);
        wasEmpty = letters_.empty();
        letters_.push_back(std::move(letter));
    }
    if (wasEmpty) wake();
}

void Inbox::take(std::vector<Letter>& letters) {
    std::lock_guard const lock(mutex_);
    letters_.swap(letters);
}

bool Inbox::empty() {
    std::lock_guard const lock(mutex_);
    return letters_.empty();
}

void Inbox::wake() const { ::eventfd_write(wakeup_.get(), 1); }

}  // namespace oscar::net
