"""A policy folder broken in one place is refused, and told where, what, and how to mend it."""

import re
import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest
import yaml

from pipelines.base.errors import PolicyError
from pipelines.base.snapshots import current_id
from pipelines.build import build
from pipelines.policy.load import load_policies
from pipelines.policy.rows import policy_rows
from pipelines.policy.vocabulary import Vocabulary
from pipelines.publish import publish
from pipelines.settings import PROJECT, Settings

DATA = PROJECT / "data"
M01 = "measures/m01-core-technology.yaml"
M02 = "measures/m02-open-source.yaml"
M03 = "measures/m03-platforms.yaml"
M04 = "measures/m04-headquarters.yaml"
M05 = "measures/m05-leading-firms.yaml"
M06 = "measures/m06-specialised-sme.yaml"
M08 = "measures/m08-industrial-software.yaml"
M09 = "measures/m09-xinchuang.yaml"
M10 = "measures/m10-parks.yaml"
M11 = "measures/m11-standards.yaml"

FACTS = "Use one of qualified_on, registered_on, settled_on, district_code"
CLAUSE_4A = f"software/{M04}, clause 4a, version draft"
CLAUSE_1A = f"software/{M01}, clause 1a, version draft"

# What breaks, where, the words and what they become, and the beginning of the message.
BROKEN = [
    # keys and types
    ("an unknown key", M06, "cap_yuan: 300_000", "cap_yuna: 300_000",
     f"software/{M06}, clause 6b.2, version draft, award, cap_yuna: this key is not known. Remove it or correct its spelling."),
    ("a missing key", M06, "title: 支持专精特新企业培育\n", "",
     f"software/{M06}, title: this key is missing. Add it."),
    ("an unknown key beside the decisions", "decisions.yaml", "decisions:\n", "since: 2026-11-23\ndecisions:\n",
     "software/decisions.yaml, since: this key is not known. Remove it"),
    ("measures written into the head", "policy.yaml", "policy_id:", "measures: []\npolicy_id:",
     "software/policy.yaml, measures: this key is not known. Remove it"),
    ("a figure in words", M06, "cap_yuan: 300_000", "cap_yuan: 30万",
     f"software/{M06}, clause 6b.2, version draft, award, cap_yuan: '30万' is not a figure. Write digits without quotes"),
    ("a day in quotes", "policy.yaml", "last_day: 2025-12-31 ", 'last_day: "2025-12-31" ',
     "software/policy.yaml, documents, draft, last_day: '2025-12-31' is not a day. Write it without quotes"),
    ("yes in quotes", M01, "is_selective: true", 'is_selective: "yes"',
     f"{CLAUSE_1A}, is_selective: 'yes' is not true or false. Write one of them without quotes."),
    ("a number in quotes", M01, "measure: 1\n", 'measure: "1"\n',
     f"software/{M01}, measure: '1' is not a whole number. Write digits without quotes."),
    ("a word for a list", M01, "event_kind: [project]", "event_kind: project",
     f"{CLAUSE_1A}, trigger, event_kind: 'project' is not a list. Write it as [one, two]."),
    ("a word outside the choice", M01, "status: partly", "status: half",
     f"{CLAUSE_1A}, coverage, status: 'half' does not exist. Use 'encoded', 'partly'"),
    ("a negative cap", M06, "cap_yuan: 300_000", "cap_yuan: -1",
     f"software/{M06}, clause 6b.2, version draft, award, cap_yuan: -1 is too low. It must be 0 or more."),
    ("parts of a fen", M06, "cap_yuan: 300_000", "cap_yuan: 0.005",
     f"software/{M06}, clause 6b.2, version draft, award, cap_yuan: 0.005 has parts of a fen. Write at most 2"),
    ("a rate above the whole", M02, "rate: 0.1, cap_yuan: 1_000_000", "rate: 10, cap_yuan: 1_000_000",
     f"software/{M02}, clause 2a, version draft, award, rate: 10 is too high. It must be 1 or less."),
    ("a clause without a department", M06, "departments: [市工业和信息化局]", "departments: []",
     f"software/{M06}, departments: is empty. Add at least one."),
    # conditions
    ("an unknown fact", M04, "fact: settlement", "fact: settlment",
     f"{CLAUSE_4A}, condition settled, fact: 'settlment' does not exist. {FACTS}"),
    ("an unknown fact where none is asked", M03, "operator: always_review,", "operator: always_review, fact: mood,",
     f"software/{M03}, clause 3a, version draft, condition case_by_case, fact: 'mood' does not exist. {FACTS}"),
    ("an unknown operator", M04, "operator: at_least", "operator: atleast",
     f"{CLAUSE_4A}, condition capital, operator: 'atleast' does not exist. Use one of at_least, above, at_most"),
    ("an operator that does not fit the fact", M04, "operator: at_least", "operator: mentions",
     f"{CLAUSE_4A}, condition capital, operator: mentions cannot ask about paid_in_capital_yuan (yuan). Use one of at_least"),
    ("a value of the wrong type", M04, "value: 10_000_000", "value: many",
     f"{CLAUSE_4A}, condition capital, value: 'many' is not a figure in yuan. Write digits without quotes"),
    ("figures for words", M04, "value: [新注册, 新引进]", "value: [1, 2]",
     f"{CLAUSE_4A}, condition settled, value: 1 is not text. Write it in quotes."),
    ("nothing among the values", M04, "value: [新注册, 新引进]", "value: [新注册, null]",
     f"{CLAUSE_4A}, condition settled, value 2: None is not a figure, a day, text, true or false. Write one"),
    ("too few values", "policy.yaml", "value: [{setting: D7}, 2025-12-31]", "value: [{setting: D7}]",
     "software/policy.yaml, condition window, value: between wants 2 of them, not 1. Correct it (decision D7)."),
    ("too many values", M04, "value: 10_000_000", "value: [10_000_000, 2]",
     f"{CLAUSE_4A}, condition capital, value: at_least wants 1 of them, not 2. Correct it."),
    ("an end before its start", "policy.yaml", "value: [{setting: D7}, 2025-12-31]", "value: [2026-01-01, 2025-12-31]",
     "software/policy.yaml, condition window, value: 2026-01-01 lies after 2025-12-31. Write the lower one first."),
    ("years without a day to count from", M02, "of: settled_on, ", "",
     f"software/{M02}, clause 2b, version draft, condition within_three_years, of: within_years_of needs it"),
    ("years counted from no day", M02, "of: settled_on", "of: field",
     f"software/{M02}, clause 2b, version draft, condition within_three_years, of: 'field' is not a fact that is a day. Use"),
    ("words for one value of a sum", M04, "value: 10_000_000", 'reasons: {"1": 少}, value: 10_000_000',
     f"{CLAUSE_4A}, condition capital, reasons: only a text has words for one particular value. Use otherwise_says."),
    ("a condition that stands twice", M06, "{id: first_time, says: 首次获评国家级制造业单项冠军企业", "{id: window, says: 首次",
     f"software/{M06}, clause 6a.1, version draft: condition window stands 2 times. Ids are permanent and single: rename"),
    ("without a condition that is not there", M01, "is_selective: true", "without: [region]",
     f"{CLAUSE_1A}, without: region is not a condition of policy.yaml. Correct the id."),
    ("a clause that asks nothing", M08, "trigger: {event_kind: [recognition]", "without: [window, scope, named_alone]\n        trigger: {event_kind: [recognition]",
     f"software/{M08}, clause 8a, version draft, conditions: a clause that computes must ask something. Add a condition."),
    # triggers
    ("a trigger by an unknown key", M01, "category: [core_technology]", "kind: [core_technology]",
     f"{CLAUSE_1A}, trigger, kind: is nothing to select events by. Use one of event_kind, list"),
    ("a trigger by an unknown kind", M01, "event_kind: [project]", "event_kind: [projects]",
     f"{CLAUSE_1A}, trigger, event_kind: projects does not exist. Use one of recognition"),
    ("a trigger by an unknown level", M06, "list: [specialised_sme], level: [national]", "list: [specialised_sme], level: [state]",
     f"software/{M06}, clause 6b.1, version draft, trigger, level: state does not exist. Use one of national"),
    ("a trigger without a kind", M01, "event_kind: [project], ", "",
     f"{CLAUSE_1A}, trigger: event_kind is missing. Say which events ground a claim."),
    ("a trigger that selects nothing", M01, "category: [core_technology]", "category: []",
     f"{CLAUSE_1A}, trigger, category: is empty. Add at least one."),
    ("asked of events by an unknown key", M11, "when: {list: [cmmi]}", "when: {lists: [cmmi]}",
     f"software/{M11}, clause 11b, version draft, condition cmmi_grade, when, lists: is nothing to select events by. Use"),
    ("a clause that is unseen and computes", M01, "status: partly", "status: unseen",
     f"{CLAUSE_1A}, trigger: a clause that is unseen computes nothing. Leave trigger and conditions out."),
    # awards
    ("a gap between bands", M04, "{at_least: 100_000_000, below", "{at_least: 100_000_000.01, below",
     f"{CLAUSE_4A}, award, bands: band 2 starts at 100000000.01 after a gap behind band 1, which ends at 100000000. Bands must"),
    ("an overlap of bands", M04, "{at_least: 100_000_000, below", "{at_least: 90_000_000, below",
     f"{CLAUSE_4A}, award, bands: band 2 starts at 90000000 inside band 1, which ends at 100000000. Bands must touch"),
    ("a band without end before another", M04, "{at_least: 10_000_000, below: 100_000_000, rate", "{at_least: 10_000_000, rate",
     f"{CLAUSE_4A}, award, bands: band 2 starts at 100000000 inside band 1, which has no end. Bands must touch"),
    ("a band that ends before it starts", M04, "{at_least: 500_000_000, rate", "{at_least: 500_000_000, below: 1, rate",
     f"{CLAUSE_4A}, award, bands: band 3 ends at 1, not above its start 500000000. Correct one."),
    ("a floor above the rate", M10, "base: rent_yuan, floor_rate: 0.5", "base: rent_yuan, floor_rate: 0.5, rate: 0.4",
     f"software/{M10}, clause 10b.2, version draft, award, floor_rate: 0.5 lies above the rate 0.4. Lower it."),
    ("a floor above a band", M04, "          bands_apply", "          floor_rate: 0.02\n          bands_apply",
     f"{CLAUSE_4A}, award, floor_rate: 0.02 lies above the rate 0.01. Lower it."),
    ("a rate of nothing", M10, "base: rent_yuan, floor_rate: 0.5", "floor_rate: 0.5",
     f"software/{M10}, clause 10b.2, version draft, award, base: rate, bands or floor_rate need one"),
    ("a base that is not yuan", M10, "base: rent_yuan", "base: rent_year_number",
     f"software/{M10}, clause 10b.2, version draft, award, base: 'rent_year_number' is not a fact in yuan. Use one of paid_in"),
    ("a cap for the firm that is not there", M04, "          cap_yuan: 60_000_000\n", "",
     f"{CLAUSE_4A}, award, cap_yuan: cap_scope and may_float_up speak of a cap that is not there. Add it."),
    ("a flat amount beside a cap", M06, "cap_yuan: 300_000", "cap_yuan: 300_000, amount_yuan: 300_000",
     f"software/{M06}, clause 6b.2, version draft, award, cap_yuan: stands beside amount_yuan or caps_by_grade. Give one"),
    ("a flat amount beside a rate", M02, "rate: 0.1, cap_yuan: 1_000_000", "rate: 0.1, amount_yuan: 1_000_000",
     f"software/{M02}, clause 2a, version draft, award, amount_yuan: stands beside rate or bands. A share is held by cap_yuan"),
    ("a total cap that does not say whose", M06, "cap_yuan: 300_000", "cap_yuan: 300_000, total_cap_yuan: 900_000",
     f"software/{M06}, clause 6b.2, version draft, award, total_cap_yuan: holds over several claims. Say whose"),
    ("a way to apply bands that is none", M04, "bands_apply: {setting: D2}", "bands_apply: partly",
     f"{CLAUSE_4A}, award, bands_apply: 'partly' does not exist. Use 'whole' or 'marginal'."),
    ("a way to apply bands that the decision does not say", M04, "bands_apply: {setting: D2}", "bands_apply: {setting: D5}",
     f"{CLAUSE_4A}, award, bands_apply: '超过封顶须见批准文件', in decision D5, is not whole or marginal. Correct it."),
    ("once with a clause that is not there", M02, "group: [2b]", "group: [2b, 2z]",
     f"software/{M02}, clause 2b, version draft, once, group: 2z is not a clause. Correct the id."),
    ("once without the clause itself", M04, "          cap_scope: enterprise\n", "          cap_scope: enterprise\n        once: {per: enterprise, group: [4b]}\n",
     f"{CLAUSE_4A}, once, group: does not name 4a itself. Add it."),
    ("years that add without a firm they add for", M04, "          cap_scope: enterprise\n", "",
     f"{CLAUSE_4A}, award, repeat: speaks of several events of one firm. Say so with cap_scope: enterprise."),
    ("a way to repeat that is none", M04, "repeat: {setting: D2a}", "repeat: twice",
     f"{CLAUSE_4A}, award, repeat: 'twice' does not exist. Use 'each_event' or 'increase'."),
    ("a way to repeat that the decision does not say", M04, "repeat: {setting: D2a}", "repeat: {setting: D2}",
     f"{CLAUSE_4A}, award, repeat: 'whole', in decision D2, is not each_event or increase. Correct it."),
    ("a fact to float by that is no yes or no", M01, "最高500万元，特别重大的可上浮（D5：超过的须有批准文件）, cap_yuan: 5_000_000, may_float_up: is_exceptional", "最高, cap_yuan: 5_000_000, may_float_up: field",
     f"software/{M01}, clause 1a, version draft, award, may_float_up: 'field' is not a yes/no fact. Use one of has_own_ip"),
    ("once by a decision that is not there", M02, "group: [2b], decision: D3", "group: [2b], decision: D33",
     f"software/{M02}, clause 2b, version draft, once, decision: D33 is not in decisions.yaml. Add it there or correct the id."),
    ("once said by one side only", M10, 'group: ["10a.1", "10a.2"], keep: highest', 'group: ["10a.1", "10a.2"]',
     f"software/{M10}, clause 10a.1, version draft, once: clause 10a.2 of the group has another `once`. Write the same in both."),
    # quotes
    ("a quote that is not in the text", M06, "给予最高80万元、50万元的一次性奖励]", "给予最高90万元、50万元的一次性奖励]",
     f"software/{M06}, clause 6a.1, version draft: quote 「对软件企业首次获评国家级“制造业单项冠军”企业、产品的，分别给予最高90万元、50万元的一次性奖励」 is not in draft.txt. Copy it verbatim."),
    ("a condition whose quote is not in the text", M01, "quote: 符合条件的核心", "quote: 符合要求的核心",
     f"{CLAUSE_1A}, condition review: quote 「符合要求的核心技术攻关项目」 is not in draft.txt. Copy it verbatim."),
    ("a decision whose quote is not in the text", "decisions.yaml", "quote: 自主可控核心能力", "quote: 自主可控核心本领",
     "software/decisions.yaml, decision D13: quote 「自主可控核心本领」 is not in draft.txt. Copy it verbatim."),
    ("an item whose quote is not in the text", M01, "quotes: [鼓励和支持有条件的企业", "quotes: [鼓励和支持所有企业",
     f"software/{M01}, item 1n: quote 「鼓励和支持所有企业"),
    ("a blank quote", M01, "quote: 符合条件的核心技术攻关项目", 'quote: " "',
     f"{CLAUSE_1A}, condition review, quote: is blank. Write it."),
    # decisions
    ("a decision that is not there", M01, "decision: D13", "decision: D31",
     f"{CLAUSE_1A}, condition review, decision: D31 is not in decisions.yaml. Add it there or correct the id."),
    ("a setting that is not there", "policy.yaml", "value: {setting: D8}", "value: {setting: D88}",
     "software/policy.yaml, condition scope, value: D88 is not in decisions.yaml. Add it there or correct the id."),
    ("bands by a setting that is not there", M04, "bands_apply: {setting: D2}", "bands_apply: {setting: D22}",
     f"{CLAUSE_4A}, award, bands_apply: D22 is not in decisions.yaml. Add it there or correct the id."),
    ("a start by a setting that is not there", "policy.yaml", "first_day: {setting: D7}", "first_day: {setting: D70}",
     "software/policy.yaml, documents, draft, first_day: D70 is not in decisions.yaml. Add it there or correct the id."),
    ("a start by a setting that is no day", "policy.yaml", "first_day: {setting: D7}", "first_day: {setting: D2}",
     "software/policy.yaml, documents, draft, first_day: 'whole' is not a day. Correct the setting it points to."),
    ("years that are no number", "decisions.yaml", "setting: 5\n    default: 5", "setting: five\n    default: five",
     "software/decisions.yaml, decision D10.lookback, setting: 'five' is not a whole number of years. Write digits without quotes, such as 5."),
    ("a setting that is no option", "decisions.yaml", "setting: per_year", "setting: per_month",
     "software/decisions.yaml, decision D14, setting: 'per_month' is no option. Use one of off, per_year, lifetime."),
    ("off without quotes", "decisions.yaml", "setting: per_year", "setting: off",
     "software/decisions.yaml, decision D14, setting: False is no option. Use one of off, per_year, lifetime, in quotes since"),
    ("a setting that its condition cannot use", "decisions.yaml", "setting: urban", "setting: odd",
     "software/decisions.yaml, decision D8, setting: 'odd' is no option. Use one of urban, with_reference."),
    ("a group with a clause that is not there", "decisions.yaml", 'setting: ["5a.1",', 'setting: ["5a.9",',
     "software/decisions.yaml, decision D14.group, setting: 5a.9 is not a clause. Correct the id."),
    # ids, documents, days
    ("a decision that stands twice", "decisions.yaml", "- id: D11", "- id: D10",
     "software/decisions.yaml: decision D10 stands 2 times. Ids are permanent and single: rename or remove one."),
    ("a measure that stands twice", M06, "measure: 6", "measure: 4",
     f"software/{M04} and software/{M06}: measure 4 stands 2 times. Ids are permanent and single: rename or remove one."),
    ("an item with the id of a clause", M01, "id: 1n", "id: 1a",
     f"software/{M01}: clause or item 1a stands 2 times. Ids are permanent and single: rename or remove one."),
    ("a clause of an unknown document", M01, "- document: draft", "- document: final",
     f"software/{M01}, clause 1a, version final: document final is not in policy.yaml. Declare it there or correct the name."),
    ("an item of an unknown document", M01, "document: draft, quotes", "document: final, quotes",
     f"software/{M01}, item 1n: document final is not in policy.yaml. Declare it there or correct the name."),
    ("a text that is not there", "policy.yaml", "text: draft.txt", "text: final.txt",
     "software/policy.yaml, documents, draft, text: final.txt is not in software/. Put the text there or correct the name."),
    ("a version that ends before it starts", M01, "- document: draft", "- document: draft\n        first_day: 2025-01-01\n        last_day: 2024-12-31",
     f"{CLAUSE_1A} from 2025-01-01, first_day: 2025-01-01 lies after last_day 2024-12-31. Correct one."),
    ("a version that starts after its document and no word of the days before", M01, "- document: draft", "- document: draft\n        first_day: 2025-01-01",
     f"software/{M01}, clause 1a: no version of draft is in force from 2024-01-01 to 2024-12-31. Close the gap, or declare"),
    ("a version that ends before its document", M01, "- document: draft", "- document: draft\n        last_day: 2025-06-30",
     f"software/{M01}, clause 1a: no version of draft is in force from 2025-07-01 to 2025-12-31. Close the gap, or declare"),
    ("a fact by a setting that is not there", M06, "fact: {setting: D9}", "fact: {setting: D99}",
     f"software/{M06}, clause 6a.1, version draft, condition software_enterprise, fact: D99 is not in decisions.yaml. Add it"),
    ("a fact by a setting that is none", M06, "fact: {setting: D9}", "fact: {setting: D2}",
     f"software/{M06}, clause 6a.1, version draft, condition software_enterprise, fact: 'whole' does not exist. {FACTS}"),
    ("a fact by a setting that its operator cannot ask", "decisions.yaml", "list_or_industry: software_answer", "list_or_industry: settlement",
     f"software/{M04}, clause 4a, version draft, condition software_enterprise, operator: assessed cannot ask about settlement (text)"),
    ("a word whose days run backwards", "decisions.yaml", "setting: [软件类资质,", "setting: [{word: 软件类资质, first_day: 2025-01-01, last_day: 2024-01-01},",
     "software/decisions.yaml, decision D10.titles, setting: a dated word is {word: …, first_day: …, last_day: …}, but"),
    ("a dated word with an unknown key", "decisions.yaml", "setting: [软件类资质,", "setting: [{word: 软件类资质, from: 2025-01-01},",
     "software/decisions.yaml, decision D10.titles, setting: a dated word is {word: …, first_day: …, last_day: …}, but from"),
    ("a dated word where none is asked for", M04, "value: [新注册, 新引进]", "value: [新注册, {word: 新引进, first_day: 2024-13}]",
     f"{CLAUSE_4A}, condition settled, value 2, first_day: '2024-13' is not a day. Write it without quotes"),
    ("a dated word for a figure", M04, "value: 10_000_000", "value: {word: 多}",
     f"{CLAUSE_4A}, condition capital, value: 多 is not a figure in yuan. Write"),
    ("a version that starts after its document ended", M01, "- document: draft", "- document: draft\n        first_day: 2026-01-01",
     f"{CLAUSE_1A}, first_day: 2026-01-01 lies after its last day 2025-12-31. Correct one."),
]  # fmt: skip


