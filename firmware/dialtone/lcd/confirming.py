"""Administrator Menu > Confirm Settings: what a web page has changed stays, or goes back at once. And > Start Problems:
what the phone leaves out because it kept ending, and why its last update was taken back. And > Firmware."""

from dialtone.errors import DialtoneError
from dialtone.lcd.page import Page


def show(panel):
    """The choice, unless it is too late."""
    phone = panel.host
    if not phone.unconfirmed:
        return panel.message("Confirm Settings", ["Nothing waits for that now."])
    from dialtone.lcd.menu import Menu

    def choose(panel, index):
        from dialtone.provisioning import pending

        panel.home()
        try:
            if phone.unconfirmed:
                _act(panel, pending, index)
        except DialtoneError as error:
            panel.message("Confirm Settings", [error.text, error.advice])
        finally:
            modules = pending.MODULES
            pending = None
            phone.unload(*modules)

    panel.push(Menu("Confirm Settings", ["Show", "Keep them", "Undo now"], choose))


def _act(panel, pending, index):
    phone = panel.host
    if index == 0:
        lines = []
        for name, old, new in pending.rows(phone):
            lines += [name + ":"] + (["was " + (old or "-"), "is " + (new or "-")] if "password" not in name else [])
        return panel.push(Page("Changed on the web", lines))
    if index == 2:
        return pending.revert(phone)
    reason = pending.refusal(phone, "")
    if reason:
        return panel.message("Confirm Settings", [reason])
    pending.confirm(phone)


_LEFT_OUT = ("", "It uses the local settings of the time before.", "It runs without its local settings.")
_SAFE = "Safe mode: no scripts, and nothing from the configuration server. OK restarts it with all of it."


def trouble(panel):
    """Says it, and takes the answer that somebody has read it."""
    phone = panel.host
    lines = []
    if phone.why:
        lines = ["The last update was taken back.", phone.why]
    if phone.trouble:
        lines.append("The phone kept ending soon after its start.")
        lines.append(_SAFE if phone.safe else (_LEFT_OUT + ("It was in safe mode.",))[phone.trouble])
    panel.push(Page("Start Problems", lines, "OK", _seen))


def _seen(panel):
    from dialtone.provisioning import ladder

    phone = panel.host
    panel.home()
    try:
        if phone.trouble or phone.why:
            ladder.acknowledge(phone)
    except DialtoneError as error:
        return panel.message("Start Problems", [error.text, error.advice])
    finally:
        modules = ladder.MODULES
        ladder = None
        phone.unload(*modules)
    if phone.safe:
        phone.restart()


def firmware(panel):
    """What runs, what the last check came to, and a key that asks the server now."""
    from dialtone.version import VERSION

    phone = panel.host
    pending, error = phone.outcome[4:]
    last = str(error or "")
    if pending:
        last = pending + " starts with the next restart."
    lines = ["Running " + VERSION, phone.why or last or "Nothing new at the last check."]
    panel.push(Page("Firmware", lines, "Check", _check))


def _check(panel):
    panel.home()
    if not panel.host.refresh(2):
        panel.message("Firmware", ["An update is under way already."])
