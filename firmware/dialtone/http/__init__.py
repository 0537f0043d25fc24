"""HTTP/1.1 without sockets: heads and bodies in both roles, and the small formats that travel in them."""
