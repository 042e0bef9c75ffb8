// SPDX-License-Identifier: MIT
// One user of the server: signs on as a real client does, then costs as little as possible.
#pragma once

#include <memory>

#include "apps/oscar_load/accounts.h"
#include "apps/oscar_load/line.h"
#include "apps/oscar_load/target.h"

namespace oscar::load {

/// liboscar's session lives as long as the sign-on takes. Online there are a socket and a sequence number.
class User final : Line::Listener {
  public:
    enum class State : wire::u08 { Offline, SigningOn, Online };

    /// Each of these may write to the user, sign it off or on, but not destroy it.
    class Owner {
      public:
        /// The server has answered a question that came after CLIENT_ONLINE: it has seen all of the sign-on.
        virtual void online(User& user) = 0;
        /// A sign-on failed, or the session of a user who was online has ended, as `before` says; the user is
        /// offline.
        virtual void ended(User& user, State before, std::string const& why) = 0;
        /// A frame for a user who is online.
        virtual void frame(User&, Frame const&) {}
        /// A user who is online can write on after it could not.
        virtual void drained(User&) {}

      protected:
        ~Owner() = default;
    };

    User(Target& target, Owner& owner, Account const& account, std::size_t index)
        : target_(target), owner_(owner), account_(account), index_(index), line_(target.loop(), *this) {}

    std::size_t index() const { return index_; }
    std::string const& name() const { return account_.name; }
    State state() const { return state_; }
    /// When the sign-on began.
    Time began() const { return began_; }

    void signOn();
    /// Tells the server and closes.
    void signOff();
    /// Closes without a word.
    void cut();
    /// Ends a sign-on that takes too long.
    void giveUp(std::string const& why) { end(why); }

    // Online.

    /// Appends a whole frame with the next sequence number in place of its own.
    void write(wire::Buffer& frame);
    void flush() { line_.flush(); }
    std::size_t waiting() const { return line_.waiting(); }
    void reads(bool wanted) { line_.reads(wanted); }

  private:
    void connected() override;
    void frame(Frame const& frame) override;
    void drained() override;
    void lost(std::string const& why) override;

    void connectTo(client::Address const& address);
    void greetFloor();
    void onEvent(client::Event const& event);
    void confirm();
    void afterSession();
    void goOnline();
    void end(std::string const& why);

    Target& target_;
    Owner& owner_;
    Account const& account_;
    std::size_t index_;
    Line line_;
    std::unique_ptr<client::Session> session_;
    std::string failure_;  ///< of the session
    Time began_;
    wire::u16 sequence_ = 0;  ///< of the next frame
    State state_ = State::Offline;
    bool confirmed_ = false;
};

}  // namespace oscar::load
