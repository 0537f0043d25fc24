"""Which keys each model has: names and numbers of the families that rows named ``keyN`` stand for."""

# From the vendor's model tables (aastra-facts section 5).
_MODELS = (
    ("53i", (("prgkey", 6),)),
    ("55i", (("softkey", 20), ("prgkey", 6))),
    ("57i", (("softkey", 20), ("topsoftkey", 10))),
    ("57iCT", (("softkey", 20), ("topsoftkey", 10))),
    ("9143i", (("prgkey", 7),)),
    ("9480i", (("softkey", 6),)),
)


def keys(model):
    """The key families of ``model`` as ``((prefix, count), ...)``; an unknown model has those of the 57i."""
    for name, families in _MODELS:
        if name == model:
            return families
    return _MODELS[2][1]


def modules(model, families=None):
    """The families of the expansion modules that ``model``, whose ``keys`` are ``families``, takes, in the same form.

    Phones with 20 softkeys take three. A 560M has 60 keys, a 536M the first 36 of them.
    """
    if ("softkey", 20) not in (families or keys(model)):
        return ()
    return ("expmod1 key", 60), ("expmod2 key", 60), ("expmod3 key", 60)


def models():
    """The names of all models that have a table of keys."""
    return [name for name, _ in _MODELS]


def key_row(row, name, model):
    """The family ``row`` of ``parameters`` as the row of the key ``name``, None when the model has no such key."""
    word = name[: name.rfind(" ")]
    families = keys(model)
    for prefix, count in families + modules(model, families):
        number = word[len(prefix) :]
        if word.startswith(prefix) and number.encode().isdigit():  # "²" is no digit
            if number[:1] == "0" or len(number) > 2 or int(number) > count:
                return None
            return type(row)(name, *row[1:7], row.field.replace("N", number), *row[8:])
    return None
