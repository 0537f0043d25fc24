"""The configuration has changed: what follows it at once. Loaded for that and dropped again, with what it loads."""


def follow(phone, names):
    """``names``: a set of parameters with other values now; empty: look at everything that shows."""
    if "hostname" in names:
        phone.identity()
        if phone.neighbours:
            from dialtone.net import neighbours

            neighbours.begin(phone)
    if not names or "https client method" in names:
        from dialtone import report

        report.warn(phone)
    if not names or _begins(names, "key", "poll"):
        from dialtone import softkeys

        softkeys.changed(phone)
    if _begins(names, "auto resync", "config files", "time zone", "dst "):
        from dialtone import schedule

        schedule.plan(phone)
    if _begins(names, "log server"):
        from dialtone.net import syslog

        syslog.follow(phone.log, phone.store, phone.platform)


def _begins(names, *parts):
    """Whether one of ``parts`` is in one of the names."""
    return [1 for name in names for part in parts if part in name]
