"""Day-by-day scenarios of five places, played through the API under a set clock.

The scenarios are the `.txt` files in this folder, in the field's own words, for a clerk to read and to write; what they
say is due was worked out by hand from the places' documents and the State Council's notices. How such a file is
written: docs/scenarios.md. `script.py` reads it, `stage.py` sets up the place, `player.py` plays it and compares.
"""