# What no row of data can be, or no model can do: it would ground no claim, or be carried out as something else, in silence.
WORDLESS = [
    ("a department charged by no sentence", "policy.yaml", "quote: 以下均需各市（县）", "quote: 下列均需各市（县）",
     "software/policy.yaml, departments_of_every_measure: quote 「下列均需各市（县）、区人民政府落实，不再列出」 is not in draft.txt. Copy it verbatim."),
    ("a list that is not there", M06, "list: [specialised_sme]", "list: [specialized_sme]",
     f"software/{M06}, clause 6b.1, version draft, trigger, list: specialized_sme does not exist. Use one of cmmi, itss, dcmm, "),
    ("a category that is not there", M01, "category: [core_technology]", "category: [core_tech]",
     f"{CLAUSE_1A}, trigger, category: core_tech does not exist. Use one of core_technology, open_source, "),
    ("a market that is not there", M05, "market: [domestic, unknown]", "market: [neeq]",
     f"software/{M05}, clause 5c.1, version draft, trigger, market: neeq does not exist. Use one of domestic, overseas, "),
    ("a level that is not there", M06, "level: [national]", "level: [state]",
     f"software/{M06}, clause 6a.1, version draft, trigger, level: state does not exist. Use one of national, provincial, city."),
    ("a kind of event that is not there", M06, "event_kind: [recognition]", "event_kind: [recognized]",
     f"software/{M06}, clause 6a.1, version draft, trigger, event_kind: recognized does not exist. Use one of recognition, "),
    ("nothing to select by", M06, "level: [national]", "rank: [3]",
     f"software/{M06}, clause 6a.1, version draft, trigger, rank 1: 3 is not text. Put it in quotes."),
    ("a list of listings", M05, "market: [domestic, unknown]", "list: [cmmi]",
     f"software/{M05}, clause 5c.1, version draft, trigger, list: only recognition has one, not listing. Take it out."),
    ("a fact no such event has", M01, "fact: is_review_passed", "fact: is_rent_paid",
     f"{CLAUSE_1A}, condition review, fact: 'is_rent_paid' does not exist. Use one of qualified_on, "),
    ("a base no such event has", M01, "award: {", "award: {rate: 0.1, base: rent_yuan, ",
     f"{CLAUSE_1A}, award, base: rent_yuan is never told of project, only of rent_year. Ask about another fact or of other events."),
    ("a fact to float by that no such event has", M06, "cap_yuan: 300_000", "cap_yuan: 300_000, may_float_up: is_exceptional",
     f"software/{M06}, clause 6b.2, version draft, award, may_float_up: is_exceptional is never told of recognition, only of project."),
    ("a question never asked", M10, "when: {list: [park_field_honour]}", "when: {event_kind: [listing]}",
     f"software/{M10}, clause 10a.1, version draft, condition field, when, event_kind: the clause is about recognition, so this would never be asked."),
    ("a district that is not there", "decisions.yaml", 'with_reference: ["320205",', 'with_reference: ["320299",',
     "software/policy.yaml, condition scope, value: 320299 is no district_code. Use one of 320205, "),
    ("a way of settling that is not there", M04, "value: [新注册, 新引进]", "value: [新注册, 引进]",
     f"{CLAUSE_4A}, condition settled, value: 引进 is no settlement. Use one of 新注册, 新引进."),
    ("no title that counts", "decisions.yaml", "setting: [软件类资质, 国家鼓励的重点软件企业, 省规划布局内重点软件企业]", "setting: []",
     f"software/{M05}, clause 5a.1, version draft, condition counted_title, value: is_one_of wants one or more of them, not 0."),
    ("an option no operator can ask about", "decisions.yaml", "list_only: listed_software_answer", "list_only: settlement",
     f"software/{M04}, clause 4a, version draft, condition software_enterprise, operator: assessed cannot ask about settlement"),
    ("an option no model can carry out", "decisions.yaml", '{"off": "off", per_year: per_year, lifetime: lifetime}', '{"off": "off", per_year: per_year, monthly: monthly}',
     "software/decisions.yaml, decision D14, options: monthly is nothing the models can do. Use one of off, per_year, lifetime."),
    ("a group without a rule", "decisions.yaml", "  - id: D14\n", "  - id: D14.off\n",
     "software/decisions.yaml, decision D14.group: holds only with D14, which is missing. Add it, or take D14.group out."),
]  # fmt: skip


