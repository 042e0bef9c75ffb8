-- SPDX-License-Identifier: MIT
-- AUTOINCREMENT: an id is never given again, so a late "forget" can't hit a newer message.
CREATE TABLE offline_message (
    id                INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    receiver          TEXT    NOT NULL REFERENCES account ON DELETE CASCADE,
    sender            TEXT    NOT NULL,
    sender_display_id TEXT    NOT NULL,
    sender_evil       INTEGER NOT NULL,
    sender_nick_flags INTEGER NOT NULL,
    cookie            BLOB    NOT NULL,
    channel           INTEGER NOT NULL,
    icbm_tlvs         BLOB    NOT NULL,
    sent_at           INTEGER NOT NULL
) STRICT;

-- Counting an inbox against its limits reads this index alone.
CREATE INDEX offline_message_of ON offline_message (receiver, sender);
