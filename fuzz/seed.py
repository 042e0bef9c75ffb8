#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Makes seeds for the fuzz targets from the recorded frames: seed.py TESTS_FOLDER CORPUS_FOLDER"""
import hashlib
import json
import pathlib
import sys

tests, corpus = map(pathlib.Path, sys.argv[1:])


def keep(target, data):
    folder = corpus / target
    folder.mkdir(parents=True, exist_ok=True)
    (folder / hashlib.sha1(data).hexdigest()).write_bytes(data)


def streams():
    """Each vector alone; of each recording, what one side said on one connection."""
    for table in ("frames.tsv", "frames_extra.tsv"):
        for line in (tests / "vectors" / table).read_text().splitlines()[1:]:
            yield [bytes.fromhex(line.split("\t")[2])]
    for path in sorted((tests / "captures").glob("*.jsonl")):
        service, said = {}, {}
        for entry in map(json.loads, path.open()):
            if "service" in entry:
                service[entry["conn"]] = entry["service"]
            if "hex" in entry and service[entry["conn"]] not in ("HTTP", "PROXY"):
                said.setdefault((entry["conn"], entry["dir"]), []).append(bytes.fromhex(entry["hex"]))
        yield from said.values()


def renumbered(frames):
    """Recordings have gaps in their numbers, at which a reader would stop."""
    return b"".join(f[:2] + (i & 0xFFFF).to_bytes(2, "big") + f[4:] for i, f in enumerate(frames))


def record(kind, data):
    """Of fuzz_session and fuzz_feedbag."""
    return bytes([kind]) + len(data).to_bytes(2, "big") + data


def snac_records(frames):
    """SNACs without header block: foodgroup and type in a byte each, body."""
    return [record(0, bytes([f[7], f[9]]) + f[16:]) for f in frames if f[1] == 2 and len(f) >= 16 and not f[10] & 0x80]


def feedbag_records(frames):
    """Insertions, updates and deletions."""
    return [record(0x80 + f[9] - 8, f[16:]) for f in frames if f[6:9] == b"\0\x13\0" and f[9] in (8, 9, 10)]


for frames in streams():
    keep("flap_reader", b"\x07" + renumbered(frames)[:4096])
    keep("session", b"".join(snac_records(frames))[:4096])
    keep("feedbag", b"".join(feedbag_records(frames))[:16384])
    for frame in frames:
        kind, payload = frame[1], frame[6:]
        if kind == 2:
            keep("snac", payload)
            for block in range(4):  # bodies hold TLVs at their beginning or further on
                keep("tlv", bytes([block]) + payload[10:])
        elif kind in (1, 4):
            keep("tlv", b"\x00" + payload[4 if kind == 1 else 0:])
