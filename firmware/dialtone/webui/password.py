"""Operation > Passwords: who is logged in changes the own password, the administrator the user's, too."""

from dialtone.config.store import LOCAL
from dialtone.errors import CallerError, DeviceError

_PATH = "/password.html"
_ADMIN = "admin"
_NAME = "%s password"
# Setting it needs the room of what has let it in; a coroutine runs when none of these does any more
_DONE = ("dialtone.http.forms", "dialtone.server.login", "dialtone.http.credentials", "dialtone.server.sessions")
_DONE += ("dialtone.server.policy", "dialtone.server.changing", "dialtone.webui.pages")
# What scripts look for (facts page, 7.1), and what the real phones say
_GOOD = '<p class="note ok" role="status"><b>Provisioning complete.</b> Password Changed. Log in with it now.</p>\n'
_SAME = '<p class="note ok" role="status"><b>Provisioning complete.</b> Nothing was different.</p>\n'
_BAD = '<p class="note bad" role="alert"><b>Nothing was changed.</b> %s</p>\n'
_ACCOUNT = (
    '<div class="row"><label for="account">Account</label><div>'
    '<select id="account" name="account"><option>admin</option><option>user</option></select>'
    "<p>Nobody can log in as user while that password is empty.</p></div></div>"
)
_FIELD = (
    '<div class="row"><label for="%s">%s</label><div>'
    '<input type="password" id="%s" name="%s" autocomplete="%s-password"%s></div></div>'
)
_FIELDS = (
    ("current", "Your Current Password", "current"),
    ("password", "New Password", "new"),
    ("confirm", "New Password Again", "new"),
)
_FORM = '<form class="card" method="post" action="/password.html"><h2>Change a Password</h2>'
_END = '<p class="act"><button>Change Password</button> <span>It is stored as a salted hash.</span></p></form>\n'


async def serve(context):
    """GET asks; POST takes ``account``, ``current``, ``password`` and ``confirm``."""
    notice = ""
    status = 200
    if context.request.method == "POST":
        try:
            notice = _change(context)
        except CallerError as error:
            notice = str(error)
            status = 400
        context.faces.shed()
    from dialtone.server.answer import Answer
    from dialtone.webui.html import page

    return Answer(status, page(context, "Passwords", _PATH, _content(context, notice, status == 200)))


def _content(context, notice, good):
    from dialtone.http.markup import escape

    yield notice if good else _BAD % escape(notice)
    yield _FORM
    if context.role == _ADMIN:
        yield _ACCOUNT
    for key, label, kind in _FIELDS:
        yield _FIELD % (key, label, key, key, kind, ' maxlength="64"' if kind == "new" else "")
    yield _END


def _change(context):
    """The notice for the page. CallerError, with nothing changed, for what is not right."""
    from dialtone.http.forms import parse_form

    typed = dict(parse_form(context.body))
    context.body = parse_form = None
    role, store, phone = context.role, context.store, context.phone
    account = typed.get("account", role)
    if account not in (_ADMIN, "user") or role != _ADMIN and account != role:
        raise CallerError("Only the administrator changes that")
    if context.access.left_s(context.peer):
        raise CallerError("Too many wrong passwords", "Wait a minute")
    if not context.access.check(role, typed.get("current", "")):
        from dialtone.server import login

        login.failed(context.access, context.peer)
        raise CallerError("The current password is not right")
    new = typed.get("password", "")
    if new != typed.get("confirm", ""):
        raise CallerError("The two new passwords differ")
    name = _NAME % account
    if not new and account == _ADMIN:
        raise CallerError("The new password is empty")
    phone.unload(*_DONE)
    before = store.layers[LOCAL]
    store.set_local(name, new, "https page" if context.secure else "http page")
    if new and store.origin(name) == "default":
        store.restore_local(before)
        raise CallerError("This is the password that every phone comes with", "Choose another one")
    if store.layers[LOCAL] is before:
        return _SAME
    try:
        phone.save_local()
    except (DeviceError, MemoryError):
        store.restore_local(before)
        raise
    phone.log.info("web", "%s at %s set %s" % (role, context.peer, name))
    return _GOOD
