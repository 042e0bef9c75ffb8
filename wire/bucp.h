// SPDX-License-Identifier: MIT
// Foodgroup BUCP (0x0017): sign-on by challenge and digest, and ICQ registration.
#pragma once

#include "wire/flap.h"

namespace oscar::wire::bucp {

inline constexpr Foodgroup foodgroup = Foodgroup::Bucp;

using Digest = std::array<u08, 16>;

/// BUCP__TAGS. Tag 1 and 2 mean something else in the registration messages.
namespace tags {
inline constexpr Tag<string, 0x0001> loginId;
inline constexpr Tag<blob, 0x0001> registration;
inline constexpr Tag<blob, 0x0002> registrationImage;
inline constexpr Tag<string, 0x0003> clientName;
inline constexpr Tag<string, 0x0004> errorUrl;
inline constexpr Tag<string, 0x0005> reconnectHere;
inline constexpr Tag<blob, 0x0006> loginCookie;
inline constexpr Tag<LoginError, 0x0008> errorSubcode;
inline constexpr Tag<string, 0x000E> country;
inline constexpr Tag<string, 0x000F> language;
inline constexpr Tag<string, 0x0011> email;
inline constexpr Tag<u16, 0x0013> registrationStatus;
inline constexpr Tag<u32, 0x0014> distribution;
inline constexpr Tag<u16, 0x0016> clientId;
inline constexpr Tag<u16, 0x0017> majorVersion;
inline constexpr Tag<u16, 0x0018> minorVersion;
inline constexpr Tag<u16, 0x0019> pointVersion;
inline constexpr Tag<u16, 0x001A> buildNum;
inline constexpr Tag<Digest, 0x0025> passwordHash;
inline constexpr Tag<MulticonnFlags, 0x004A> multiconnFlags;
inline constexpr Tag<empty, 0x004B> challengeMarker1;
inline constexpr Tag<empty, 0x004C> passwordPrehashed;
inline constexpr Tag<string, 0x0054> changePasswordUrl;
inline constexpr Tag<empty, 0x005A> challengeMarker2;
}  // namespace tags

using Error = ErrorSnac<foodgroup>;

struct LoginRequest {  // BUCP__LOGIN_REQUEST
    static constexpr Snac snac{foodgroup, 0x0002, Way::ToHost};
    static constexpr bool secret = true;
    tlvRestBlock tlvs;
};

struct LoginResponse {  // BUCP__LOGIN_RESPONSE
    static constexpr Snac snac{foodgroup, 0x0003, Way::ToClient};
    static constexpr bool secret = true;
    tlvRestBlock tlvs;
};

struct RegisterRequest {  // BUCP__REGISTER_REQUEST
    static constexpr Snac snac{foodgroup, 0x0004, Way::ToHost};
    static constexpr bool secret = true;
    tlvRestBlock tlvs;
};

struct RegisterResponse {  // BUCP__REGISTER_RESPONSE
    static constexpr Snac snac{foodgroup, 0x0005, Way::ToClient};
    static constexpr bool secret = true;
    tlvRestBlock tlvs;
};

struct ChallengeRequest {  // BUCP__CHALLENGE_REQUEST
    static constexpr Snac snac{foodgroup, 0x0006, Way::ToHost};
    tlvRestBlock tlvs;
};

struct ChallengeResponse {  // BUCP__CHALLENGE_RESPONSE
    static constexpr Snac snac{foodgroup, 0x0007, Way::ToClient};
    string16 key;
};

struct SecuridRequest {  // BUCP__SECURID_REQUEST
    static constexpr Snac snac{foodgroup, 0x000A, Way::ToClient};
};

struct SecuridResponse {  // BUCP__SECURID_RESPONSE
    static constexpr Snac snac{foodgroup, 0x000B, Way::ToHost};
    static constexpr bool secret = true;
    string16 code;
};

struct RegistrationImageRequest {  // BUCP__REGISTRATION_IMAGE_REQUEST
    static constexpr Snac snac{foodgroup, 0x000C, Way::ToHost};
};

struct RegistrationImageResponse {  // BUCP__REGISTRATION_IMAGE_RESPONSE
    static constexpr Snac snac{foodgroup, 0x000D, Way::ToClient};
    tlvRestBlock tlvs;
};

using Messages = Types<Error, LoginRequest, LoginResponse, RegisterRequest, RegisterResponse, ChallengeRequest,
                       ChallengeResponse, SecuridRequest, SecuridResponse, RegistrationImageRequest,
                       RegistrationImageResponse>;

}  // namespace oscar::wire::bucp