@pytest.fixture
def city(tmp_path: Path) -> Path:
    """A copy of the policies of the city, to be broken."""
    shutil.copytree(DATA / "policies" / "wuxi", tmp_path / "wuxi")
    return tmp_path / "wuxi"


def told(city: Path) -> list[str]:
    """What the loader says, a line for each problem."""
    with pytest.raises(PolicyError) as refused:
        load_policies(city, DATA / "reference" / "wuxi")
    return str(refused.value).splitlines()


def change(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def edit(path: Path, how: Callable[[Any], object]) -> None:
    """Edit a file as what it means, not as it is written."""
    content = yaml.safe_load(path.read_text(encoding="utf-8"))
    how(content)
    path.write_text(yaml.safe_dump(content, allow_unicode=True), encoding="utf-8")


def test_the_committed_law_is_sound(city: Path) -> None:
    assert [policy.policy_id for policy in load_policies(city, DATA / "reference" / "wuxi")] == ["wuxi-software"]


@pytest.mark.parametrize(("file", "old", "new", "message"), [pytest.param(*b[1:], id=b[0]) for b in BROKEN])
def test_a_broken_policy_is_told_where_what_and_how_to_mend(
    file: str, old: str, new: str, message: str, city: Path
) -> None:
    change(city / "software" / file, old, new)
    lines = told(city)
    assert [line for line in lines if line.startswith(message)], lines
    assert not [line for line in lines if not line.endswith(".")]


@pytest.mark.parametrize(("file", "old", "new", "message"), [pytest.param(*b[1:], id=b[0]) for b in WORDLESS])
def test_what_no_data_can_be_and_no_model_can_do_is_told_once(file: str, old: str, new: str, message: str, city: Path) -> None:
    change(city / "software" / file, old, new)
    lines = told(city)
    assert lines[0].startswith(message), lines
    assert len(lines) == 1, lines
    assert not [line for line in lines if not line.endswith(".")]


@pytest.mark.parametrize(
    ("file", "old", "new", "below", "message"),
    [
        (
            M06,
            "    versions:\n",
            "    versions: []\n    versions:\n",
            0,
            "key 'versions' stands twice. Mend the YAML there.",
        ),
        (M06, "quotes: [", "quotes: [[", 1, "while parsing a flow sequence"),
        (M06, "chapter:", "\tchapter:", 0, "while scanning"),
        (
            "policy.yaml",
            "last_checked_on: 2026-11-23",
            "last_checked_on: 2026-02-30",
            0,
            "day is out of range for month.",
        ),
    ],
    ids=["a key that stands twice", "a bracket left open", "a tab", "a day no calendar has"],
)
def test_unreadable_yaml_is_told_by_its_line(
    file: str, old: str, new: str, below: int, message: str, city: Path
) -> None:
    path = city / "software" / file
    change(path, old, new)
    text = path.read_text(encoding="utf-8")
    line = text[: text.index(new)].count("\n") + new.rstrip().count("\n") + 1
    assert told(city)[0].startswith(f"software/{file}, line {line + below}: {message}")


def test_a_value_with_keys_of_its_own_is_told_once_for_each_key(city: Path) -> None:
    change(city / "software" / M04, "value: [新注册, 新引进]", "value: {a: 1}")
    assert told(city) == [
        f"{CLAUSE_4A}, condition settled, value, setting: this key is missing. Add it.",
        f"{CLAUSE_4A}, condition settled, value, a: this key is not known. Remove it or correct its spelling.",
    ]


def test_a_setting_of_the_wrong_type_is_told_once_where_it_is_first_asked(city: Path) -> None:
    edit(city / "software" / "decisions.yaml", lambda c: _decision(c, "D12").update(setting="three", default="three"))
    mend = "'three' is not a whole number. Write digits without quotes, such as 3 (decision D12)."
    assert told(city) == [f"software/{M02}, clause 2b, version draft, condition within_three_years, value: {mend}"]


def _decision(content: Any, decision_id: str) -> Any:
    return next(decision for decision in content["decisions"] if decision["id"] == decision_id)


@pytest.mark.parametrize(
    ("second", "message"),
    [
        ("2024-12-31", "two versions of draft are in force on 2024-12-31. Part their days."),
        ("2025-01-02", "no version of draft is in force from 2025-01-01 to 2025-01-01. Close the gap, or declare it"),
        ("2025-01-01", ""),
    ],
)
def test_two_versions_of_a_clause_meet_without_overlap_or_gap(second: str, message: str, city: Path) -> None:
    def part(content: Any) -> None:
        versions = content["clauses"][0]["versions"]
        versions.append(versions[0] | {"first_day": date.fromisoformat(second)})
        versions[0] = versions[0] | {"last_day": date(2024, 12, 31)}

    edit(city / "software" / M08, part)
    if message:
        assert told(city)[0].startswith(f"software/{M08}, clause 8a: {message}")
    else:
        assert load_policies(city)


def test_a_clause_that_stands_in_two_files_is_told_with_both(city: Path) -> None:
    change(city / "software" / M06, "id: 6b.2", "id: 4a")
    assert told(city)[0] == (
        f"software/{M04} and software/{M06}: clause or item 4a stands 2 times. "
        "Ids are permanent and single: rename or remove one."
    )


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        (M06, b"", f"software/{M06}: is empty. Fill or remove it."),
        (M06, b"- one\n- two\n", f"software/{M06}: holds no keys. Write it as `key: value`."),
        (M06, "measure: 专精特新".encode("gb18030"), f"software/{M06}: is not UTF-8 text (byte "),
        ("measures/m13.yml", b"measure: 13", "software/measures/m13.yml: is no .yaml file. Rename or remove it."),
        (
            "draft.txt",
            "征求意见稿".encode("gb18030"),
            "software/policy.yaml, documents, draft, text: draft.txt is not UTF-8",
        ),
    ],
)
def test_a_file_that_cannot_be_read_is_told(name: str, content: bytes, message: str, city: Path) -> None:
    (city / "software" / name).write_bytes(content)
    lines = told(city)
    assert len(lines) == 1
    assert lines[0].startswith(message)


