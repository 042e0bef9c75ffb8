-- SPDX-License-Identifier: MIT
-- A feedbag is one row, so that sign-on reads it in one go.
CREATE TABLE feedbag (
    login_id TEXT    NOT NULL PRIMARY KEY REFERENCES account ON DELETE CASCADE,
    updated  INTEGER NOT NULL,
    items    BLOB    NOT NULL -- FEEDBAG__Items as on the wire
) STRICT;

CREATE TABLE profile (
    login_id TEXT NOT NULL PRIMARY KEY REFERENCES account ON DELETE CASCADE,
    sig_type TEXT NOT NULL,
    sig_data BLOB NOT NULL -- text in whatever character set sig_type says
) STRICT;
