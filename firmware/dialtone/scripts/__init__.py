"""XML scripts behind softkeys and pushes: what they say, what they link to, who may push them."""
