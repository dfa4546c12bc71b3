"""Catalogues to look around in, all of them made up (虚构): Pingyang's of 263 items in 14 fields, and small ones of the others.

Kunyang's document names fourteen fields and 263 items and lists none of them, so these are generated: of each field seven
things and three ways to break a rule about them, in a fixed order and as many as fill up the 263. Bases and bands are invented
and say so. The same call gives the same items every time; demo and benchmarks load the same. Each county has a notice that
empowers a class of townships, and duties that no item covers, one of them a township's own.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import islice, product
from types import MappingProxyType
from typing import Any
from uuid import UUID

from domain.catalogue.commands import Published
from domain.catalogue.intake import take_in_rows
from domain.catalogue.models import (
    ClassMember,
    Duty,
    EmpoweredItem,
    Empowerment,
    EmpowermentAcceptance,
    TownshipClass,
)
from domain.catalogue.rules import POWERS
from domain.sheets import Row
from domain.work import Errand
from ops.demo.people import DemoCounty
from tenancy.ids import named_id
from tenancy.kinds import Base
from tenancy.many import insert_many

SINCE = date(2020, 1, 1)
EMPOWERED_SINCE = date(2022, 12, 1)
CLASS = "developed"


@dataclass(frozen=True, slots=True)
class Field:
    """A field: who is competent in the demo county, what there are rules about, and how they are broken."""

    department: str
    things: tuple[str, ...]
    ways: tuple[str, ...]


# Where the demo county has no department of the field, its enforcement bureau stands in, as it does in Zhejiang.
FIELDS: Mapping[str, Field] = MappingProxyType(
    {
        "民宗": Field(
            "zonghe",
            (
                "宗教活动场所",
                "宗教临时活动地点",
                "宗教内部资料",
                "宗教造像",
                "宗教教育培训",
                "民间信仰活动场所",
                "清真标识",
            ),
            ("未经批准设立或者使用{}", "违反规定管理{}", "利用{}从事违法活动"),
        ),
        "公安": Field(
            "zonghe",
            (
                "烟花爆竹燃放",
                "养犬",
                "社会生活噪声",
                "流动摊点占道",
                "旅馆住宿登记",
                "废旧金属收购",
                "保安服务",
            ),
            ("违反规定从事{}", "未按规定办理{}手续", "拒不改正{}违法行为"),
        ),
        "人力社保": Field(
            "zonghe",
            (
                "劳动用工登记",
                "职业中介",
                "劳务派遣",
                "农民工工资支付",
                "女职工保护",
                "职业技能培训",
                "社会保险登记",
            ),
            ("未按规定办理{}", "违反{}管理规定", "提供虚假{}材料"),
        ),
        "自然资源": Field(
            "zigui",
            ("耕地", "农村宅基地", "临时用地", "矿产资源", "测量标志", "基本农田保护标志", "地质遗迹"),
            ("非法占用或者开采{}", "破坏{}", "未按规定使用{}"),
        ),
        "建设": Field(
            "zonghe",
            ("建筑垃圾", "城市绿地", "户外广告", "燃气设施", "城市道路", "物业共用部位", "生活垃圾"),
            ("擅自占用或者处置{}", "损坏{}", "未按规定管理{}"),
        ),
        "交通运输": Field(
            "jiaotong",
            (
                "公路用地",
                "公路建筑控制区",
                "渣土运输车辆",
                "道路货物运输",
                "机动车维修",
                "内河船舶",
                "出租汽车客运",
            ),
            ("未经许可从事或者占用{}", "未采取必要措施管理{}", "违反{}技术规范"),
        ),
        "水利": Field(
            "zonghe",
            (
                "河道管理范围",
                "堤防工程",
                "水土保持设施",
                "取水设施",
                "水库大坝",
                "农村供水工程",
                "水文监测设施",
            ),
            ("擅自占用{}", "损毁{}", "未按批准方案使用{}"),
        ),
        "农业农村": Field(
            "nongye",
            (
                "农药经营",
                "种子经营",
                "动物检疫",
                "畜禽养殖污染防治",
                "渔业捕捞",
                "农产品质量安全",
                "农业机械",
            ),
            ("未按规定从事{}", "伪造或者转让{}证明", "拒绝接受{}检查"),
        ),
        "文化旅游": Field(
            "wenhua",
            (
                "互联网上网服务",
                "歌舞娱乐场所",
                "出版物经营",
                "营业性演出",
                "文物保护单位",
                "旅行社经营",
                "卫星电视接收",
            ),
            ("擅自从事{}", "违反{}管理规定", "未履行{}安全义务"),
        ),
        "应急管理": Field(
            "yingji",
            (
                "安全生产教育培训",
                "危险化学品储存",
                "有限空间作业",
                "特种作业",
                "安全警示标志",
                "事故隐患排查",
                "应急预案演练",
            ),
            ("未按规定进行{}", "弄虚作假进行{}", "未如实记录{}"),
        ),
        "市场监管": Field(
            "shijian",
            (
                "无照经营",
                "食品摊贩经营",
                "电动自行车销售",
                "计量器具使用",
                "价格标示",
                "特种设备使用",
                "小餐饮登记",
            ),
            ("违法从事{}", "未按规定备案{}", "不配合{}检查"),
        ),
        "林业": Field(
            "zigui",
            ("林木", "林地", "古树名木", "野生动物", "森林防火区用火", "植物检疫", "湿地"),
            ("非法破坏或者利用{}", "未经批准从事{}活动", "违反{}保护规定"),
        ),
        "消防救援": Field(
            "yingji",
            (
                "消防车通道",
                "疏散通道",
                "消防设施",
                "防火间距",
                "电动车停放充电",
                "消防安全标志",
                "易燃易爆场所",
            ),
            ("占用、堵塞{}", "损坏、挪用{}", "未按规定维护{}"),
        ),
        "气象": Field(
            "zonghe",
            (
                "气象探测环境",
                "气象设施",
                "雷电防护装置",
                "升放气球",
                "人工影响天气",
                "气象信息发布",
                "气象资料汇交",
            ),
            ("危害{}", "擅自从事{}活动", "未按规定检测或者管理{}"),
        ),
    }
)


@dataclass(frozen=True, slots=True)
class Plan:
    """A county's made-up catalogue: so many items in these fields, each with its department, and whom a notice empowers.

    `signed` are the townships that signed for it. `duties` are codes with the matter and the body whose it is.
    """

    prefix: str
    items: int
    departments: Mapping[str, str]
    notice: str
    signed: tuple[str, ...]
    duties: Mapping[str, tuple[str, str]]


BICYCLES, DRONES, FRONTAGE = "共享单车", "无人机", "门前三包"


def _duties(department: str, other: str, township: str) -> Mapping[str, tuple[str, str]]:
    return {
        BICYCLES: ("共享单车乱停放（虚构）", department),
        DRONES: ("无人机扰民（虚构）", other),
        FRONTAGE: ("沿街门店未履行门前三包责任（虚构）", township),
    }


PINGYANG = Plan(
    "XG",
    263,
    {name: field.department for name, field in FIELDS.items()},
    "平政告〔2022〕演示1号",
    # Shuitou is of the same class and has not signed: so the demo shows what is said then.
    ("kunyang", "aojiang"),
    _duties("zonghe", "wenhua", "kunyang"),
)

PLANS: Mapping[str, Plan] = MappingProxyType(
    {
        "pingyang": PINGYANG,
        "fuling": Plan(
            "FL",
            18,
            {"建设": "chengguan", "水利": "shuili", "林业": "linye"},
            "涪府告〔2022〕演示1号",
            ("jia",),
            _duties("chengguan", "linye", "jia"),
        ),
        "xx": Plan(
            "XX",
            12,
            {"建设": "zhujian", "应急管理": "yingji"},
            "XX政告〔2022〕演示1号",
            ("jia",),
            _duties("zhujian", "yingji", "jia"),
        ),
        "yangxin": Plan(
            "YX",
            12,
            {"市场监管": "shichang", "建设": "chengguan"},
            "阳政告〔2022〕演示1号",
            ("xingguo",),
            _duties("chengguan", "shichang", "xingguo"),
        ),
        "huancui": Plan(
            "HC",
            12,
            {"建设": "zonghe", "应急管理": "yingji"},
            "环政告〔2022〕演示1号",
            ("zhangcun",),
            _duties("zonghe", "yingji", "zhangcun"),
        ),
    }
)
"""The demo counties' catalogues, by county."""


