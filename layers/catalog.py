"""The table of layers: adding a layer is adding a row here."""

from .spec import ChildSpec, ColumnSpec, LayerSpec

C = ColumnSpec

HAZMAT_EQUIPMENT = (
    "车辆", "侦检", "个体防护", "警戒", "通信", "输转",
    "堵漏", "洗消", "破拆", "排烟照明", "灭火", "救生",
)  # fmt: skip
"""The twelve classes of hazmat equipment (Liwan 2017 plan, row S1-11 of the plans)."""

TEAM_KINDS = (
    "综合消防", "危险化学品", "矿山", "燃气抢险", "电力抢修", "通信保障",
    "防汛抗旱", "医疗救护", "建筑坍塌", "水上救援", "交通清障", "志愿者",
)  # fmt: skip

IDENTITY = (
    C("id", "编号", "ID", aliases=("代码", "code", "序号"), required=True),
    C("name", "名称", "Name", aliases=("单位名称", "名字", "title", "姓名"), required=True),
    C("address", "地址", "Address", aliases=("详细地址", "位置描述")),
    C(
        "subdistrict",
        "街道",
        "Subdistrict",
        aliases=("镇街", "镇", "街道(镇)", "所属街道", "镇（街道）"),
    ),
    C("community", "社区", "Community", aliases=("村居", "村（居）", "所属社区")),
)
CONTACT = (
    C(
        "contact",
        "联系人",
        "Contact",
        aliases=("负责人", "责任人", "联络人", "值班人员", "值班人"),
        personal=True,
    ),
    C("phone", "联系电话", "Phone", aliases=("电话", "手机", "联系方式", "tel"), personal=True),
)
VERIFIED = (
    C("last_verified", "最近核实日期", "Last verified", "date", aliases=("核实日期", "更新日期")),
    C("source", "数据来源", "Source", aliases=("来源",)),
)
PEOPLE = C(
    "people", "人数", "People", "integer", aliases=("在册人数", "队员数", "容纳人数"), unit="人"
)


SKILLS = (
    C("skills", "处置技能", "Skills", "list", aliases=("专长", "擅长处置", "处置物质"),
      optional=True),
    C("score_organisation", "组织机构得分", "Organisation score", "integer",
      aliases=("组织机构",), optional=True),
    C("score_staff", "人员素质得分", "Staff score", "integer",
      aliases=("人员素质",), optional=True),
    C("score_equipment", "装备配备得分", "Equipment score", "integer",
      aliases=("装备配备",), optional=True),
    C("score_management", "综合管理得分", "Management score", "integer",
      aliases=("综合管理",), optional=True),
    C("score_experience", "抢险经历得分", "Experience score", "integer",
      aliases=("抢险经历",), optional=True),
)  # fmt: skip
"""What a team is trained for, and its five aspects from 0 to 100 (rows S1-11, S1-12)."""


def _register(*own: ColumnSpec) -> tuple[ColumnSpec, ...]:
    """Return the columns every register has, with the layer's own between them."""
    return (*IDENTITY, *own, *CONTACT, *VERIFIED)


STOCK = ChildSpec(
    "stock", "库存", "Stock", "depot_id",
    (
        C("depot_id", "物资库编号", "Depot ID", aliases=("库编号",), required=True),
        C("item_code", "物资编码", "Item code", aliases=("编码",)),
        C("item", "物资名称", "Item", aliases=("品名", "物资"), required=True),
        C("quantity", "数量", "Quantity", "number", required=True),
        C("unit", "单位", "Unit", required=True),
        C("expiry", "有效期至", "Expiry", "date", aliases=("有效期",)),
    ),
)  # fmt: skip

