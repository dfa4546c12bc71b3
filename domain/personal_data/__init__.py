"""Personal data: identity numbers and telephone numbers of a body's own people, sealed where they lie, masked where they show.

    (nothing) ──record──▶ on record ──replace──▶ on record ──remove──▶ (nothing)
                              │
                              └──reveal: the plain value, once, to whoever asked, with a reason and a line in the audit trail

What is kept is a sealed value, which only a key from the settings opens, and its masked form, which needs no key and shows
enough to compare with a card in one's hand. A value is found by a keyed hash of it, so finding opens nothing either. Each
entry belongs to the body with which the person is established, and no other body reads so much as the mask: not the
host of a secondment, and no overseer. Nor does that body itself from the day on which the person left it.

It is not the register of staff (`staff`), knows nobody's name, and holds nothing about the parties of a case. Keys come from
the settings (`ops/personal_data_keys.py`); nothing here reads or writes them.

Beside the usual five files: `sealing.py` is the cryptography, `rotation.py` brings what lies under old keys under the new one.

Words: personal data 个人信息, identity number 居民身份证号码, telephone number 联系电话, masked form 脱敏显示, sealed 加密,
reveal 查看明文, key 密钥, rotation 密钥轮换.

From: practice (U7); GB 11643-1999 for identity numbers, ITU-T E.164 for telephone numbers; 个人信息保护法 art. 51.
"""
