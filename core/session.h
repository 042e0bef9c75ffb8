// SPDX-License-Identifier: MIT
// The protocol's state of one connection, from its first byte on.
#pragma once

#include <memory>
#include <string>

#include "core/ports/link.h"
#include "core/ports/store.h"
#include "core/time.h"

namespace oscar::core {

struct Instance;

class Session {
  public:
    enum class Stage : wire::u08 {
        Hello,    ///< nothing but our SIGNON frame was sent
        SignOn,   ///< BUCP's SNACs
        Loading,  ///< the cookie was good, the user is being loaded
        Service,  ///< HOST_ONLINE was sent
        Online,   ///< CLIENT_ONLINE has come
    };

    /// What a digest is checked against; used up by the first try.
    struct Challenge {
        std::string key;
        Credentials credentials;
    };

    Session(Link& owner, TimePoint signOnDeadline) : link(owner), deadline(signOnDeadline) {}
    ~Session() {
        if (handle_) *handle_ = nullptr;
    }
    Session(Session const&) = delete;
    Session& operator=(Session const&) = delete;

    Link& link;
    Stage stage = Stage::Hello;
    wire::u08 frames = 0;     ///< frames of the sign-on so far
    wire::u08 malformed = 0;  ///< SNACs whose bodies could not be read
    TimePoint deadline;       ///< by when CLIENT_ONLINE (or the end of the sign-on) must have come
    std::unique_ptr<Challenge> challenge;
    Instance* instance = nullptr;  ///< from Service on; owned by its User

    /// Survives the session: for whoever must wait for an answer.
    class Handle {
        std::shared_ptr<Session*> session_;

      public:
        explicit Handle(std::shared_ptr<Session*> session) : session_(std::move(session)) {}
        Session* get() const { return *session_; }
    };
    Handle handle() {
        if (!handle_) handle_ = std::make_shared<Session*>(this);
        return Handle(handle_);
    }

    template <wire::Message M>
    bool send(M const& message, wire::u32 requestId = wire::serverRequestId, wire::u16 flags = 0) {
        bool const fits = link.out.snac(message, requestId, flags);
        link.flushSoon();
        return fits;
    }

    /// A SNAC whose body is encoded already, for many receivers.
    void send(wire::Snac snac, wire::Bytes body, wire::u32 requestId = wire::serverRequestId) {
        link.out.snac(wire::SnacHeader{static_cast<wire::u16>(snac.foodgroup), snac.type, 0, requestId}, body);
        link.flushSoon();
    }

  private:
    std::shared_ptr<Session*> handle_;
};

}  // namespace oscar::core
