"""Whether breadth first answers what graphql-core answers, whatever is asked of whatever schema.

    schemas.py    random schemas
    ways.py       every way to answer their fields, and a resolver beside each that says the same
    answers.py    what their fields answer: right values, and every fault that a resolver can have
    documents.py  random documents over them, valid ones, and variables that may be wrong
    reference.py  what GraphQL says of a request, written down plainly: the data, and all errors that may be told
    judge.py      whether an answer is one that may be given
    cases.py      one request, executed by graphql-core and breadth first, both judged
    shrinking.py  a case that goes wrong, made smaller
    by_hand.py    schemas written by hand, `animals.py` one of them
    test_random.py, test_features.py, test_values.py, test_batches.py

The reference is there because graphql-core 3.3.2 does not always tell the same of several errors below one null; it is
held against graphql-core in every case, so that neither of the two is trusted alone.
"""
