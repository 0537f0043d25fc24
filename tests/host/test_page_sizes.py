"""What all pages of a 57i weigh: a small board sends them over TLS, one short record after the other.

Counted is each page once as it comes fresh from the box (one of the nine of expansion modules), with the stylesheet,
as one gzip stream: what they have in common counts as often as gzip finds it anew. Each page alone has the menu in
it; that sum is told as well.

"""

import gzip

from dialtone.config.store import Store
from dialtone.storage.files import Storage
from dialtone.webui.pages import ROUTES
from fake_phone import FakePhone
from webui_support import ask

TOGETHER = 20 * 1024
ALONE = 37 * 1024
LACKS = ("/prgkeys.html", "/logout.html")  # of the 53i; has no page


def bodies(folder):
    for path in ROUTES:
        if path.endswith((".html", ".css")) and path not in LACKS:
            phone = FakePhone(Store("57i"))
            phone.storage = Storage(str(folder))
            status, text, _ = ask(path, phone=phone, role=None if path == "/login.html" else "admin")
            assert status == 200 and (path == "/style.css" or "</html>" in text), path
            yield path, text.encode()


def test_all_pages_together_and_alone(tmp_path):
    found = dict(bodies(tmp_path))
    assert len(found) == 20, sorted(found)
    together = len(gzip.compress(b"".join(found.values()), 9))
    alone = {path: len(gzip.compress(body, 9)) for path, body in found.items()}
    print("%d B together, %d B alone, %d B plain" % (together, sum(alone.values()), sum(map(len, found.values()))))
    assert together <= TOGETHER and sum(alone.values()) <= ALONE, (together, alone)
    assert max(alone.values()) <= 4 * 1024, alone
