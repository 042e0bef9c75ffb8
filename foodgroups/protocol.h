// SPDX-License-Identifier: MIT
// OSCAR on a connection: from the first frame over sign-on to the foodgroups.
#pragma once

#include "core/ports/link.h"
#include "core/shard.h"
#include "wire/bucp.h"

namespace oscar::foodgroups {

class OscarProtocol : public core::Protocol {
    core::Shard& shard_;
    std::unordered_set<core::Link*> links_;

  public:
    explicit OscarProtocol(core::Shard& shard) : shard_(shard) {}

    void opened(core::Link& link, core::Now now) override;
    void adopted(core::Link& link, std::any ticket, core::Now now) override;
    wire::FlapReader::Next frame(core::Link& link, wire::FlapFrame const& frame, core::Now now) override;
    void fault(core::Link& link, wire::FlapFault fault, core::Now now) override;
    void closed(core::Link& link, core::CloseReason reason, core::Now now) override;
    void flushed(core::Link& link, core::Now now) override;
    void tick(core::Now now) override;
    void shutDown(core::Now now) override;

  private:
    void begin(core::Link& link);
    void signonFrame(core::Session& session, wire::Bytes payload);
    void dataFrame(core::Session& session, wire::Bytes payload);
    void redeemCookie(core::Session& session, core::Ticket const& ticket);
    void malformed(core::Session& session, std::string_view what);
    /// Closes the connection. Its user is offline at once, however long the network takes.
    void end(core::Session& session, core::CloseReason reason);
};

}  // namespace oscar::foodgroups
