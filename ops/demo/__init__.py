"""The demo counties: above all Pingyang with the town of Kunyang, whose documents are public; people who do not exist.

The bodies, the posts and the home units of Kunyang's enforcement team are those of the town's notice of 2022; every
person's name is made up, and so is everything about the other two towns. Names that stand in no document are marked
as inferred. Nothing here is loaded outside a demo installation.

    pingyang/county.toml          the county, its bodies and their units
    pingyang/kunyang-team.toml    the notice's roster of 27, as a secondment order
    pingyang/*-team.toml          invented orders of the other two towns
    pingyang/staff.toml           invented people in the posts that the documents do not fill
    pingyang/accounts.toml        whom to sign in as, with which password

`catalogue.py` and `supervision.py` add made-up items, the notice that empowers townships with them, and a letter about one.

Beside it stand small counties by other rules, Fuling, the city that its document calls XX, Yangxin and Huancui, for
whoever wants to see the same referral go another way: a few bodies, invented people (`staff.toml`), and sign-ins with
the county in front.

    fuling/, xx/,                 county.toml, staff.toml, accounts.toml
    yangxin/, huancui/

The readers (`county.py`, `roster.py`, `accounts.py`) are pure and refuse a malformed file with line and column;
`load.py` puts what they read into the database, once however often it runs.
"""
