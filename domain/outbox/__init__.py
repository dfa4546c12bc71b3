"""The outbox: what a command announces in its own transaction, so that it is told exactly if it happened.

    announced ──relay──▶ job and publication ──handlers──▶ handled
                  │                                        (each leaves a receipt)
                  └── attempts used up ──▶ dead letter, kept until somebody looks

The relay hands an announcement to Redis again and again until the database says that it was handled: an empty or
absent Redis delays, and loses nothing. Announcements of one subject are handled in the order in which they were
made; a dead letter lets the next ones pass.

Announcements are facts in the past tense (`referral.sent`) and carry ids only. They are how a lower capability
learns of an upper one. They are not the audit trail, and not what a user reads.

Words: announcement 通告, outbox 发件箱, relay 转发, dead letter 死信.
"""