@pytest.mark.parametrize("name", ["policy.yaml", "decisions.yaml"])
def test_a_file_that_is_missing_is_told_and_nothing_else(name: str, city: Path) -> None:
    (city / "software" / name).unlink()
    assert told(city) == [f"software/{name}: is missing. Create it."]


def test_a_folder_that_is_no_policy_is_told(city: Path) -> None:
    (city / "hardware").mkdir()
    assert told(city) == [
        "hardware/policy.yaml: is missing. Create it.",
        "hardware/decisions.yaml: is missing. Create it.",
        "hardware/measures: holds no measure. Add a file for each.",
    ]


def test_a_city_without_a_policy_is_told(tmp_path: Path) -> None:
    assert told(tmp_path) == [f"{tmp_path}: no policy here. Add a folder with a policy.yaml."]


def test_two_policies_of_one_id_are_told(city: Path) -> None:
    shutil.copytree(city / "software", city / "hardware")
    assert told(city) == [
        "wuxi/: policy_id wuxi-software stands 2 times. Ids are permanent and single: rename or remove one."
    ]


def test_a_quote_may_run_over_a_wrapped_line_but_not_over_other_words(city: Path) -> None:
    change(city / "software" / M08, "quote: 具有自主可控核心能力", "quote: 具有自主可\n              控核心能力")
    assert load_policies(city)
    change(city / "software" / M08, "控核心能力", "控的核心能力")
    assert "is not in draft.txt. Copy it verbatim." in told(city)[0]


