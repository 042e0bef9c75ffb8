// SPDX-License-Identifier: MIT
#include "foodgroups/protocol.h"

#include "foodgroups/dispatch.h"
#include "foodgroups/sign_on.h"
#include "wire/oservice.h"

namespace oscar::foodgroups {

using core::CloseReason;
using core::Link;
using core::Now;
using core::Session;
using core::Ticket;
using wire::FlapReader;
using wire::FrameType;
using Stage = core::Session::Stage;

void OscarProtocol::begin(Link& link) {
    link.session = std::make_unique<Session>(link, shard_.now.steady + shard_.complex.options.signOnDeadline);
    links_.insert(&link);
    shard_.signingOn(*link.session);
}

void OscarProtocol::opened(Link& link, Now now) {
    shard_.now = now;
    begin(link);
    link.out.frame(FrameType::Signon, [](wire::Writer& out) { put(out, wire::FlapSignon{}); });
    link.flushSoon();
}

void OscarProtocol::adopted(Link& link, std::any ticket, Now now) {
    shard_.now = now;
    begin(link);
    redeemCookie(*link.session, std::any_cast<Ticket const&>(ticket));
}

FlapReader::Next OscarProtocol::frame(Link& link, wire::FlapFrame const& frame, Now now) {
    shard_.now = now;
    Session& session = *link.session;
    if (!session.instance && ++session.frames > core::limits::signOnFrames) {
        link.close(CloseReason::SignOnTimeout);
        return FlapReader::Next::Stop;
    }
    switch (frame.type) {
        case FrameType::Signon:
            if (session.stage == Stage::Hello) {
                signonFrame(session, frame.payload);
            } else {
                malformed(session, "second SIGNON frame");
            }
            break;
        case FrameType::Data: dataFrame(session, frame.payload); break;
        case FrameType::Signoff: end(session, CloseReason::SignedOff); break;
        case FrameType::KeepAlive: break;
        case FrameType::Error:
        default: malformed(session, "frame type"); break;
    }
    return FlapReader::Next::Continue;
}

void OscarProtocol::signonFrame(Session& session, wire::Bytes payload) {
    auto const signon = wire::decode<wire::FlapSignon>(payload);
    if (!signon || signon->flapVersion != 1) {
        malformed(session, "SIGNON frame");
        return;
    }
    if (auto const cookie = signon->tlvs.get(wire::signonTags::loginCookie)) {
        auto ticket = shard_.complex.cookies.open(cookie->bytes);
        if (!ticket) {
            shard_.log.write(core::Level::Info, "cookie refused", {{"address", session.link.peerAddress()}});
            session.link.out.frame(FrameType::Signoff, [](wire::Writer&) {});
            session.link.close(CloseReason::BadCookie);
            return;
        }
        if (auto const flags = signon->tlvs.get(wire::signonTags::multiconnFlags)) ticket->multiconnFlags = *flags;
        unsigned const home = shard_.homeOf(ticket->loginId);
        if (home == shard_.index()) {
            redeemCookie(session, *ticket);
            return;
        }
        Link& link = session.link;
        shard_.signedOn(session);
        links_.erase(&link);
        link.moveTo(home, *ticket);
    } else if (signon->tlvs.has(wire::signonTags::loginId)) {
        session.stage = Stage::SignOn;
        roastedSignOn(shard_, session, signon->tlvs);
    } else {
        session.stage = Stage::SignOn;
    }
}

void OscarProtocol::redeemCookie(Session& session, Ticket const& ticket) {
    session.stage = Stage::Loading;
    if (!shard_.redeem(ticket)) {
        shard_.log.write(core::Level::Info, "cookie refused",
                         {{"user", ticket.loginId.text()}, {"address", session.link.peerAddress()}});
        session.link.out.frame(FrameType::Signoff, [](wire::Writer&) {});
        session.link.close(CloseReason::BadCookie);
        return;
    }
    shard_.attach(session, ticket, [](core::Instance* instance) {
        if (!instance) return;
        instance->session.stage = Stage::Service;
        wire::List<wire::u16> groups;
        for (FoodgroupRows const& group : all()) groups.add(static_cast<wire::u16>(group.foodgroup));
        instance->session.send(wire::oservice::HostOnline{groups});
    });
}

void OscarProtocol::dataFrame(Session& session, wire::Bytes payload) {
    auto const frame = wire::decodeSnac(payload);
    if (!frame) {
        malformed(session, "SNAC header");
        return;
    }
    switch (session.stage) {
        case Stage::Hello: malformed(session, "SNAC before SIGNON"); return;
        case Stage::Loading: return;  // the link is paused; nothing comes
        case Stage::SignOn:
            signOnSnac(shard_, session, *frame);
            return;
        case Stage::Service:
        case Stage::Online: dispatch(shard_, session, *frame); return;
    }
}

void OscarProtocol::malformed(Session& session, std::string_view what) {
    shard_.log.write(core::Level::Info, "malformed input",
                     {{"address", session.link.peerAddress()},
                      {"user", session.instance ? session.instance->user.loginId().text() : std::string()},
                      {"what", std::string(what)}});
    end(session, CloseReason::BadFrame);
}

void OscarProtocol::end(Session& session, CloseReason reason) {
    if (session.instance) shard_.goOffline(*session.instance);
    session.link.close(reason);
}

void OscarProtocol::fault(Link& link, wire::FlapFault fault, Now now) {
    shard_.now = now;
    bool const marker = fault == wire::FlapFault::BadMarker;
    shard_.log.write(core::Level::Info, "malformed input",
                     {{"address", link.peerAddress()}, {"what", marker ? "frame marker" : "frame sequence"}});
    end(*link.session, marker ? CloseReason::BadFrame : CloseReason::BadSequence);
}

void OscarProtocol::closed(Link& link, CloseReason reason, Now now) {
    shard_.now = now;
    links_.erase(&link);
    if (!link.session) return;
    if (core::Instance const* instance = link.session->instance)
        shard_.log.write(core::Level::Info, "signed off",
                         {{"user", instance->user.loginId().text()},
                          {"instance", std::to_string(instance->number)},
                          {"address", link.peerAddress()},
                          {"reason", std::string(toString(reason))}});
    shard_.detach(*link.session);
}

void OscarProtocol::flushed(Link& link, Now now) {
    shard_.now = now;
    if (link.session) shard_.flushed(*link.session);
}

void OscarProtocol::tick(Now now) {
    shard_.now = now;
    shard_.tick();
}

void OscarProtocol::shutDown(Now now) {
    shard_.now = now;
    for (Link* link : links_) {
        if (link->session->instance) {
            shard_.signOff(*link->session->instance, CloseReason::Draining);
        } else {
            link->close(CloseReason::Draining);
        }
    }
}

}  // namespace oscar::foodgroups
