"""One row of the parameter table on a page: what its field shows."""

from dialtone.config import rowtext
from dialtone.http.markup import escape

_WHEN = {
    "live": "Takes effect at once.",
    "reconnect": "Takes effect with the next connection.",
    "restart": "Takes effect after a restart.",
}
SAVE = (
    '<p class="act"><button>Save Settings</button> '
    "<span>What is set here overrides the configuration files, unless they lock it.</span></p></form>\n"
)


def field(store, row, typed, error, shared=None):
    """One row: label, where the value comes from, control, what is wrong with what was typed, help.

    ``shared``: (id of a help that stands on the page once for many fields, whether it stands there already).
    """
    store.forget()  # values that are read once need not be kept decoded
    key = row.field
    origin = store.origin(row.name)
    locked = store.locked(row.name)
    if locked and (store.server_winner(row.name)[1] or b"-")[:1] != b"!":  # its key is
        origin = store.origin(row.name[: row.name.rfind(" ")] + " locked")
    kind = "default" if origin == "default" else "lock" if locked else "set"
    text = ("locked by " if locked else "") + escape(origin)
    yield '<div class="row"><label for="%s">%s <span class="tag %s">%s</span></label><div>' % (
        key, escape(row.label), kind, text,
    )  # fmt: skip
    locked = locked or rowtext.FILE_ONLY in row.flags
    help_id, told = shared or (key, False)
    about = '%s-h"%s' % (help_id, " disabled" if locked else "")
    if error:
        about = '%s-e %s aria-invalid="true"' % (key, about)
    named = 'id="%s" name="%s" aria-describedby="%s' % (key, key, about)
    for piece in _control(row, key, store.get(row.name) if typed is None else typed, named, locked):
        yield piece
    if error:
        yield '<p class="err" id="%s-e">%s</p>' % (key, escape(error))
    bounds = ""
    if row.kind == "int":
        bounds = " %s to %s." % tuple(row.domain.split(".."))
    mark = "" if told else ' id="%s-h"' % help_id
    yield "<p%s>%s%s %s</p></div></div>\n" % (mark, escape(row.help), bounds, _WHEN.get(row.effect, ""))


def _control(row, key, value, named, locked):
    kind = row.kind
    if kind == "bool":
        # A box that is not ticked sends nothing; the hidden 0 before it tells "off" from "not on this form".
        if not locked:
            yield '<input type="hidden" name="%s" value="0">' % key
        yield '<input type="checkbox" value="1" %s%s>' % (named, " checked" if value == "1" else "")
    elif kind == "choice" or kind == "method" or kind == "zone":
        domains = (row.domain,)
        if kind == "zone":
            from dialtone.config.zones import NAMES as domains
        yield "<select %s>" % named
        known = False
        for domain in domains:
            end = 0
            while end < len(domain):  # a list of all pairs would be the largest thing of a page of keys
                start = end
                end = domain.find(",", start) + 1 or len(domain) + 1
                choice, _, label = domain[start : end - 1].partition("=")
                mark = " selected" if choice == value else ""
                known = known or choice == value
                if kind == "zone":
                    yield "<option%s>%s" % (mark, choice)
                else:
                    yield '<option value="%s"%s>%s</option>' % (escape(choice), mark, escape(label))
        if not known:  # what was typed, never silently another one
            yield "<option selected>%s</option>" % escape(value)
        yield "</select>"
    elif rowtext.SECRET in row.flags:
        yield '<input type="password" %s placeholder="unchanged" autocomplete="new-password">' % named
    else:
        more = ' inputmode="numeric"' if kind == "int" else ""
        yield '<input %s%s value="%s" spellcheck="false">' % (named, more, escape(value))
