"""The tables of a graph's file."""

from __future__ import annotations

FORMAT = "2"
"""The version of these tables; a file of an older one is migrated, of a newer one refused."""

LOG = """
-- Who changed what and when, and the records before and after as JSON; nothing is overwritten.
-- previous is the digest of the change before, so that a gap shows; at is where in its register a
-- record stood that went, or was put.
CREATE TABLE change (
    n INTEGER, time TIMESTAMP, who VARCHAR, did VARCHAR, undoes INTEGER, previous VARCHAR,
    digest VARCHAR
);
CREATE TABLE edit (
    change INTEGER, place INTEGER, register VARCHAR, "at" INTEGER, before VARCHAR, after VARCHAR
);
"""

TABLES = f"""
CREATE TABLE graph (name VARCHAR PRIMARY KEY, value VARCHAR);
INSERT INTO graph VALUES ('format', '{FORMAT}');

-- What was imported: by kind, digest of the files and options.
CREATE TABLE import (
    n INTEGER, kind VARCHAR, files VARCHAR, digest VARCHAR, options VARCHAR,
    records BIGINT, skipped BIGINT
);

-- Every record of a register but evidence, as JSON; n counts within the register, from 0.
-- What comes from the shipped registers of countries and memberships is marked.
CREATE TABLE record (
    register VARCHAR, n INTEGER, id VARCHAR, name VARCHAR, record VARCHAR, is_reference BOOLEAN
);

-- What a file said of a record and the model has no field for.
CREATE TABLE attribute (register VARCHAR, id VARCHAR, name VARCHAR, value VARCHAR);

-- source, speaker and principal are the n of their records; more is the rest of it as JSON.
CREATE TABLE evidence (
    n INTEGER, id VARCHAR, kind VARCHAR, source INTEGER, paragraph INTEGER, speaker INTEGER,
    capacity VARCHAR, principal INTEGER, mode VARCHAR, gist VARCHAR, time TIMESTAMP,
    not_before DATE, not_after DATE, counts BOOLEAN, more VARCHAR
);

-- One row a stance, with what positions are derived from; level is null where not disclosed.
CREATE TABLE stance (
    evidence INTEGER, place SMALLINT, holder INTEGER, option INTEGER, level TINYINT,
    certainty VARCHAR, tier TINYINT, not_before DATE, not_after DATE, until DATE, counts BOOLEAN,
    more VARCHAR
);

-- Variables coded beside what the model has fields for: their labels, and who has which.
CREATE TABLE variable (n SMALLINT, name VARCHAR, type VARCHAR);
CREATE TABLE label (variable SMALLINT, n INTEGER, label VARCHAR);
CREATE TABLE coded (evidence INTEGER, variable SMALLINT, label INTEGER);

{LOG}
"""
