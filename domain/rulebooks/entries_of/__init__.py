"""The entries of each capability: their keys, their types and what they mean in English and Chinese.

One file for each, by the capability's word. No value stands here, and nobody looks an entry up here: `registry.py`
puts them together.

referrals.py   what a place may rule about handing a case over
alerts.py      about telling others of hazards and of problems larger than one case
catalogue.py   about when an empowered item passes to a township, and what never does
supervision.py about the letters by which a department goes on supervising what was empowered
discipline.py  about who looks into what seconded staff did, and by when
consultations.py about how long a co-manager has to answer, and what its silence means
liaisons.py    about who names whom as contact towards which body
patrols.py     about to whom bodies that only patrol hand over
deadlines.py   about counting, reminding and escalating, whatever the matter
staff.py       about secondment, establishment, certificates and legal qualification
leave.py       about by when leave is decided, and how long afterwards it may be asked for
night_duty.py  about swaps of night duty
offices.py     about office hours and files
"""
