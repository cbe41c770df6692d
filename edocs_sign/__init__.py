"""edocs-sign: lets a person sign with the token in their own computer, asked by the pages of one edocs server.

It listens on this computer alone, hears the pages of that one server alone, signs only what that server asked for
in writing (Ed25519), shows it, and asks for the PIN here.  Neither key nor PIN ever leaves the computer.
"""

__version__ = "1.0"