SUBSTANCES = ChildSpec(
    "substance", "危险物质", "Substances", "source_id",
    (
        C("source_id", "风险源编号", "Source ID", aliases=("编号",), required=True),
        C("substance", "物质名称", "Substance", aliases=("品名", "化学品"), required=True),
        C("quantity_t", "存量", "Quantity", "number", aliases=("存量(吨)", "吨数"), unit="t",
          required=True),
        C("unit", "单元名称", "Unit", aliases=("单元", "所在单元"), optional=True),
        C("unit_kind", "单元类型", "Kind of unit", "choice", aliases=("单元类别",),
          choices=("生产单元", "储存单元"), optional=True),
    ),
)  # fmt: skip

AGREEMENTS = ChildSpec(
    "agreement", "救援协议", "Rescue agreements", "firm_id",
    (
        C("firm_id", "企业编号", "Firm ID", aliases=("编号",), required=True),
        C("team", "协议救援队", "Agreed team", aliases=("救援队", "签约队伍"), required=True),
        C("signed", "签订日期", "Signed", "date", aliases=("签约日期",)),
        C("expiry", "有效期至", "Valid until", "date", aliases=("有效期",), optional=True),
    ),
)  # fmt: skip
"""Who comes to a firm's help by agreement (row S1-14)."""

DRILL_FORMS = ("实战", "桌面")
SCHOOL_DRILLS = ("踩踏", "火灾", "溺水", "台风", "地震", "其他")
"""What schools have plans for and drill: the first four are the plan's own (row S1-27)."""


def _drills(parent: str, zh: str, en: str, subject: ColumnSpec) -> ChildSpec:
    """Return the list of plans and drills held, which the drill calendar counts.

    A line without a day of drill is a plan that was never tried.
    """
    return ChildSpec("drill", "应急演练", "Drills held", parent, (
        C(parent, zh, en, aliases=("编号",), required=True),
        subject,
        C("form", "演练形式", "Form", "choice", choices=DRILL_FORMS, optional=True),
        C("held", "演练日期", "Held on", "date", aliases=("演练时间",), optional=True),
        C("plan_issued", "预案编制日期", "Plan issued", "date", optional=True),
    ))  # fmt: skip


FIRM_DRILLS = _drills("firm_id", "企业编号", "Firm ID", C(
    "subject", "演练科目", "Subject", aliases=("科目", "预案名称"), required=True,
))  # fmt: skip
PUPILS_DRILLS = _drills("school_id", "学校编号", "School ID", C(
    "subject", "演练科目", "Subject", "choice", aliases=("科目", "预案类型"),
    choices=SCHOOL_DRILLS, required=True,
))  # fmt: skip
"""Drills of firms (row S0-12) and of schools (rows S1-27, S3-10)."""

SCORES = (
    C(
        "lec_l",
        "LEC可能性",
        "LEC likelihood",
        "number",
        aliases=("L值", "事故可能性"),
        optional=True,
    ),
    C("lec_e", "LEC暴露频率", "LEC exposure", "number", aliases=("E值", "暴露频率"), optional=True),
    C("lec_c", "LEC后果", "LEC consequence", "number", aliases=("C值", "事故后果"), optional=True),
    C(
        "matrix_l",
        "矩阵可能性",
        "Matrix likelihood",
        "integer",
        aliases=("可能性等级",),
        optional=True,
    ),
    C("matrix_s", "矩阵后果", "Matrix severity", "integer", aliases=("后果等级",), optional=True),
)
"""What somebody scored a risk with, by LEC or a risk matrix, for its colour (row S2-8)."""

RESPONSIBLE = (
    C("measure", "管控措施", "Control measure"),
    C("responsible_unit", "管控责任单位", "Responsible unit", aliases=("责任单位",)),
    C("responsible_person", "管控责任人", "Responsible person", aliases=("责任人", "安全责任人"),
      personal=True),
    C("next_review", "下次检查日期", "Next review", "date", aliases=("下次复查日期", "复查日期")),
)  # fmt: skip
"""Who answers for a source of risk, by what measure, and when it is looked at again (row S0-4)."""