def test_all_problems_of_all_files_are_told_at_once(city: Path) -> None:
    change(city / "software" / "policy.yaml", "decision: D8", "decision: D80")
    change(city / "software" / "decisions.yaml", "quote: 自主可控核心能力", "quote: 自主可控核心本领")
    change(city / "software" / M02, "operator: at_least", "operator: atleast")
    change(city / "software" / M04, "cap_yuan: 60_000_000", "cap_yuan: -60_000_000")
    change(city / "software" / M04, "fact: settlement", "fact: settlment")
    change(city / "software" / M06, "measure: 6", "measure: six: 6")
    shutil.copytree(DATA / "policies" / "wuxi" / "software", city / "other")
    change(city / "other" / "policy.yaml", "policy_id: wuxi-software", "policy_id: ")
    starts = [
        "other/policy.yaml, policy_id: None is not text.",
        f"software/{M02}, clause 2b, version draft, condition investment, operator: 'atleast'",
        f"software/{M04}, clause 4a, version draft, condition settled, fact: 'settlment'",
        f"software/{M04}, clause 4a, version draft, award, cap_yuan: -60000000",
        f"software/{M06}, line ",
        "software/decisions.yaml, decision D13: quote",
        "software/policy.yaml, condition scope, decision: D80",
    ]
    lines = told(city)
    assert len(lines) == len(starts)
    assert all(line.startswith(start) for line, start in zip(lines, starts, strict=True)), lines


