"""After a handshake that failed: what it means, and whether another one may succeed. And the old methods' checks."""

from hashlib import sha256

from dialtone.net import anchors, verdict
from dialtone.x509.skim import Skim


def refusal(judge):
    """The DialtoneError for what a ``trust.Judge`` did not like."""
    if judge.error:
        return judge.error
    wrong = judge.wrong()
    return verdict.refusal(wrong or judge.faults, not wrong)


def failed(judge, error):
    """What an OSError or ValueError of its handshake means, as a DialtoneError."""
    if judge.refused:
        return refusal(judge)
    said = str(error.args[-1] if error.args else error)
    found = verdict.codes(said) if isinstance(error, ValueError) or said[:4] == "X509" else ()
    for code in found:
        judge.add(code)
    return refusal(judge) if found else verdict.failure(error, judge.method)


def again(judge):
    """(root, pardon) for the Judge of another handshake that may succeed, None when there is none."""
    wrong = judge.wrong()
    if wrong == ["issuer"] and judge.root is None:
        for der in anchors.own(judge.platform):
            if Skim(der).subject[: anchors.MARK] in judge.marks:
                judge.faults[judge.faults.index("issuer")] = "signature"
                return None
        root = anchors.builtin(judge.platform, judge.marks)
        return None if root is None else (root, None)
    if judge.tolerated is not None and judge.looks and judge.faults and not (judge.pardon or judge.refused or wrong):
        return judge.root, (judge.digest.digest(), judge.faults)  # all that the platform found wrong may pass
    return None


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
        raise refusal(judge)


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
