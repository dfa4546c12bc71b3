"""The demo counties: above all Pingyang with the town of Kunyang, whose documents are public; people who do not exist.

The bodies, the posts and the home units of Kunyang's enforcement team are those of the town's notice of 2022; every
person's name is made up, and so is everything about the other two towns. Names that stand in no document are marked
as inferred. Nothing here is loaded outside a demo installation.

    pingyang/county.toml          the county, its bodies and their units
    pingyang/kunyang-team.csv     the notice's roster of 27, with the posts and home units that it names
    pingyang/*-team.csv           invented teams of the other two towns
    pingyang/staff.toml           invented people in the posts that the documents do not fill
    pingyang/accounts.toml        whom to sign in as, with which password

A team is a roster as a clerk would keep it, and `load.py` takes it in as `gongguan staff import` does. THE NAMES ARE MADE UP: the given
names are the solar terms and three feast days, or the cycle of stems and branches; the surnames say which body somebody
comes from. Nobody of the notice is named. It says nothing of anybody's establishment either: what the rosters have there is
the demo's own, and so is that the town's three count as enforcement staff.

`catalogue.py` and `supervision.py` add made-up items, the notice that empowers townships with them, and a letter about one.

Beside it stand small counties by other rules, Fuling, the city that its document calls XX, Yangxin and Huancui, for
whoever wants to see the same referral go another way: a few bodies, invented people (`staff.toml`), and sign-ins with
the county in front.

    fuling/, xx/,                 county.toml, staff.toml, accounts.toml
    yangxin/, huancui/

The readers (`county.py`, `staff.py`, `accounts.py`) are pure and refuse a malformed file with line and column;
`load.py` puts what they read into the database, once however often it runs.
"""