def items(departments: Mapping[str, UUID], plan: Plan = PINGYANG) -> Iterator[Published]:
    """The made-up items of a county, where `departments` are the county's by code."""
    for number, (name, field, order) in enumerate(_names(plan), start=1):
        law = f"《{field}管理条例》（虚构）"
        heaviest = 2_000 * (1 + number % 40)
        yield Published(
            code=f"{plan.prefix}{order:02}{number:04}",
            name=name,
            field=field,
            department_id=departments[plan.departments[field]],
            # Everything can be punished and inspected; every fifth thing also needs to be stopped on the spot.
            powers=("penalty", "inspection", "compulsion") if number % 5 == 0 else ("penalty", "inspection"),
            establishing_basis=f"{law}第{number % 60 + 3}条",
            punishing_basis=f"{law}第{number % 60 + 40}条",
            bands=[
                ("轻微", 0, heaviest // 10),
                ("一般", heaviest // 10, heaviest // 2),
                ("严重", heaviest // 2, heaviest),
            ],
            since=SINCE,
            made_up=True,
        )


def _names(plan: Plan) -> Iterator[tuple[str, str, int]]:
    """As many from each field as there are of each, one field after another; the first fields have one more."""
    each, more = divmod(plan.items, len(plan.departments))
    for order, name in enumerate(plan.departments, start=1):
        field = FIELDS[name]
        ways = (way.format(thing) for way, thing in product(field.ways, field.things))
        yield from ((said, name, order) for said in islice(ways, each + (order <= more)))


async def load_catalogue(errand: Errand, demo: DemoCounty) -> dict[str, int]:
    """Load the county's catalogue, the notice that empowers its townships, and duties. Returns what was added, by table."""
    plan = PLANS[demo.county.code]
    bodies = {code: _id(errand, "organisation", code) for code in demo.county.bodies}
    by_id = bodies["xietiao"]
    rows = [Row(number, item) for number, item in enumerate(items(bodies, plan), start=1)]
    report = await take_in_rows(errand, rows, by_id=by_id)
    if not report.taken:
        return {}
    by = {"county_id": errand.county_id, "by_id": by_id}
    published = by | {"published_at": errand.now}
    class_id, notice_id = _id(errand, "township_class", CLASS), _id(errand, "empowerment", plan.notice)
    townships = [code for code, body in demo.county.bodies.items() if body.kind == "township"]
    heads = {post.body: post.person for post in demo.posts() if "head" in post.roles}
    notice = {
        "number": plan.notice,
        "title": "关于赋予经济发达镇行政执法权的公告（虚构）",
        "since": EMPOWERED_SINCE,
    }
    added: dict[type[Base], list[dict[str, Any]]] = {
        TownshipClass: [published | {"id": class_id, "code": CLASS, "name": "经济发达镇"}],
        ClassMember: [
            published | {"township_id": bodies[code], "since": EMPOWERED_SINCE, "class_id": class_id}
            for code in townships
        ],
        Empowerment: [
            published | notice | {"id": notice_id, "township_id": None, "class_id": class_id},
        ],
        EmpoweredItem: [
            by
            | {"empowerment_id": notice_id, "item_id": _id(errand, "item", row.meant.code)}
            | {power: power in row.meant.powers for power in POWERS}
            for row in rows
            if row.meant is not None
        ],
        EmpowermentAcceptance: [
            {
                "county_id": errand.county_id,
                "empowerment_id": notice_id,
                "township_id": bodies[code],
                "signed_on": EMPOWERED_SINCE,
                "signed_by": _id(errand, "person", heads[code]),
                "signed_at": errand.now,
            }
            for code in plan.signed
        ],
    }
    added[Duty] = [
        published
        | {"id": _id(errand, "duty", code), "code": code, "matter": matter, "body_id": bodies[body]}
        | {"basis": "履职事项颗粒化清单（虚构）", "since": SINCE, "until": None}
        for code, (matter, body) in plan.duties.items()
    ]
    for model, values in added.items():
        await insert_many(errand.session, model, values)
    counted = {model.__tablename__: len(values) for model, values in added.items()}
    return {"items": len(rows), "item_versions": report.taken, **counted}


def _id(errand: Errand, *names: str) -> UUID:
    return named_id(errand.county_id, *names)
