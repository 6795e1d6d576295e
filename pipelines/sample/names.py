"""The words and numbers an invented city is made of: firm names, addresses, credit codes.

Three-syllable brands that end in an old village word (坞, 亭, 圃 …) read naturally and belong to nobody.
"""

def _syllables(words: str) -> list[tuple[str, str]]:
    return [(word[0], word[1:]) for word in words.replace(":", "").split()]


FIRST = _syllables(
    "云:yun 星:xing 海:hai 晨:chen 远:yuan 锐:rui 博:bo 启:qi 凌:ling 沐:mu 澜:lan 泽:ze "
    "恒:heng 拓:tuo 景:jing 朗:lang 墨:mo 清:qing 瀚:han 鹭:lu 霁:ji 梓:zi 榕:rong 棠:tang "
    "枫:feng 桐:tong 苇:wei 岳:yue 川:chuan 溪:xi 湖:hu 浦:pu 津:jin 渡:du 砚:yan 笙:sheng "
    "弦:xian 钟:zhong 磐:pan 琢:zhuo 珂:ke 瑶:yao 琳:lin 苏:su 白:bai 丹:dan 朱:zhu 果:guo "
)
SECOND = _syllables(
    "帆:fan 图:tu 桥:qiao 数:shu 维:wei 码:ma 链:lian 策:ce 析:xi 算:suan 擎:qing 络:luo "
    "谱:pu 智:zhi 芯:xin 矩:ju 元:yuan 界:jie 度:du 格:ge 象:xiang 纹:wen 影:ying 声:sheng "
    "光:guang 波:bo 频:pin 脉:mai 迹:ji 轨:gui 轮:lun 舟:zhou 翼:yi 羽:yu 鲸:jing 鹤:he "
    "鹿:lu 驼:tuo 雁:yan 骏:jun 石:shi 峰:feng 岭:ling 湾:wan 泉:quan 潮:chao 涛:tao 澄:cheng "
)
THIRD = _syllables(
    "坞:wu 亭:ting 圃:pu 篱:li 檐:yan 灯:deng 筝:zheng 笛:di 蓑:suo 棹:zhao 橹:lu 埠:bu "
    "闸:zha 渚:zhu 菱:ling 藕:ou 茭:jiao 蚕:can 茧:jian 砖:zhuan 瓦:wa 陶:tao 窑:yao 釉:you "
)
SOFTWARE_TRADES = ("软件", "信息技术", "数据科技", "智能软件", "网络科技", "工业软件", "云计算", "系统集成", "信息安全")
OTHER_TRADES = ("精密机械", "新材料", "电子器件", "纺织", "环保设备", "商贸", "物流", "电缆", "生物医药", "餐饮管理")
SOFTWARE_SCOPES = (
    "软件开发；信息技术咨询服务；技术服务、技术转让。",
    "计算机软硬件的研发；信息系统集成服务；数据处理和存储支持服务。",
    "一般项目：软件开发；物联网技术服务；人工智能应用软件开发；网络与信息安全软件开发。",
)
SILENT_SCOPES = (
    "机械零部件的制造、加工、销售。",
    "国内贸易；普通货物道路运输；仓储服务（不含危险品）。",
    "电子元器件、仪器仪表的制造与销售；自营和代理各类商品的进出口业务。",
)
DISTRICTS = {
    "320205": "锡山区",
    "320206": "惠山区",
    "320211": "滨湖区",
    "320213": "梁溪区",
    "320214": "新吴区",
    "320281": "江阴市",
    "320282": "宜兴市",
}
ROADS = ("示例路", "样本街", "虚构大道", "软城路", "观测巷", "莲棹路")
PLACES = {"320281": "江阴", "320282": "宜兴"}

_TRADITIONAL = str.maketrans("云软数图网络远维链锐启恒无锡码轨轮业术鲸鹤", "雲軟數圖網絡遠維鏈銳啟恆無錫碼軌輪業術鯨鶴")
_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_VALUES = {letter: value for value, letter in enumerate(_ALPHABET)}
_WEIGHTS = [pow(3, place, 31) for place in range(17)]
_ORG_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)


def brand(number: int) -> tuple[str, str]:
    """The brand of firm `number` in characters and in pinyin; never twice the same below 2.6 million."""
    block, low = divmod(number, 2304)
    first, second = divmod(low * 1009 % 2304, 48)
    fourth, third = divmod((block * 7 + low) % 24 + 24 * (block // 24), 24)
    parts = [FIRST[first], SECOND[second], THIRD[third]]
    if fourth:
        parts.append(FIRST[(fourth - 1) % 48])
    return "".join(part[0] for part in parts), "".join(part[1] for part in parts).capitalize()


def traditional(name: str) -> str:
    """The name as a list set in traditional characters prints it."""
    return name.translate(_TRADITIONAL)


def half_width(name: str) -> str:
    """The name with the other kind of brackets."""
    return name.replace("（", "(").replace("）", ")")


def credit_code(division: str, number: int, category: str = "91") -> str:
    """An 18-digit credit code with right check digits; its organisation part, X and seven digits, belongs to nobody."""
    organisation = f"X{number:07d}"
    total = 33 * 3 + sum(int(digit) * weight for digit, weight in zip(organisation[1:], _ORG_WEIGHTS[1:], strict=True))
    body = f"{category}{division}{organisation}{'0123456789X0'[11 - total % 11]}"
    return body + check_digit(body)


def check_digit(body: str) -> str:
    """The 18th digit of GB 32100-2015 for the first seventeen."""
    total = sum(_VALUES[letter] * weight for letter, weight in zip(body, _WEIGHTS, strict=True))
    return _ALPHABET[-total % 31]


def spoiled(code: str) -> str:
    """The code with a wrong last digit."""
    return code[:17] + ("0" if code[17] != "0" else "1")


def is_valid_code(code: str) -> bool:
    """Whether both check digits of an 18-digit code are right."""
    if len(code) != 18 or any(letter not in _VALUES for letter in code) or check_digit(code[:17]) != code[17]:
        return False
    values = (int(letter) if letter.isdigit() else ord(letter) - 55 for letter in code[8:16])
    total = sum(value * weight for value, weight in zip(values, _ORG_WEIGHTS, strict=True))
    return "0123456789X0"[11 - total % 11] == code[16]


def pick(luck: float, *shares: tuple[float, str | None]) -> str | None:
    """The first value whose cumulative share reaches `luck`."""
    return next(value for share, value in shares if luck <= share)
