"""Every bound of the HTTP codec, with its reason. What is over one gets the status that stands beside it."""

LINE_BYTES = 1024  # request line, 414 (a response's status line likewise): our longest own URL has 300
HEAD_BYTES = 4096  # a whole head, 431: browsers send 450 to 900, and a head must fit into the heap as one piece
FIELDS = 40  # header fields, 431: browsers send 10 to 18; each costs about 1 us on a PC and 100 us on an ESP32
NUMBER_DIGITS = 10  # Content-Length, 413: ten digits are 10 GB, more than any flash
CHUNK_DIGITS = 7  # hexadecimal digits of a chunk size, 400: 256 MB, and still a small integer on a 32-bit board
CHUNK_LINE_BYTES = 256  # chunk size with its extensions (RFC 9112 7.1.1 asks for a bound), or one trailer, 431
PASSED_OVER = 16  # trailers of one body, 431; interim responses before the real one: more only keep us waiting
CREDENTIALS_BYTES = 256  # base64 of "user:password": 190 characters, three times what the pages let one type
FORM_FIELDS = 400  # pairs of a form, 413: the largest page has some 300 fields
