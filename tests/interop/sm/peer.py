"""PyPI's gmssl and gmalg: a JSON request a line on standard input, a JSON answer a line on standard output. Everything is
hexadecimal. The one argument is the library's name."""

import json
import sys

ID = b"1234567812345678"


class Gmssl:
    def __init__(self):
        from gmssl import sm2

        self.sm2 = sm2

    def key(self, d="", xy=""):
        key = self.sm2.CryptSM2(private_key=d, public_key=xy, mode=1)
        # The constructor strips every leading 0 and 4, also those of x.
        key.public_key = xy
        return key

    def sign(self, d, xy, m):
        return {"signature": self.key(d, xy).sign_with_sm3(bytes.fromhex(m))}

    def verify(self, xy, m, signature):
        return {"verified": bool(self.key(xy=xy).verify_with_sm3(signature, bytes.fromhex(m)))}

    def encrypt(self, xy, m):
        return {"c": "04" + self.key(xy=xy).encrypt(bytes.fromhex(m)).hex()}

    def decrypt(self, d, c):
        # C1 is read without its first byte, and C3 is not compared by the library: the caller compares the message.
        return {"m": self.key(d=d).decrypt(bytes.fromhex(c)[1:]).hex()}


class Gmalg:
    def __init__(self):
        import gmalg

        self.gmalg = gmalg

    def sign(self, d, xy, m):
        r, s = self.gmalg.SM2(bytes.fromhex(d), ID, bytes.fromhex("04" + xy)).sign(bytes.fromhex(m))
        return {"signature": (r.rjust(32, b"\0") + s.rjust(32, b"\0")).hex()}

    def verify(self, xy, m, signature):
        raw = bytes.fromhex(signature)
        key = self.gmalg.SM2(uid=ID, pk=bytes.fromhex("04" + xy))
        return {"verified": bool(key.verify(bytes.fromhex(m), raw[:32], raw[32:]))}

    def encrypt(self, xy, m):
        return {"c": self.gmalg.SM2(pk=bytes.fromhex("04" + xy)).encrypt(bytes.fromhex(m)).hex()}

    def decrypt(self, d, c):
        return {"m": self.gmalg.SM2(bytes.fromhex(d)).decrypt(bytes.fromhex(c)).hex()}


peer = {"gmssl": Gmssl, "gmalg": Gmalg}[sys.argv[1]]()
for line in sys.stdin:
    request = json.loads(line)
    try:
        answer = getattr(peer, request.pop("op"))(**request)
    except Exception as error:  # whatever the library throws is its refusal
        answer = {"error": f"{type(error).__name__}: {error}"}
    print(json.dumps(answer), flush=True)