def test_a_broken_policy_never_builds_and_never_changes_the_published_snapshot(tmp_path: Path) -> None:
    data = tmp_path / "data"
    for part in ("policies", "reference"):
        shutil.copytree(DATA / part, data / part)
    settings = Settings(home=tmp_path / "home", landing=DATA / "sample" / "landing", data=data)
    with duckdb.connect(str(tmp_path / "warehouse.duckdb")) as con:
        con.execute("create table mart_quality_result as select 'raw' as layer")
    snapshot = publish(tmp_path / "warehouse.duckdb", settings.published, {"as_of": "2025-12-31"}, {})
    change(data / "policies" / "wuxi" / "software" / M06, "cap_yuan: 300_000", "cap_yuan: -1")
    with pytest.raises(PolicyError, match="cap_yuan"):
        build(settings)
    assert current_id(settings.published) == snapshot
    assert not settings.raw.exists()  # no file was read


@pytest.mark.parametrize(
    ("file", "old", "new", "message"),
    [
        ("policy.yaml", "figures: statistics", "# ", "clause w2.1, version seen: asks for revenue_yuan, staff_count of a firm, but software/policy.yaml, figures does not say"),
        ("policy.yaml", "figures: statistics", "figures: declared", "trigger, event_kind: statistics_year is not of the figures that software/policy.yaml goes by (declared). Use declared_year."),
        ("measures/m02-growth.yaml", "staff >=50, decision: W5", "staff >=50", "condition staff, decision: rests on the statistics of a single firm."),
        ("measures/m02-growth.yaml", "fact: revenue_yuan, value", "fact: registered_capital_yuan, value", "fact: registered_capital_yuan has no years before. Use one of software_revenue_yuan,"),
    ],
)  # fmt: skip
def test_a_clause_that_asks_for_figures_says_where_they_come_from(file: str, old: str, new: str, message: str, tmp_path: Path) -> None:
    shutil.copytree(DATA / "policies" / "wenzhou", tmp_path / "wenzhou")
    change(tmp_path / "wenzhou" / "software" / file, old, new)
    with pytest.raises(PolicyError) as refused:
        load_policies(tmp_path / "wenzhou", DATA / "reference" / "wenzhou")
    assert message in str(refused.value)
    assert len(str(refused.value).splitlines()) == 1


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("id: D20.age", "id: D20.years", "does not say how many years before that of the event the last yearly figures may lie. Add D20.age."),
        ("setting: 2\n", "setting: -1\n", "decision D20.age, setting: -1 is not a whole number of years. Write digits without quotes, such as 2."),
    ],
)
def test_how_old_figures_may_be_is_a_decision_of_the_policy(old: str, new: str, message: str, tmp_path: Path) -> None:
    shutil.copytree(DATA / "policies" / "dalian", tmp_path / "dalian")
    change(tmp_path / "dalian" / "software" / "decisions.yaml", old, new)
    with pytest.raises(PolicyError, match=re.escape(message)):
        load_policies(tmp_path / "dalian", DATA / "reference" / "dalian")


