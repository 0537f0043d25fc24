"""Chains that the phone checks itself, each good or wrong in one way."""

from binascii import a2b_base64

import net_chains as chains
from dialtone.x509 import building, certificate

# chain from the server's certificate on, anchors, what is wrong
CASES = (
    ("LEAF INTER", "ROOT", ""),
    ("LEAF INTER ROOT", "ROOT", ""),
    ("LEAF", "INTER", ""),
    ("LEAF", "LEAF", ""),
    ("LEAF_SELF_SIGNED", "LEAF_SELF_SIGNED", ""),
    ("LEAF_SPOILT", "LEAF", "issuer"),
    ("LEAF ROOT INTER", "OTHER_ROOT ROOT", ""),
    ("LEAF_SERVER INTER", "ROOT", ""),
    ("LEAF INTER ROOT_CROSS", "ROOT", ""),
    ("LEAF INTER ROOT_CROSS", "OTHER_ROOT", ""),
    ("LEAF INTER_SPOILT INTER", "ROOT", "signature"),
    ("LEAF_SHORT INTER_SHORT", "ROOT", ""),
    ("LEAF_LONG_ENOUGH LONG_8 LONG_7 LONG_6 LONG_5 LONG_4 LONG_3 LONG_2 LONG_1", "ROOT", ""),
    ("LEAF_OF_RSA", "ROOT_RSA", ""),
    ("LEAF_OF_RSA_SHA1", "ROOT_RSA", ""),
    ("LEAF", "ROOT", "issuer"),
    ("LEAF ROOT", "ROOT", "issuer"),
    ("LEAF INTER", "OTHER_ROOT", "issuer"),
    ("LEAF_SELF_SIGNED", "ROOT", "issuer"),
    ("LEAF INTER", "ROOT_TWIN", "signature"),
    ("LEAF_SPOILT INTER", "ROOT", "signature"),
    ("LEAF_FORGED INTER", "ROOT", "signature"),
    ("LEAF INTER_SPOILT", "ROOT", "signature"),
    ("LEAF INTER_NO_CA", "ROOT", "authority"),
    ("LEAF INTER_NO_SIGN", "ROOT", "authority"),
    ("LEAF_BELOW INTER_BELOW INTER_SHORT", "ROOT", "path"),
    ("LEAF_CLIENT INTER", "ROOT", "usage"),
    ("LEAF_CRITICAL INTER", "ROOT", "critical"),
    ("LEAF_LONG LONG_10 LONG_9 LONG_8 LONG_7 LONG_6 LONG_5 LONG_4 LONG_3 LONG_2 LONG_1", "ROOT", "long"),
    ("LEAF_OF_384", "ROOT_384", "algorithm"),
    ("LEAF_OF_RSA_SHA384", "ROOT_RSA", "algorithm"),
)


def _parsed(names):
    return [certificate.parse(a2b_base64(getattr(chains, name))) for name in names.split()]


def test_each_chain():
    for chain, anchors, expected in CASES:
        anchors = _parsed(anchors)

        def known(subject, anchors=anchors):
            return [one for one in anchors if one.subject == subject]

        found, anchor = building.fault(_parsed(chain), known)
        assert found == expected and (anchor in anchors if not found else anchor is None), (chain, found)


def test_without_any_anchor():
    assert building.fault(_parsed("LEAF INTER ROOT"), lambda subject: ())[0] == "issuer"
