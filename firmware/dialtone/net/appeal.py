"""After a handshake that failed: what it means, and whether another one may succeed. And the old methods' checks."""

from hashlib import sha256

from dialtone.net import anchors, verdict
from dialtone.x509.skim import Skim

_USAGE = "Processing of the Certificate"  # how mbed TLS says that nothing else is wrong


class Case:
    """What a ``trust.Judge`` left behind, see its ``plain``."""

    verified = False

    def __init__(self, left):
        (
            self.platform, self.method, self.tolerated, self.root, self.pardon, self.faults, self.subjects, self.marks,
            self.key, self.print, self.agreed, self.digest, self.error, said, self.looks, self.refused,
        ) = left  # fmt: skip
        self._said = None
        if said and not self.refused:
            certificate, text = said
            if _USAGE in text:
                found = ("usage",)
            else:
                found = verdict.codes(text) if certificate or text[:4] == "X509" else ()
            self.faults += [code for code in found if code not in self.faults]
            self._said = None if found else text

    def wrong(self):
        """Those of the faults that the settings do not let pass."""
        return verdict.wrong(self.faults, self.tolerated)

    def reason(self):
        """The DialtoneError that tells what is wrong."""
        if self.error:
            return self.error
        if self._said:
            return verdict.failure(self._said, self.method)
        return refusal(self.faults, self.tolerated)

    def again(self):
        """(root, pardon) for the Judge of another handshake that may succeed, None when there is none."""
        wrong = self.wrong()
        if wrong == ["issuer"] and self.root is None:
            for der in anchors.own(self.platform):
                if Skim(der).subject[: anchors.MARK] in self.marks:
                    self.faults[self.faults.index("issuer")] = "signature"
                    return None
            root = anchors.builtin(self.platform, self.marks)
            return None if root is None else (root, None)
        if self.tolerated is None or not self.looks or self.pardon or self.refused or self._said:
            return None
        return (self.root, (self.digest, self.faults)) if self.faults and not wrong else None


def refusal(faults, tolerated):
    """The PeerError for what was found wrong."""
    wrong = verdict.wrong(faults, tolerated)
    return verdict.refusal(wrong or faults, not wrong)


def accept(judge, chain):
    """For a handshake whose TLS checks nothing: ``chain`` of DER, the server's first. PeerError unless good."""
    for depth in range(len(chain) - 1, -1, -1):
        judge.note(chain[depth], depth)
    if judge.tolerated is None and not judge.pin:
        return
    if judge.tolerated is not None and not judge.pin:
        from dialtone.x509 import building, certificate

        chain = [certificate.parse(der) for der in chain]
        code, anchor = building.fault(chain, lambda issuer: _named(judge.platform, issuer))
        if code:
            judge.add(code)
        elif anchor.not_after < judge.platform.clock.time():
            judge.add("expired")
    if judge.wrong():
        raise refusal(judge.faults, judge.tolerated)


def _named(platform, issuer):
    """Yields each anchor with this subject, a Name in DER, as a ``certificate.Certificate``."""
    from dialtone.x509.certificate import parse

    subject = sha256(issuer).digest()
    for der in anchors.own(platform):
        if Skim(der).subject == subject:
            yield parse(der)
    place = anchors.builtin(platform, (subject[: anchors.MARK],))
    if place is not None:
        yield parse(anchors.at(platform, place))
