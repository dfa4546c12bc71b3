"""Rotations: who has been at the front for so many years that they may be exchanged, or must be.

    first day at the front ──▶ may be exchanged (after some years) ──▶ must be (after more) ──▶ exchanged: another post, a gap

Time at the front is time seconded in a mode that the rules of the first day count as the front (`staff.front_modes`). Several secondments
add up, days that two have in common count once, gaps do not count. How many years there must be is a rulebook entry of today, and
where no document rules it nobody is listed. Somebody reaches them on the day of the same number so many years later, or on the
first day of the secondment with which they come back with more; whose secondment ends before that day does not.

Each secondment keeps from when its time counts (`counted_since`, written by whatever changes a secondment of that person):
its first day, brought forward by the days before. So a list over days is a range of an index, whatever the years are. It decides
nothing: who is exchanged where, is an order and an end.

Words: rotation 轮岗交流, time at the front 一线工作时间, front 一线, may be exchanged 可以交流, must be exchanged 必须交流.
From: 环翠 二（四）7. That several secondments add up and gaps do not count, is practice.
"""
