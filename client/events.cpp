// SPDX-License-Identifier: MIT
#include "client/events.h"

namespace oscar::client {

std::string_view loginErrorText(wire::LoginError code) {
    switch (code) {
        case wire::LoginError::InvalidNickOrPassword:
            return "unknown name, or wrong password";
        case wire::LoginError::ServiceTemporarilyUnavailable:
            return "the service is not available now";
        case wire::LoginError::IncorrectNickOrPassword:
        case wire::LoginError::MismatchNickOrPassword:
            return "wrong password";
        case wire::LoginError::InternalClientError:
            return "the server could not read the sign-on";
        case wire::LoginError::InvalidAccount:
            return "the account is not valid";
        case wire::LoginError::DeletedAccount:
            return "no such account";
        case wire::LoginError::SuspendedAccount:
            return "the account is suspended";
        case wire::LoginError::ReservationMapError:
            return "the server has no place for this session now";
        case wire::LoginError::TooManyFromIp:
            return "too many connections from this address";
        case wire::LoginError::RateLimitReservation:
            return "this name signs on too often; wait some minutes";
        case wire::LoginError::RateLimit:
            return "this address signs on too often; wait some minutes";
    }
    return "the server refused the sign-on";
}

}  // namespace oscar::client