UNIT = (
    C("code", "代码", "Code", aliases=("编号", "id", "区划代码"), required=True),
    C("name", "名称", "Name", aliases=("街道名称", "社区名称", "NAME"), required=True),
    C("residents_day", "昼间人口", "Residents by day", "integer", aliases=("白天人口",), unit="人"),
    C("residents_night", "夜间人口", "Residents by night", "integer",
      aliases=("常住人口", "人口", "population"), unit="人"),
    C("source", "数据来源", "Source", aliases=("来源",)),
)  # fmt: skip

CATALOG: tuple[LayerSpec, ...] = (
    LayerSpec("team", "应急救援队伍", "Rescue teams", "responder", _register(
        C("kind", "队伍类型", "Kind", "choice", aliases=("类别", "类型"), choices=TEAM_KINDS,
          required=True),
        C("order", "队伍性质", "Standing", "choice", choices=("专业", "企业", "志愿")),
        PEOPLE,
        C("vehicles", "车辆数", "Vehicles", "integer", unit="辆"),
        C("vehicle_width_m", "车宽", "Vehicle width", "number", unit="m"),
        C("vehicle_height_m", "车高", "Vehicle height", "number", unit="m"),
        C("vehicle_weight_t", "车重", "Vehicle weight", "number", unit="t"),
        C("equipment", "危化装备", "Hazmat equipment", "list", choices=HAZMAT_EQUIPMENT,
          optional=True),
        *SKILLS,
    ), arrives="road", ranked=True),
    LayerSpec("fire_station", "消防救援站", "Fire stations", "responder", _register(
        C("kind", "站级", "Grade", "choice", choices=("特勤站", "一级站", "二级站", "小型站")),
        PEOPLE,
        C("vehicles", "车辆数", "Vehicles", "integer", unit="辆"),
        C("vehicle_width_m", "车宽", "Vehicle width", "number", unit="m"),
        C("vehicle_height_m", "车高", "Vehicle height", "number", unit="m"),
        C("vehicle_weight_t", "车重", "Vehicle weight", "number", unit="t"),
        C("equipment", "危化装备", "Hazmat equipment", "list", choices=HAZMAT_EQUIPMENT,
          optional=True),
        *SKILLS,
    ), arrives="road", ranked=True),
    LayerSpec("mini_station", "微型消防站", "Mini stations", "responder", _register(
        C("kind", "类型", "Kind", "choice", choices=("社区", "重点单位")),
        PEOPLE,
    ), arrives="foot", hollow=True, shown=False),
    LayerSpec("depot", "应急物资库", "Depots", "supply", _register(
        C("kind", "级别", "Level", "choice", choices=("区级", "街道级", "企业")),
    ), children=(STOCK,), arrives="road"),
    LayerSpec("hydrant", "消火栓", "Hydrants", "supply", _register(
        C("flow_l_s", "流量", "Flow", "number", unit="L/s"),
    ), shown=False),
    LayerSpec("shelter", "避难场所", "Shelters", "refuge", _register(
        C("space", "室内外", "Indoor or outdoor", "choice", aliases=("室内/室外", "类型"),
          choices=("室内", "室外"), required=True),
        C("grade", "等级", "Grade", "choice", aliases=("类别",), choices=("紧急", "固定", "中心")),
        C("area_m2", "有效面积", "Effective area", "number", aliases=("面积",), unit="m²"),
        C("capacity_people", "容量", "Capacity", "integer", aliases=("可容纳人数", "容纳人数"),
          unit="人"),
    ), arrives="foot"),
    LayerSpec("hazard", "重大危险源", "Major hazards", "hazard", _register(
        C("firm", "企业", "Firm"), *RESPONSIBLE,
    ), children=(SUBSTANCES,)),
    LayerSpec("declared_risk", "风险源", "Risk sources", "hazard", _register(
        C("grade", "申报等级", "Declared grade", "choice", aliases=("风险等级", "等级"),
          choices=("重点", "较大", "一般"), required=True),
        C("kind", "风险类型", "Kind"), *SCORES, *RESPONSIBLE,
    ), children=(SUBSTANCES,), hollow=True, shown=False),
    LayerSpec("petrol_station", "加油站", "Petrol stations", "hazard", _register(
        C("tank_m3", "罐容", "Tank volume", "number", unit="m³"), *RESPONSIBLE,
    )),
    LayerSpec("gas_filling_station", "加气站", "Gas filling", "hazard", _register(
        C("kind", "气种", "Gas", "choice", choices=("CNG", "LNG", "LPG")),
        C("tank_m3", "罐容", "Tank volume", "number", unit="m³"), *RESPONSIBLE,
    )),
    LayerSpec("lpg_station", "液化石油气储罐站", "LPG stations", "hazard", _register(
        C("tank_m3", "罐容", "Tank volume", "number", unit="m³"), *RESPONSIBLE,
    )),
    LayerSpec("lpg_service_point", "液化气便民服务部", "LPG service points", "hazard", _register(
        C("cylinders", "瓶数", "Cylinders", "integer", unit="瓶"), *RESPONSIBLE,
    ), hollow=True, shown=False),
    LayerSpec("pipeline", "输送管道", "Pipelines", "hazard", _register(
        C("medium", "介质", "Medium"),
        C("pressure_mpa", "压力", "Pressure", "number", unit="MPa"), *RESPONSIBLE,
    ), geometry="line", shown=False),
    LayerSpec("school", "学校", "Schools", "receptor", _register(
        C("kind", "学段", "Level", "choice", choices=("幼儿园", "小学", "中学", "大学")), PEOPLE,
    ), children=(PUPILS_DRILLS,), shown=False),
    LayerSpec("hospital", "医院", "Hospitals", "receptor", _register(
        C("beds", "床位", "Beds", "integer", unit="张"), PEOPLE,
    ), shown=False),
    LayerSpec("nursing_home", "养老院", "Nursing homes", "receptor", _register(PEOPLE),
              shown=False),
    LayerSpec("crowded_place", "人员密集场所", "Crowded places", "receptor", _register(
        C("kind", "类型", "Kind"), PEOPLE,
        C("passages", "疏散通道数", "Evacuation passages", "integer", unit="条"),
        C("passages_clear", "通道畅通", "Passages clear", "choice", choices=("是", "否")),
    ), shown=False),
    LayerSpec("vulnerable_resident", "特殊困难群众", "Vulnerable residents", "receptor", (
        IDENTITY[0],
        C("name", "户名", "Household", aliases=("名称", "登记名"), required=True),
        *IDENTITY[3:],
        C("kind", "类型", "Kind", "choice", aliases=("类别",),
          choices=("独居老人", "孤寡老人", "残疾人", "重病人", "留守儿童")),
        C("mobility", "行动能力", "Mobility", "choice", choices=("自理", "需搀扶", "卧床")),
        PEOPLE,
        C("contact", "姓名", "Resident", aliases=("联系人", "户主"), personal=True),
        CONTACT[1],
        C("home_address", "家庭住址", "Home address", aliases=("住址", "地址", "详细地址"),
          personal=True),
        *VERIFIED,
    ), shown=False, officials=True),
    LayerSpec("expert", "专家", "Experts", "adviser", _register(
        C("specialty", "专业", "Specialty", "list", aliases=("专业领域", "专长"), required=True),
        C("title", "职称", "Title"), C("employer", "工作单位", "Employer"),
        C("on_duty", "在岗", "On duty", "choice", choices=("是", "否")),
    ), arrives="road", shown=False),
    LayerSpec("department", "联动部门", "Departments", "place", _register(
        C("level", "层级", "Level", "choice", choices=("市", "区", "街道", "企业")),
        C("kinds", "联动事故类型", "Kinds of incident", "list"),
    ), shown=False),
    LayerSpec("plan", "应急预案", "Plans", "place", _register(
        C("kind", "预案类型", "Kind"), C("level", "层级", "Level"),
        C("issuer", "编制单位", "Issuer"),
        C("issued", "发布日期", "Issued", "date"),
        C("filing", "备案状态", "Filing", "choice", choices=("已备案", "待备案", "未备案")),
        C("filed", "备案日期", "Filed", "date", optional=True),
        C("expiry", "有效期至", "Valid until", "date", aliases=("有效期",), optional=True),
    ), shown=False),
    LayerSpec("duty", "值班表", "Duty roster", "place", _register(
        C("level", "层级", "Level", "choice", choices=("区", "街道", "社区", "企业"),
          required=True),
        C("duty_unit", "值班单位", "Unit on duty"), C("post", "岗位", "Post", aliases=("职务",)),
        C("from_date", "值班起", "On duty from", "date", aliases=("值班开始", "开始日期")),
        C("until_date", "值班止", "On duty until", "date", aliases=("值班结束", "结束日期")),
    ), shown=False),
    LayerSpec("firm", "企业", "Firms", "place", _register(
        C("uscc", "统一社会信用代码", "Unified social credit code",
          aliases=("信用代码", "社会信用代码")),
        C("size", "企业规模", "Size", "choice", aliases=("规模",),
          choices=("大型", "中型", "小型", "微型")),
        C("industry", "行业", "Industry", aliases=("行业类别", "所属行业")),
        C("key_firm", "重点企业", "Key firm", "choice", aliases=("是否重点",),
          choices=("是", "否")),
        PEOPLE,
        C("own_team", "自有专职队", "Own full-time team", "choice",
          aliases=("自建救援队", "有无专职队"), choices=("是", "否"), optional=True),
    ), children=(AGREEMENTS, FIRM_DRILLS), shown=False),
    LayerSpec("village", "边缘村", "Edge villages", "place", _register(
        C("kind", "类型", "Kind", "choice", choices=("城边村", "城郊村", "城中村")),
        C("residents", "人口", "Residents", "integer", unit="人"),
    ), shown=False),
    LayerSpec("drill_site", "应急演练场所", "Drill sites", "place", _register(
        C("kind", "类型", "Kind"), C("area_m2", "面积", "Area", "number", unit="m²"),
    ), shown=False),
    LayerSpec("chemical_zone", "化工专区", "Chemical zones", "place", UNIT,
              geometry="polygon", shown=False),
    LayerSpec("plant_boundary", "厂界", "Plant boundaries", "place", (
        C("code", "代码", "Code", aliases=("编号", "id", "厂界编号"), required=True),
        C("name", "名称", "Name", aliases=("厂界名称", "NAME"), required=True),
        C("hazard_id", "风险源编号", "Hazard ID", aliases=("重大危险源编号", "危险源编号"),
          optional=True),
        C("firm", "企业", "Firm", aliases=("企业名称", "单位名称"), optional=True),
        C("source", "数据来源", "Source", aliases=("来源",)),
    ), geometry="polygon", shown=False),
    LayerSpec("grid_cell", "网格", "Grid cells", "unit", (
        *UNIT,
        C("level", "层级", "Level", "choice", choices=("大", "中", "小"), required=True),
        C("parent", "上级网格", "Parent"),
    ), geometry="polygon", shown=False),
    LayerSpec("community", "社区", "Communities", "unit",
              (*UNIT, C("subdistrict", "街道", "Subdistrict", aliases=("所属街道", "镇街"))),
              geometry="polygon", shown=False),
    LayerSpec("subdistrict", "街道", "Subdistricts", "unit", UNIT, geometry="polygon"),
)  # fmt: skip

_BY_KEY = {spec.key: spec for spec in CATALOG}


def layer(key: str) -> LayerSpec:
    """Return the declaration of the layer.

    Raises:
        KeyError: for a key that no row declares.

    """
    return _BY_KEY[key]
