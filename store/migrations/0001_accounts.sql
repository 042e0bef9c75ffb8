-- SPDX-License-Identifier: MIT
CREATE TABLE account (
    login_id        TEXT    NOT NULL PRIMARY KEY,
    display_id      TEXT    NOT NULL,
    email           TEXT    NOT NULL,
    created         INTEGER NOT NULL,
    evil            INTEGER NOT NULL DEFAULT 0,
    suspended       INTEGER NOT NULL DEFAULT 0,
    confirmed       INTEGER NOT NULL DEFAULT 1,
    rate_exempt     INTEGER NOT NULL DEFAULT 0,
    sealed_password BLOB    NOT NULL
) STRICT, WITHOUT ROWID;

-- What the server remembers about itself, in one row.
CREATE TABLE server (
    id        INTEGER NOT NULL PRIMARY KEY CHECK (id = 1),
    last_uin  INTEGER NOT NULL, -- the newest UIN that was given out
    key_proof BLOB    NOT NULL  -- opens under the key that the passwords are sealed with
) STRICT;

INSERT INTO server (id, last_uin, key_proof) VALUES (1, 99999, x'');
