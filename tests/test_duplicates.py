"""Which enterprises look as if they had been entered twice."""

import random

import pytest

from enterprises import duplicates
from enterprises.duplicates import Firm, Reason, core, likely, near, pieces, share
from enterprises.models import EnterpriseName, NotTheSame
from tests import factories as make
from zonetrack.access import roles
from zonetrack.access.scope import scope_of


def found(*firms, dismissed=frozenset()):
    pairs = likely(firms, set(dismissed))
    return [(pair.first.pk, pair.second.pk, pair.reason) for pair in pairs]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("青海泰丰先行锂能科技有限公司", "青海泰丰先行锂能科技有限责任公司"),
        ("亚洲硅业（青海）有限公司", "亚洲硅业(青海)股份有限公司"),
        ("青海 柴达木 生物 科技有限公司", "青海柴达木生物科技公司"),
        ("ＡＢＣ材料有限公司", "abc材料有限公司"),
        ("Asia Silicon (Qinghai) Co., Ltd.", "ASIA SILICON QINGHAI COMPANY LIMITED"),
        ("Asia Silicon Co.,Ltd", "Asia Silicon Inc."),
        ("Asia-Silicon Joint Stock Company", "Asia Silicon"),
    ],
)
def test_legal_forms_brackets_and_spaces_do_not_tell_firms_apart(one, other):
    assert core(one) == core(other)
    assert found(Firm(1, one), Firm(2, other)) == [(1, 2, Reason.NAME)]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("青海盐湖集团有限公司", "青海盐湖股份有限公司"),
        ("西宁第一分公司", "西宁第二分公司"),
        ("Company Limited", "Limited"),
        ("公司", "有限公司"),
    ],
)
def test_what_tells_firms_apart_is_kept(one, other):
    assert core(one) != core(other)


def test_a_code_is_compared_as_it_would_be_stored():
    firms = [Firm(1, "甲", credit_code="9163"), Firm(2, "乙", credit_code="9163"), Firm(3, "丙")]
    assert found(*firms) == [(1, 2, Reason.CODE)]


def test_a_former_name_or_spelling_is_recognized():
    firms = [Firm(1, "亚洲硅业有限公司"), Firm(2, "硅材料集团", others=["亚洲硅业（有限公司）"])]
    assert found(*firms) == [(1, 2, Reason.FORMER)]


def test_a_pair_stands_once_with_its_strongest_reason_and_the_strongest_come_first():
    firms = [
        Firm(1, "示例材料有限公司", "Example Materials", credit_code="A"),
        Firm(2, "示例材料公司", "Example Materials Ltd", credit_code="A"),
        Firm(3, "示例新材料有限公司"),
    ]
    pairs = found(*firms)
    assert pairs[0] == (1, 2, Reason.CODE)
    assert {pair[2] for pair in pairs[1:]} <= {Reason.SIMILAR}
    assert len({pair[:2] for pair in pairs}) == len(pairs)


def test_near_names_are_marked_similar():
    one = Firm(1, "青海泰丰先行锂能科技有限公司")
    other = Firm(2, "青海省泰丰先行锂能科技有限公司")
    assert found(one, other) == [(1, 2, Reason.SIMILAR)]


@pytest.mark.parametrize(
    "others",
    [
        {"name_zh": "青海泰丰先行锂能科技二期有限公司"},  # another phase
        {"name_zh": "青海省泰丰先行锂能科技有限公司", "kin": frozenset({1})},  # its daughter
        {"name_zh": "青海省泰丰先行锂能科技有限公司", "credit_code": "B"},  # registered apart
        {"name_zh": "西宁特殊钢有限公司"},
    ],
)
def test_what_only_sounds_alike_is_not_listed(others):
    first = Firm(1, "青海泰丰先行锂能科技一期有限公司", credit_code="A")
    if "二期" not in others["name_zh"]:
        first.name_zh = "青海泰丰先行锂能科技有限公司"
    assert found(first, Firm(2, **others)) == []


def test_a_dismissed_pair_stays_away():
    firms = [Firm(1, "示例材料"), Firm(2, "示例材料"), Firm(3, "示例材料")]
    assert found(*firms, dismissed={(1, 2)}) == [(1, 3, Reason.NAME), (2, 3, Reason.NAME)]


def test_near_names_are_the_same_as_by_comparing_all():
    letters = random.Random(7)
    names = {
        "".join(letters.choices("材料能源电池青海", k=letters.randint(3, 9))) for _n in range(300)
    }
    sets = {name: pieces(name) for name in sorted(names)}
    quick = {frozenset(pair[:2]) for pair in near(sets)}
    slow = {
        frozenset((one, other))
        for one in sets
        for other in sets
        if one < other and share(sets[one], sets[other]) >= duplicates.SIMILAR_FROM
    }
    assert quick == slow
    assert slow


def test_many_names_are_not_all_compared(monkeypatch):
    letters = random.Random(7)
    words = [
        "青海",
        "西宁",
        "东川",
        "南川",
        "材料",
        "能源",
        "电池",
        "生物",
        "合金",
        "光能",
        "机械",
        "软件",
    ]
    firms = [
        Firm(n, "".join(letters.choices(words, k=4)) + chr(0x4E00 + n) + "科技有限公司")
        for n in range(3000)
    ]
    compared = []
    monkeypatch.setattr(duplicates, "share", lambda a, b: compared.append(1) or 0.0)
    likely(firms)
    assert len(compared) < 3000 * 3000 / 2 / 5


# In the database


@pytest.mark.django_db
def test_only_enterprises_in_scope_are_compared(park):
    zone = park.home_zone
    first = make.make_enterprise(park, name_zh="示例材料有限公司")
    second = make.make_enterprise(make.make_park(zone), name_zh="示例材料公司")
    make.make_enterprise(make.make_park(), name_zh="示例材料")
    scope = scope_of(make.make_user(roles.MANAGER, zone=zone))
    [pair] = duplicates.duplicates_in(scope)
    assert (pair.first.pk, pair.second.pk) == (first.pk, second.pk)
    assert pair.first.parks != pair.second.parks
    assert len(duplicates.duplicates_in(scope_of(make.make_user("administrator")))) == 3


@pytest.mark.django_db
def test_other_names_and_dismissed_pairs_are_read(park, django_assert_num_queries):
    first = make.make_enterprise(park, name_zh="亚洲硅业")
    second = make.make_enterprise(park, name_zh="硅材料")
    EnterpriseName.objects.create(enterprise=second, name="亚洲硅业有限公司")
    admin = scope_of(make.make_user("administrator"))
    with django_assert_num_queries(4):
        [pair] = duplicates.duplicates_in(admin)
    assert pair.reason == Reason.FORMER
    NotTheSame.objects.create(first=first, second=second)
    assert duplicates.duplicates_in(admin) == []
