"""Status > System Information: servers that the network has named, each with a button that keeps it."""

from dialtone.http.markup import escape
from dialtone.provisioning.found import settings

_HIDDEN = '<input type="hidden" name="%s" value="%s">'
# The fields of that page's own form: what is kept so is checked, saved and confirmed as if it had been typed there
_FORM = (
    '<form class="card" method="post" action="/configurationServer.html"><h2>Found on the Network</h2>%s'
    "<p>The network has named <code>%s</code>, and nobody vouches for it. Once it is kept, its files may set "
    'everything.</p><p class="act"><button>Keep This Server</button></p></form>\n'
)


def content(places):
    """A form for each of ``places``, see learned.py, that can be kept."""
    for place in places:
        fields = [_HIDDEN % (name.replace(" ", "_"), escape(value)) for name, value in settings(place)]
        if fields:
            yield _FORM % ("".join(fields), escape(place))
