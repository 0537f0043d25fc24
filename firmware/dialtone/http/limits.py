"""Every bound of the HTTP codec, with its reason. What is over one gets the status that stands beside it."""

LINE_BYTES = 1024  # request line, 414 (a response's status line likewise): our longest own URL has 300
HEAD_BYTES = 4096  # a whole head, 431: browsers send 450 to 900, and a head must fit into the heap as one piece
FIELDS = 40  # header fields, 431: browsers send 10 to 18; each costs about 1 us on a PC and 100 us on an ESP32
METHOD_BYTES = 16  # 501: the longest registered method in use has 17 (UPDATEREDIRECTREF), ours have 7
NUMBER_DIGITS = 10  # Content-Length, 413: ten digits are 10 GB, more than any flash
CHUNK_LINE_BYTES = 128  # chunk size with its extensions, 400: nobody uses extensions, RFC 9112 7.1.1 asks for a bound
CHUNK_DIGITS = 7  # hexadecimal digits of a chunk size, 400: 256 MB, and still a small integer on a 32-bit board
TRAILER_BYTES = 256  # one trailer line, 431: trailers are checked and thrown away
TRAILERS = 16  # trailer lines, 431
INTERIMS = 8  # 1xx responses before the real one: a server that sends more wants to keep us waiting
CREDENTIALS_BYTES = 256  # base64 of "user:password": 190 characters, three times what the pages let one type
FORM_FIELDS = 400  # pairs of a form, 413: the largest page has some 300 fields
