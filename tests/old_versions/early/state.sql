BEGIN TRANSACTION;
CREATE TABLE alert (
    account TEXT NOT NULL,
    digest BLOB NOT NULL,
    shown REAL NOT NULL,
    PRIMARY KEY (account, digest)
) WITHOUT ROWID;
INSERT INTO "alert" VALUES('work',X'01010101010101010101010101010101',1789999900.0);
CREATE TABLE fingerprint (
    account TEXT NOT NULL,
    digest BLOB NOT NULL,
    place BLOB NOT NULL,
    date REAL,
    added REAL NOT NULL,
    UNIQUE (account, digest, place)
);
INSERT INTO "fingerprint" VALUES('work',X'7620DE54A80E6A9ADF92217201BD2803',X'E111356C3EF7B48879E6732EBC2D871D',1789995001.0,1790000000.0);
INSERT INTO "fingerprint" VALUES('work',X'126155F53E6FB695D2F1213DB62AB547',X'1175E4C37462400322E2CD5D205D6CC3',1789995001.0,1790000000.0);
INSERT INTO "fingerprint" VALUES('gmail',X'233F1DC137745D78C73DCFC8A1FDAA00',X'',NULL,1790000000.0);
INSERT INTO "fingerprint" VALUES('work',X'6CF2061657B57BCDDBD3A9519C111E2B',X'E111356C3EF7B48879E6732EBC2D871D',1789995010.0,1790000000.0);
INSERT INTO "fingerprint" VALUES('work',X'E52365CB844152B0B43A5BEA8D1952D5',X'E111356C3EF7B48879E6732EBC2D871D',1789995012.0,1790000000.0);
INSERT INTO "fingerprint" VALUES('work',X'C34F783F61AA7D42FF7C3F7D14E74D1B',X'1175E4C37462400322E2CD5D205D6CC3',1789995002.0,1790000000.0);
INSERT INTO "fingerprint" VALUES('gmail',X'223ACC2F89DC34D7D1936B5F5D99FEA0',X'',NULL,1790000000.0);
CREATE TABLE mailbox (
    account TEXT NOT NULL,
    mailbox TEXT NOT NULL,
    uid_validity INTEGER NOT NULL,
    announced_uid INTEGER NOT NULL,
    unseen INTEGER NOT NULL,
    PRIMARY KEY (account, mailbox)
) WITHOUT ROWID;
INSERT INTO "mailbox" VALUES('gmail','INBOX',7,9,2);
INSERT INTO "mailbox" VALUES('work','INBOX',7,10,4);
INSERT INTO "mailbox" VALUES('work','Lists/Entwürfe',7,2,1);
CREATE TABLE numbering (
    account TEXT NOT NULL,
    mailbox TEXT NOT NULL,
    since REAL NOT NULL,
    size INTEGER,
    told TEXT NOT NULL,
    waiting_since REAL,
    PRIMARY KEY (account, mailbox)
) WITHOUT ROWID;
INSERT INTO "numbering" VALUES('gmail','INBOX',1790000000.0,2,'',NULL);
INSERT INTO "numbering" VALUES('work','INBOX',1790000000.0,NULL,'12:12',1789995010.0);
INSERT INTO "numbering" VALUES('work','Lists/Entwürfe',1790000000.0,2,'',NULL);
CREATE TABLE title (
    account TEXT NOT NULL,
    mailbox TEXT NOT NULL,
    uid INTEGER NOT NULL,
    subject TEXT NOT NULL,
    sender_name TEXT NOT NULL,
    sender_address TEXT NOT NULL,
    date REAL,
    message_id TEXT NOT NULL,
    flags TEXT NOT NULL,
    gmail_id TEXT,
    PRIMARY KEY (account, mailbox, uid)
) WITHOUT ROWID;
INSERT INTO "title" VALUES('gmail','INBOX',3,'Subject label 🔔','Ada Ü','label@example.org',1789995003.0,'<label@example.org>','','18446744073709551615');
INSERT INTO "title" VALUES('gmail','INBOX',9,'Subject gmail-announced 🔔','Ada Ü','gmail-announced@example.org',1789995009.0,'<gmail-announced@example.org>','','77');
INSERT INTO "title" VALUES('work','INBOX',1,'Subject old 🔔','Ada Ü','old@example.org',1789995001.0,'<old@example.org>','',NULL);
INSERT INTO "title" VALUES('work','INBOX',10,'Subject announced 🔔','Ada Ü','announced@example.org',1789995010.0,'<announced@example.org>','',NULL);
INSERT INTO "title" VALUES('work','INBOX',11,'Subject waits 🔔','Ada Ü','waits@example.org',1789995011.0,'<waits@example.org>','',NULL);
INSERT INTO "title" VALUES('work','INBOX',12,'Subject announced-too 🔔','Ada Ü','announced-too@example.org',1789995012.0,'<announced-too@example.org>','',NULL);
INSERT INTO "title" VALUES('work','Lists/Entwürfe',1,'Subject list 🔔','Ada Ü','list@example.org',1789995001.0,'<list@example.org>','$Important \Seen',NULL);
INSERT INTO "title" VALUES('work','Lists/Entwürfe',2,'Subject list-announced 🔔','Ada Ü','list-announced@example.org',1789995002.0,'<list-announced@example.org>','',NULL);
CREATE TABLE unwatched (
    account TEXT NOT NULL,
    mailbox TEXT NOT NULL,
    since REAL NOT NULL,
    PRIMARY KEY (account, mailbox)
) WITHOUT ROWID;
INSERT INTO "unwatched" VALUES('work','Lists/Entwürfe',1790000000.0);
CREATE INDEX fingerprint_by_account ON fingerprint (account);
PRAGMA user_version = 4;
COMMIT;