def test_who_is_responsible_for_every_measure_is_named_under_each_once() -> None:
    rows = policy_rows(load_policies(DATA / "policies" / "wuxi"))
    named = {row.clause_key: row.departments.split("；") for row in rows.clause}
    of_the_draft = {key: names for key, names in named.items() if "/draft/" in key}
    assert len(of_the_draft) == 33
    assert all(names.count("各市（县）、区人民政府") == 1 for names in of_the_draft.values())
    assert of_the_draft["wuxi-software/draft/2a"] == ["市工业和信息化局", "各市（县）、区人民政府"]
    assert {(row.clause_key, row.department) for row in rows.clause_department} == {
        (key, name) for key, names in named.items() for name in names
    }


def test_a_gap_can_be_declared_by_a_version_that_computes_nothing(city: Path) -> None:
    def declare(content: Any) -> None:
        first = content["clauses"][0]["versions"][0]
        days = [(None, date(2024, 12, 31)), (date(2025, 1, 1), date(2025, 6, 30)), (date(2025, 7, 1), None)]
        versions = [{**first, "first_day": start, "last_day": end} for start, end in days]
        versions[1] |= {"coverage": {"status": "not_encoded"}, "trigger": {}}
        content["clauses"][0]["versions"] = versions

    edit(city / "software" / M08, declare)
    assert load_policies(city)


def test_a_list_of_a_city_without_lists_is_told_where_to_add_it() -> None:
    told = list(Vocabulary({"list": ()}, {}).of_selection({"list": ["cmmi"]}, ["recognition"]))
    assert told == ["list: cmmi does not exist. The city's reference data has none: add it there"]
