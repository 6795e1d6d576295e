"""What only whole rows can tell: columns that are shifted, sums that do not add up, cells merged over several rows."""

import re
from bisect import bisect_left, bisect_right
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from pipelines.sources.cells import CAPITAL_UNREAD, mask
from pipelines.sources.contract import Column, Contract, Sum
from pipelines.sources.layout import MEASURED, Layout
from pipelines.sources.lines import Reason
from pipelines.sources.markets import Markets
from pipelines.sources.readers import Row, Sheet

MERGED = "这个数所在的单元格合并了 {} 行 {} 列，不知归谁：请取消合并，各行各列分别填写"
BROKEN_SHIFT = "各列已错位（金额落在别的列），未保留内容：请发送方核对后重报这一行"
TWICE = "表头“{}”出现两次而内容不同：请只保留一列；并排的两栏请改为上下一栏"
HEADING = "是地名，像小标题，不是企业：请删去本行，或改填企业全称"
OTHER_PARK = "不是报送人所管园区的行：请由该园区或数据管理员报送"
NOT_ADDED_UP = "{} {} 与各项合计 {} 不符（{}），允许相差 {}：请核对后重报"
MORE_THAN_WHOLE = "{} {} 大于 {} {}：请核对后重报"
_PLACE = re.compile(r"[\u4e00-\u9fff]{1,6}(?:市|区|县|镇|乡|街道)")
_AMOUNT_ELSEWHERE = re.compile(r"[\d,.]+\(?万\S*")


@dataclass
class RowChecks:
    """Rows of one batch, typed column by column: what cannot be taken is added to `reasons`, by the place in the batch."""

    contract: Contract
    parks: tuple[str, ...] | None   # of an operator: rows of others are set aside
    layout: Layout
    batch: list[Row]
    reasons: dict[int, list[Reason]]
    remarks: list[str] = field(default_factory=list)

    def whole_rows(self, by_name: dict[str, list[Any]]) -> None:
        """What only the whole row can tell: that it is shifted, or that none of the columns needed has a value."""
        prose = [self.layout.places[c.name] for c in self.contract.columns if c.type == "text" and c.name in self.layout.places]
        for column in self.contract.columns:
            notes = by_name[f"{column.name}_note"] if column.type == "capital" else []
            for i in (i for i, note in enumerate(notes) if note == CAPITAL_UNREAD):
                if any(_AMOUNT_ELSEWHERE.fullmatch(self.batch[i][1][at]) for at in prose):
                    self.reasons[i] = [(None, None, BROKEN_SHIFT)]
        for column in self.contract.columns:
            if column.type == "exchange":
                self._name_market(column, by_name["stock_code"], by_name[column.name])
        for column in (column for column in self.contract.columns if column.name in self.layout.doubles):
            at, others = self.layout.places[column.name], self.layout.doubles[column.name]
            for i, (_, cells) in enumerate(self.batch):
                if any(cells[other].strip() != cells[at].strip() for other in others):
                    self.reasons[i] = [(column.name, None, TWICE.format(column.headers[0]))]
        if "enterprise_name" in by_name:
            for i, (printed, (_, cells)) in enumerate(zip(by_name["enterprise_name"], self.batch, strict=True)):
                if printed and _PLACE.fullmatch(printed) and len(list(filter(str.strip, cells))) < 3:
                    self.reasons.setdefault(i, []).append(("enterprise_name", mask(printed), HEADING))
        for i, park in enumerate(by_name.get("park_id", []) if self.parks is not None else []):
            if park not in (self.parks or ()):
                self.reasons[i] = [("park_id", park and mask(park), OTHER_PARK)]
        for one in self.contract.all_sums():
            self._sum(one, by_name)
        if any_of := [column for column in self.contract.columns if column.name in self.contract.required_any]:
            why = f"{'、'.join(column.headers[0] for column in any_of)} 全部空缺：请至少填写一项"
            for i, values in enumerate(zip(*(by_name[column.name] for column in any_of), strict=True)):
                if not any(values) and i not in self.reasons:
                    self.reasons[i] = [(any_of[0].name, None, why)]

    def _sum(self, one: Sum, by_name: dict[str, list[Any]]) -> None:
        """A whole that is not the sum of its parts, or less than one of them; what is not known contradicts nothing."""
        words = {column.name: column.headers[0] for column in self.contract.columns}
        for i, (whole, *parts) in enumerate(zip(*(by_name[name] for name in (one.whole, *one.parts)), strict=True)):
            if i in self.reasons or whole is None:
                continue
            total = sum(part for part in parts if part is not None)
            larger = next((name for name, part in zip(one.parts, parts, strict=True) if part is not None and part > whole + (one.within or 0)), None)
            if larger:
                figure = by_name[larger][i]
                self.reasons[i] = [(larger, _wan(figure), MORE_THAN_WHOLE.format(words[larger], _wan(figure), words[one.whole], _wan(whole)))]
            elif one.within is not None and None not in parts and abs(whole - total) > one.within:
                listed = " + ".join(map(_wan, parts))
                self.reasons[i] = [(one.whole, _wan(whole), NOT_ADDED_UP.format(words[one.whole], _wan(whole), _wan(total), listed, _wan(one.within)))]

    def merged_cells(self, sheet: Sheet) -> None:
        """A figure in one cell over several rows or columns is that of none of them: it must not count on each."""
        measured = {self.layout.places[c.name]: c for c in self.contract.columns if c.type in MEASURED and c.name in self.layout.places}
        numbers = [row_no for row_no, _ in self.batch] if sheet.merged else []
        for top, left, bottom, right in sheet.merged:
            over = [place for place in measured if left <= place <= right]
            if not over or (top == bottom and len(over) == 1):
                continue
            for i in range(bisect_left(numbers, top), bisect_right(numbers, bottom)):
                column, text = measured[over[0]], self.batch[i][1][over[0]]
                if i not in self.reasons and text.strip():
                    self.reasons[i] = [(column.name, mask(text), MERGED.format(bottom - top + 1, right - left + 1))]

    def _name_market(self, column: Column, codes: list[Any], exchanges: list[Any]) -> None:
        """One listing under one key: whole codes and one name for each exchange; a name on no list is told."""
        markets, unknown = Markets(column.markets), dict[str, None]()
        for i, (code, exchange) in enumerate(zip(codes, exchanges, strict=True)):
            if i in self.reasons:
                continue
            try:
                codes[i], exchanges[i] = markets.listed(code, exchange)
            except ValueError as error:
                self.reasons[i] = [(column.name, mask(exchange), str(error))]
            else:
                if not markets.named(exchanges[i]):
                    unknown[mask(exchange)] = None
        if unknown:
            self.remarks.append(f"交易所 {'、'.join([*unknown][:9])} 不在名录，其上市待复核：请核对名称，或登记到参考数据 markets.yaml")


def _wan(amount: Decimal) -> str:
    """Money in 万元, as forms print it."""
    return f"{amount / 10_000:,f}".rstrip("0").rstrip(".") + "万元"
