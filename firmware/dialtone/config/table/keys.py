"""What else belongs to a key, see keytypes.py. Columns: ``config.parameters``."""

ROWS = (
    "keyN label|text||32|live||Label|labelN|Label|Text beside the key.",
    "keyN value|text||255|live||Value|valueN|"
    "Value|For an XML key the http:// or https:// address to open, else a number or code.",
    "keyN line|int|1|1..9|||Line|lineN|"
    "Line|Has no effect: needs calling, which this firmware does not do.",
    "keyN states|list||idle connected incoming outgoing busy|live||States|statesN|"
    "States|Call states in which the key shows, separated by blanks; this phone is always idle. Empty: always.",
    "keyN locked|bool|0||live|F|Locked|lockedN|"
    "Locked|Keeps the key from being changed on the phone and on its pages.",
)
