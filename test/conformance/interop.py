"""Reads federation/vectors with software that is not ours: jwcrypto for JOSE, hashlib and hmac for everything hashed.

Usage: interop.py VECTORS. Prints what it did as one JSON object, with an envelope that jwcrypto made; fails loudly.
"""

import base64
import hashlib
import hmac
import json
import pathlib
import sys
import uuid

from jwcrypto import jwe, jwk, jws

folder = pathlib.Path(sys.argv[1])
counts = {"opened": 0, "signatures": 0, "refusedSignatures": 0, "hashes": 0, "leaves": 0, "nodes": 0, "approvals": 0, "pairing": 0}
counts |= {"agreements": 0, "relationships": 0, "contacts": 0, "records": 0, "roots": 0}


def vectors(name):
    return json.loads((folder / name).read_text(encoding="utf-8"))


def decode(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def encode(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def sha256(data):
    return encode(hashlib.sha256(data).digest())


def canonical(value):
    """RFC 8785 for integers and texts; Python sorts by code point, which is the same below the surrogates."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def node_id(statement):
    return sha256(canonical({k: statement[k] for k in ("identityKey", "nextKeyHash")}).encode())


def leaf(nonce, role, kind, digest):
    secret = hmac.new(bytes(32), decode(nonce), hashlib.sha256).digest()
    key = hmac.new(secret, b"trm-leaf/v1\x01", hashlib.sha256).digest()
    entry = hmac.new(key, f"{role}|{kind}|{digest}".encode(), hashlib.sha256).digest()
    return sha256(b"\x00" + entry)


def kid_of(crv, x):
    return jwk.JWK(kty="OKP", crv=crv, x=x).thumbprint()


def verify(text, x):
    token = jws.JWS()
    token.deserialize(text)
    token.verify(jwk.JWK(kty="OKP", crv="Ed25519", x=x))
    counts["signatures"] += 1
    return json.loads(token.payload)


def payload_in(text):
    return json.loads(decode(text.split(".")[1]))


def check(condition, what):
    if not condition:
        raise SystemExit(f"interop: {what}")


def open_envelopes():
    document = vectors("envelopes-valid.json")
    for vector in document["vectors"]:
        given, ok = vector["input"], vector["expect"]["ok"]
        recipient, sender = document["given"][given["to"]], document["given"][given["from"]]
        token = jwe.JWE()
        token.deserialize(given["envelope"], jwk.JWK(**recipient["prekey"]))
        plaintext = token.payload
        check(len(plaintext) == ok["padded"], vector["comment"])
        message = plaintext.decode("ascii").rstrip(" ")
        check(message == ok["message"] and len(message) == ok["bytes"], vector["comment"])
        check(sha256(message.encode()) == ok["digest"], vector["comment"])
        payload = verify(message, sender["signing"]["x"])
        check((payload["from"], payload["to"]) == (sender["id"], recipient["id"]), vector["comment"])
        counts["opened"] += 1


def check_hashes():
    for vector in vectors("digests.json")["vectors"]:
        given, expect = vector["input"], vector["expect"]
        computed = {
            "message-digest": lambda: {"digest": sha256(given["message"].encode())},
            "node-id": lambda: {"node": node_id(given)},
            "next-key-hash": lambda: {"nextKeyHash": sha256(decode(given["identityKey"]))},
            "thumbprint": lambda: {"kid": kid_of(given["curve"], given["x"])},
            "fingerprint": lambda: {"fingerprint": fingerprint(given["node"])},
            "leaf-hash": lambda: {"leaf": leaf(given["nonce"], given["role"], given["type"], given["digest"])},
            "content-key": lambda: {"key": content_key(bytes.fromhex(given["sharedSecret"])).hex()},
            "code-lists": lambda: {"digest": code_lists()},
        }.get(given["of"])
        if computed is None:
            continue
        check(expect == {"ok": computed()}, vector["comment"])
        counts["hashes"] += 1


def fingerprint(node):
    letters = base64.b32encode(decode(node)[:10]).decode()
    return "-".join(letters[at : at + 4] for at in range(0, 16, 4))


def content_key(secret):
    info = len(b"A256GCM").to_bytes(4, "big") + b"A256GCM" + bytes(8) + (256).to_bytes(4, "big")
    return hashlib.sha256((1).to_bytes(4, "big") + secret + info).digest()


def code_lists():
    file = folder.parent.parent / "schemas" / "codes.schema.json"
    return sha256(canonical(json.loads(file.read_text(encoding="utf-8"))).encode())


def signing_key(text, statements):
    """The key with which a text was signed, if the last statement lists it."""
    kid = json.loads(decode(text.split(".")[0]))["kid"]
    [key] = [e["key"] for e in payload_in(statements[-1])["signing"] if kid_of("Ed25519", e["key"]) == kid]
    return key


def check_nodes():
    for vector in vectors("statements.json")["vectors"]:
        if "ok" not in vector["expect"]:
            continue
        ok, previous, identity = vector["expect"]["ok"], None, None
        for text in vector["input"]["statements"]:
            statement = verify(text, payload_in(text)["identityKey"])
            check(statement["prev"] == previous, vector["comment"])
            if previous is None:
                check(node_id(statement) == ok["node"], vector["comment"])
            if "approval" in statement:
                approval = verify(statement["approval"], identity)
                names = ("node", "prev", "identityKey", "nextKeyHash")
                check([approval[n] for n in names] == [statement[n] for n in names], vector["comment"])
                counts["approvals"] += 1
            previous, identity = sha256(text.encode()), statement["identityKey"]
        check([kid_of("Ed25519", entry["key"]) for entry in statement["signing"]] == ok["signing"], vector["comment"])
        counts["nodes"] += 1
    for vector in vectors("cards.json")["vectors"]:
        if "ok" in vector["expect"]:
            document = vector["input"]["document"]
            signing = signing_key(document["card"], document["statements"])
            check(verify(document["card"], signing)["seq"] == vector["expect"]["ok"]["seq"], vector["comment"])


def check_receipts():
    document = vectors("receipts.json")
    giver = payload_in(document["given"]["peers"][0]["document"]["statements"][-1])["signing"][0]["key"]
    for vector in document["vectors"]:
        if "ok" not in vector["expect"]:
            continue
        receipt = verify(vector["input"]["receipt"], giver)
        event, digest = payload_in(vector["input"]["event"]), sha256(vector["input"]["event"].encode())
        check(receipt["event"] == {"id": event["id"], "digest": digest}, vector["comment"])
        if receipt["log"] is not None:
            expected = leaf(event["nonce"], "received", event["type"], digest)
            check(receipt["log"]["leaf"] == expected, vector["comment"])
            counts["leaves"] += 1


def check_refused_signatures():
    document = vectors("messages-invalid.json")
    sender = payload_in(document["given"]["peers"][0]["document"]["statements"][-1])["signing"][0]["key"]
    for vector in document["vectors"]:
        if vector["expect"]["code"] != "signature-invalid":
            continue
        try:
            verify(vector["input"]["message"], sender)
        except jws.InvalidJWSSignature:
            counts["refusedSignatures"] += 1
        else:
            check(False, vector["comment"])


def check_agreements():
    for vector in vectors("agreements.json")["vectors"]:
        given, expect = vector["input"], vector["expect"]
        if given["of"] == "signature" and "ok" in expect:
            verify(given["jws"], signing_key(given["jws"], given["statements"]))
            text = decode(given["jws"].split(".")[1])
            check(canonical(json.loads(text)).encode() == text, vector["comment"])
            check(sha256(text) == expect["ok"]["digest"], vector["comment"])
            counts["agreements"] += 1
        if given["of"] == "thread":
            name = hashlib.sha256("|".join(["trm-relationship/1", *sorted(given["nodes"])]).encode()).digest()
            # The uuid module of older Pythons knows no version 8.
            raw = bytearray(name[:16])
            raw[6], raw[8] = raw[6] & 0x0F | 0x80, raw[8] & 0x3F | 0x80
            check(str(uuid.UUID(bytes=bytes(raw))) == expect["ok"]["thread"], vector["comment"])
            counts["relationships"] += 1


def pairing_digits(facts):
    number = int.from_bytes(hashlib.sha256(canonical(facts).encode()).digest()[:8], "big")
    return f"{number % 10**12:012d}"


def pairing_mac(facts):
    text = canonical({name: value for name, value in facts.items() if name != "secret"})
    return encode(hmac.new(facts["secret"].encode(), text.encode(), hashlib.sha256).digest())


def check_pairing():
    for vector in vectors("pairing.json")["vectors"]:
        facts = {**vector["input"], "use": "trm-pair/1"}
        computed = {
            "commitment": lambda facts: {"commitment": sha256(canonical(facts).encode())},
            "mac": lambda facts: {"mac": pairing_mac(facts)},
            "digits": lambda facts: {"digits": pairing_digits(facts)},
        }.get(facts.pop("of"))
        if computed is None:
            continue
        check(vector["expect"] == {"ok": computed(facts)}, vector["comment"])
        counts["pairing"] += 1


def check_contacts():
    for vector in vectors("contacts.json")["vectors"]:
        given, expect = vector["input"], vector["expect"]
        if given["of"] != "record" or "ok" not in expect:
            continue
        contact = verify(given["jws"], signing_key(given["jws"], given["statements"]))
        check({name: contact.get(name, False) for name in expect["ok"]} == expect["ok"], vector["comment"])
        counts["contacts"] += 1


def record_head(kind, node, id, seq):
    """Key and sequence: what an entry and the digest of a bucket begin with."""
    key = hashlib.sha256(canonical([kind, node, id]).encode()).digest()[:12]
    return key + min(seq, 2**48 - 1).to_bytes(6, "big")


def record_name(kind, text):
    if kind == "proof":
        return json.loads(text)["node"], "", 0
    if kind == "statements":
        last = payload_in(json.loads(text)[-1])
        return last["node"], "", last["seq"]
    payload = payload_in(text)
    node, id = (payload["from"], payload["node"]) if kind == "vouch" else (payload["node"], payload["id"])
    return node, id, payload["seq"]


def check_directory():
    for vector in vectors("directory.json")["vectors"]:
        given, ok = vector["input"], vector["expect"].get("ok")
        if given["of"] == "record" and ok is not None:
            digest = hashlib.sha256(given["text"].encode()).digest()
            entry = record_head(given["kind"], *record_name(given["kind"], given["text"])) + digest[:6]
            check((ok["digest"], ok["entry"]) == (encode(digest), encode(entry)), vector["comment"])
            counts["records"] += 1
        if given["of"] == "set":
            check(root_of(given["records"]) == (ok["root"], ok["buckets"]), vector["comment"])
            counts["roots"] += 1


def root_of(records):
    buckets = [[] for _ in range(256)]
    for record in records:
        head = record_head(record["kind"], *record_name(record["kind"], record["text"]))
        buckets[head[0]].append(head + hashlib.sha256(record["text"].encode()).digest())
    digests = [hashlib.sha256(b"".join(sorted(bucket))).digest() for bucket in buckets]
    return sha256(b"".join(digests)), encode(b"".join(digest[:8] for digest in digests))


def make_envelope():
    """A message of RO for IT, signed and sealed by jwcrypto."""
    given = vectors("judgements.json")["given"]
    example = vectors("envelopes-valid.json")["given"]["ro"]
    private = json.loads((folder.parent.parent / "keys.example" / "ro.jwks.json").read_text(encoding="utf-8"))
    [signing] = [key for key in private["keys"] if key["job"] == "signing"]
    key = jwk.JWK(kty="OKP", crv="Ed25519", x=signing["x"], d=signing["d"])
    query = {
        "v": 1,
        "from": example["id"],
        "to": given["node"]["id"],
        "id": "5f0f7c52-6a52-4a39-9c8e-2b5d0c1f7a11",
        "iat": given["now"],
        "exp": given["now"] + 300,
        "type": "node.ping",
        "body": {},
    }
    token = jws.JWS(json.dumps(query))
    token.add_signature(key, None, json.dumps({"alg": "EdDSA", "kid": key.thumbprint(), "typ": "trm-query+jwt"}))
    message = token.serialize(compact=True)
    prekey = given["node"]["prekey"]
    header = {"alg": "ECDH-ES", "enc": "A256GCM", "kid": prekey["kid"], "typ": "trm-envelope", "cty": "JWT"}
    envelope = jwe.JWE(message.ljust(2048).encode(), json.dumps(header))
    envelope.add_recipient(jwk.JWK(kty="OKP", crv="X25519", x=prekey["x"]))
    return {"envelope": envelope.serialize(compact=True), "message": message}


open_envelopes()
check_hashes()
check_nodes()
check_receipts()
check_refused_signatures()
check_agreements()
check_pairing()
check_contacts()
check_directory()
print(json.dumps({**counts, "made": make_envelope()}))
