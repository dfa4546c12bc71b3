"""Notices: what an officer is told in one of their posts, because something happened that concerns it.

    announced ──relay──▶ delivered, one for each post concerned ──▶ unread ──mark read──▶ read

Lin, head of the transport department, is told that a draft waits for her approval. Zhou, who drafted it and is
seconded to Kunyang, is told that it was approved when he acts for the department, and sees nothing of it when he acts
for the town. Who holds the post when the announcement is handled is told; who comes later reads the matter itself.

A notice holds a kind and ids; its sentence is made when it is read, in the reader's language and with the names that
bodies have then. A notice is not the matter, gives no right to it, and is not the audit trail. Reading it is nobody's
business but the reader's, so it leaves no line.

Words: notice 通知, inbox 收件箱, addressee 收件人, unread 未读, to mark as read 标为已读.

From: practice (no document asks for notices); whom deadlines are escalated to stands in the county's rulebook.
"""
