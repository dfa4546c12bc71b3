"""Inbox: what waits for a person in any of their posts: unread notices, and open matters that they have in hand.

A request acts in one post; but nobody looks into three posts in turn to see whether something waits. So the inbox shows
what each of a person's living posts would show by itself, in one list, each entry with the post that it belongs to. To do
something about an entry one acts in that post.

    the person's posts that live ──▶ in each: its unread notices, its claims on open matters ──▶ one list by time

It looks into each post by the opening call that a request in it would begin with (`tenancy/posts.py`). So it shows no
more than these requests would; of a post that ended, nothing from the next request on; of what is lent to a post, what
is lent now; and of another county never anything, because a person's posts are all in one.

It keeps nothing, marks nothing as read and gives no right. What waits in a queue and nobody has claimed is the body's
and not a person's (`assignments`).

Words: inbox 我的待办, entry 待办事项, post 任职身份, notice 通知, in hand 手头在办.
From: practice.
"""
