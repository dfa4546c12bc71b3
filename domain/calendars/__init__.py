"""Calendars: which days the county's offices work, and how working days are counted.

What it is: the statutory calendar of the whole country (the yearly notice of the State Council), the few days a county
adds of its own, and the arithmetic on both. What it is not: it knows no deadline, no matter and no tenant; who owes
what by when is `domain/deadlines`. Office hours are rulebook data and are not kept here either.

Life cycle of a year::

    not published ──(the notice comes out, usually between late October and early December)──▶ published
    counted by weekdays,                                                                       counted by the notice;
    everything that reaches into it is provisional                                             running deadlines recounted

    published ──(an amending notice: 2015, 2019 and 2020 had one)──▶ published, recounted again

Words:

| English | 中文 | meaning |
| --- | --- | --- |
| working day | 工作日 | a day on which the offices work: a weekday that is no day off, or a make-up workday |
| statutory day off | 法定节假日（含调休） | a day the yearly notice gives off |
| make-up workday | 调休上班日 | a Saturday or Sunday the notice makes a working day |
| yearly notice | 国务院办公厅关于××年部分节假日安排的通知 | the one source of both |
| local day | 地方性假日、地方调整 | a day the county itself rests or works by its own decision, before the national list |
| version | 版本 | counts the changes of one county's calendar; deadlines keep the one by which they were counted |
| provisional | 暂定 | counted with a year whose notice is not out |

Documents: 《全国年节及纪念日放假办法》 articles 2 and 4 (national holidays; local customs of minority areas), the yearly
notices (2023: 国办发明电〔2022〕16号, 2024: 国办发明电〔2023〕7号, 2025: 国办发明电〔2024〕12号, 2026: 国办发明电〔2025〕7号).
"""
