"""Organisations: the tenants of a county, their functions and their units.

A tenant is a county body, a department, a township, or a body that only patrols (`patrols`). A function (coordination, supervision) is a property of a
tenant; a unit (squadron, branch, station) is a part of one and never acts in its own name. A name that stands in no
document is marked as inferred, with what it was concluded from.

Not here: people and posts (`staff`, `secondments`), and what a body was called or out of which it came (`lineage`).

Words: tenant 单位, county body 县级机构, department 部门, township 乡镇（街道）, patrol body 巡查单位, unit 内设（派出）机构, function 职能.
From: 昆阳 正文 and 附件1-2; 威海环翠 2, 3.
"""
