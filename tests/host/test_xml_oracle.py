"""The XML reader against CPython's expat: what ours accepts, expat accepts with the same events; what only expat
accepts falls under a limit that the reader's module names. DIALTONE_SEED repeats a run."""

import random
from xml.parsers import expat

from dialtone.errors import PeerError
from dialtone.xml.reader import DONE, END, START, TEXT, Reader
from support import long, seed

_SEED = seed()
_RUNS = 1000000 if long() else 20000
_LIMITS = (
    "a document type is not accepted",
    "nested deeper than",
    "or more than",
    "tag longer than",
    "XML longer than",
    "encoding ",
    "UTF-16 is not accepted",
    "the XML declaration does not end",
)
_SAMPLES = (
    b'<?xml version="1.0" encoding="UTF-8"?>\n<AastraIPPhoneTextScreen destroyOnExit="yes" Timeout=\'30\'>\r\n'
    b'  <Title wrap="yes">Gr\xc3\xbc\xc3\x9fe &amp; more</Title>\n  <Text>&lt;b&gt; &#65;&#x20AC; \xe2\x82\xac</Text>\n'
    b"</AastraIPPhoneTextScreen>\n<!-- end -->",
    b'<?xml version="1.0" encoding="ISO-8859-1" standalone="yes" ?><a><b c="d\te\nf" g="&quot;&apos;>"/>\xe9\xff'
    b"<![CDATA[<not> & ]] a tag]]><?php echo 1 ?><!-- - - --></a>",
    b'\xef\xbb\xbf<AastraIPPhoneTextMenu defaultIndex="2"><MenuItem base="http://h/"><Prompt>One</Prompt>'
    b'<URI>x?a=1&amp;b=2</URI></MenuItem><SoftKey index="1"><Label>Ok</Label><URI>SoftKey:Select</URI></SoftKey>'
    b"</AastraIPPhoneTextMenu>",
    b"<r>" + b"word ]] " * 80 + b"&amp;" * 60 + b"</r>",
    b"<a><b><c/></b> text\rmore\r\nlines</a>",
    b"<!DOCTYPE a [<!ENTITY x 'y'>]><a>&x;</a>",
)
_TOKENS = (
    b'<', b'>', b'</', b'/>', b'&', b'&amp;', b'&#0;', b'&#xD800;', b'&#x1F600;', b'&nbsp;', b']]>', b'<![CDATA[',
    b'<!--', b'-->', b'--', b'<?', b'?>', b'<?xml ?>', b'<!DOCTYPE', b'"', b"'", b'=', b' ', b'\t', b'\r', b'\n',
    b'\x00', b'\x0b', b'\x7f', b'\x80', b'\xc0\xaf', b'\xed\xa0\x80', b'\xef\xbf\xbe', b'\xf4\x90\x80\x80',
    b'\xf0\x9f\x98\x80', b'\xef\xbb\xbf', b'a', b'<a>', b'</a>', b"<a b='c' b='d'/>", b'1', b':',
)  # fmt: skip


def ours(document, step):
    """The events with neighbouring texts joined, and the texts of the pieces."""
    reader = Reader()
    out, pieces, at = [], [], 0
    while True:
        event = reader.next_event()
        if event is None:
            reader.feed(document[at : at + step])
            at += step
        elif event[0] == DONE:
            return out, pieces
        elif event[0] == TEXT:
            pieces.append(event[1])
            if out and out[-1][0] == TEXT:
                out[-1] = (TEXT, out[-1][1] + event[1])
            else:
                out.append(event)
        else:
            out.append(event)


def expats(document):
    out = []
    parser = expat.ParserCreate()
    parser.ordered_attributes = True
    parser.buffer_text = True
    parser.StartElementHandler = lambda name, pairs: out.append(
        (START, name, list(zip(pairs[::2], pairs[1::2], strict=True)))
    )
    parser.EndElementHandler = lambda name: out.append((END, name))

    def text(data):
        if out and out[-1][0] == TEXT:
            out[-1] = (TEXT, out[-1][1] + data)
        else:
            out.append((TEXT, data))

    parser.CharacterDataHandler = text
    parser.Parse(document, True)
    return out


def verdict(function, *arguments):
    try:
        return function(*arguments), ""
    except (PeerError, expat.ExpatError, UnicodeError, ValueError, LookupError) as error:
        return None, str(error) or "refused"


def mutated(rng):
    document = bytearray(rng.choice(_SAMPLES))
    for _ in range(rng.choice((0, 1, 1, 1, 2, 3, 6))):
        at = rng.randrange(len(document) + 1)
        kind = rng.randrange(5)
        if kind == 0:
            document[at:at] = rng.choice(_TOKENS)
        elif kind == 1:
            document[at : at + rng.randrange(1, 12)] = b""
        elif kind == 2 and at < len(document):
            document[at] = rng.randrange(256)
        elif kind == 3:
            other = rng.randrange(len(document) + 1)
            document[at:at] = document[min(at, other) : max(at, other)][:60]
        else:
            document[at : at + 1] = rng.choice(_TOKENS)
    return bytes(document)


def beyond_a_limit(document, events, reason):
    """Whether ours may refuse what expat read as ``events``."""
    if [limit for limit in _LIMITS if limit in reason]:
        return True
    names = [event[1] for event in events if event[0] == START]
    for event in events:
        if event[0] == START:
            names.extend(pair[0] for pair in event[2])
    if [name for name in names if not name.isascii() or len(name) > 64]:
        return True
    if b"&#" in document and b"00000000" in document:
        return True
    return b"<?" in document and ("instruction" in reason or "declaration" in reason)


def test_mutated_documents_read_as_expat_reads_them():
    print("seed", _SEED, "runs", _RUNS)
    rng = random.Random(_SEED)
    both = neither = limited = 0
    for run in range(_RUNS):
        document = mutated(rng)
        one, reason = verdict(ours, document, rng.choice((1, 2, 7, 64, 512, 20000)))
        two, _ = verdict(expats, document)
        where = (_SEED, run, document, reason)
        if one is not None:
            assert two is not None, where
            assert one[0] == two, where
            both += 1
        elif two is not None:
            assert beyond_a_limit(document, two, reason), where
            limited += 1
        else:
            neither += 1
    print("both accept", both, "both refuse", neither, "limits", limited)
    assert both > _RUNS // 20 and neither > _RUNS // 20


def test_any_split_gives_the_same_pieces_and_errors():
    rng = random.Random(_SEED + 1)
    for run in range(max(200, _RUNS // 20)):
        document = mutated(rng)
        whole = verdict(ours, document, 20000)
        for step in (1, 3, 250, 259):
            assert verdict(ours, document, step) == whole, (_SEED, run, step, document)
