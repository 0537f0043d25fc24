from dialtone.config import families, parameters, values

KINDS = ("bool", "int", "choice", "method", "text", "secret", "path", "url", "host", "time", "list", "pin", "password")
KINDS += ("zone",)
KINDS += ("ip",)


def test_every_row_is_complete():
    names = set()
    for row in parameters.rows():
        assert row.kind in KINDS, row.name
        assert row.effect in ("live", "reconnect", "restart", ""), row.name
        assert ("Has no effect" in row.help) == (not row.effect), row.name
        assert row.name == row.name.replace("keyN", "keyn").lower().replace("keyn", "keyN"), row.name
        assert row.name not in names, row.name
        names.add(row.name)
        assert row.label and row.field and row.section, row.name
        assert 0 < len(row.short) <= 14, row.name
        assert row.help[-1] in ".", row.name
        assert len(row.help) > 10, row.name
        for flag in row.flags:
            assert flag in parameters.SECRET + parameters.TRUST + parameters.FILE_ONLY + parameters.NO_XML, row.name
    assert len(names) > 50


def test_every_default_is_its_own_canonical_form():
    for row in parameters.rows():
        assert values.canonical(row, row.default) == row.default, row.name
        assert row.default or row.kind != "bool", row.name  # a form sends 0 for a box that is not ticked


def test_secret_kind_and_secret_flag_go_together():
    for row in parameters.rows():
        assert (row.kind in ("secret", "password")) == (parameters.SECRET in row.flags), row.name


def test_short_labels_and_form_fields_are_unique_in_their_section():
    for section in {section for section, _, _ in parameters.sections()}:
        shorts = [row.short for row in parameters.rows(section)]
        fields = [row.field for row in parameters.rows(section)]
        assert len(set(shorts)) == len(shorts), section
        assert len(set(fields)) == len(fields), section


def test_choices_and_bounds_are_readable():
    for row in parameters.rows():
        if row.kind in ("choice", "method"):
            found = parameters.choices(row)
            assert row.default in [value for value, _ in found], row.name
            assert [label for _, label in found if not label] == [], row.name
        elif row.kind == "int":
            low, high = parameters.bounds(row)
            assert low < high and (not row.default or low <= int(row.default) <= high), row.name


def test_the_three_settings_and_their_defaults():
    assert parameters.find("https client method").default == "TLS"
    assert parameters.find("https redirect http get").default == "1"
    assert parameters.find("https block http post xml").default == "0"
    assert parameters.find("download protocol").default == "HTTPS"
    assert parameters.find("xml application post list").default == ""


def test_trust_rows_are_those_of_the_architecture():
    assert [row.name for row in parameters.trusted_rows()] == [
        "https client method",
        "https validate certificates",
        "https validate expires",
        "https validate hostname",
        "https user certificates",
        "https client certificate",
        "https server certificate",
        "https server pin",
        "https trust first use",
        "firmware allow downgrade",
    ]


def test_names_are_found_in_any_letter_case():
    assert parameters.find("XML application URI").name == "xml application uri"
    assert parameters.find("upgrade uri").name == "firmware server"
    assert parameters.find("Upgrade URI").name == "firmware server"


def test_keys_are_found_by_the_models_that_have_them():
    row = parameters.find("softkey20 type", "57i")
    assert (row.name, row.field, row.kind, row.section) == ("softkey20 type", "type20", "choice", "softkeys")
    assert parameters.find("topsoftkey10 value", "57i").name == "topsoftkey10 value"
    assert parameters.find("prgkey6 label", "53i").name == "prgkey6 label"
    assert parameters.find("prgkey1 label", "57i") is None
    assert parameters.find("softkey1 label", "53i") is None


def test_key_numbers_out_of_range_are_not_found():
    for name in ("softkey0 type", "softkey21 type", "softkey01 type", "softkey type", "softkey1x type", "softkey1"):
        assert parameters.find(name, "57i") is None, name
    for name in ("softkey1 nonsense", "softkey99999999999999999999 type", "keyn type", "keyN type", "key1 type"):
        assert parameters.find(name, "57i") is None, name
    assert parameters.find("topsoftkey11 type", "57i") is None


def test_keys_of_expansion_modules():
    for name in ("expmod1 key1 type", "expmod3 key60 label", "Expmod2 Key36 Value"):
        for model in ("55i", "57i", "57iCT", "unknown"):
            assert parameters.find(name, model).name == name.lower()
        for model in ("53i", "9143i", "9480i"):  # they have no socket for one
            assert parameters.find(name, model) is None, (name, model)
    assert parameters.find("expmod2 key36 value").field == "value36"
    for key in ("expmod0 key1", "expmod4 key1", "expmod1 key61", "expmod1 key0", "expmod1 key01", "expmod1 key"):
        assert parameters.find(key + " type") is None, key
    for key in ("expmod1key1", "expmod key1", "expmod1 softkey1", "xexpmod1 key1", "expmod1xkey1", "expmod1 key\u00b2"):
        assert parameters.find(key + " type") is None and parameters.find(key) is None, key


def test_hostile_names_are_not_found():
    for name in ("", "|", "bool|1", "https client method|method", "\n", "https port\n", " https port", "keyN", "N"):
        assert parameters.find(name) is None, name


def test_an_unknown_model_has_the_keys_of_the_57i():
    assert families.keys("6757i") == families.keys("57i")
    assert parameters.find("softkey20 type", "unknown") is not None


def test_each_module_belongs_to_one_section():
    modules = [module for _, _, module in parameters.sections()]
    assert modules == list(parameters._MODULES) and len(set(modules)) == len(modules)
