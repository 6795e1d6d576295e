"""What the guard puts on record: who signed in, saw, took and was refused what."""


import pytest
from conftest import (
    PASSWORD,
    ask,
    log_of,
    press,
    sign_in,
)


def last(accounts_file, name: str) -> tuple[str, str, str, str]:
    """The newest line of a person: action, path, detail and where they asked from."""
    (row,) = log_of(accounts_file).read(1, name=name)
    return row["action"], row["path"], row["detail"], row["address"]


def test_signing_in_and_out_are_on_record(server, signed_in, accounts_file):
    client = signed_in("opb")
    assert last(accounts_file, "opb") == ("sign-in ok", "/login", "password", "127.0.0.1")
    client.post("/logout")
    assert last(accounts_file, "opb")[0] == "sign-out"
    sign_in(server.test_client(), "opb", "wrong password")
    assert last(accounts_file, "opb")[0] == "sign-in failed"
    assert not any(PASSWORD in str(row) or "wrong password" in str(row) for row in log_of(accounts_file).read(1000))


@pytest.mark.parametrize(
    ("path", "search", "action", "detail"),
    [
        ("/firms", "?q=示例", "view", ""), ("/parks/P001", "", "view", ""),
        ("/admin", "", "denied", "role"), ("/data", "?part=names", "denied", "role"),
        ("/parks/P002", "", "denied", "not there or not visible"), ("/firms/91320200MA1X00006Q", "", "denied", "not there or not visible"),
        ("/nowhere", "", "denied", "not there or not visible"), ("/firms", "?park=%27", "denied", "address"),
        ("/parks/P001", "?x=\u202e\n", "view", ""),
    ],
)
def test_who_saw_which_page_and_whom_it_was_refused_is_on_record(signed_in, accounts_file, path, search, action, detail):
    ask(signed_in("opa"), path, search)
    shown = search.replace("\u202e\n", "\\u202e\\u000a")
    assert last(accounts_file, "opa") == (action, f"{path}{shown}", detail, "127.0.0.1")


def test_a_page_seen_again_is_on_record_each_time(signed_in, accounts_file):
    client = signed_in("aud")
    for _ in range(3):
        ask(client, "/measures/1a")
    assert [row["path"] for row in log_of(accounts_file).read(3, name="aud", action="view")] == ["/measures/1a"] * 3


@pytest.mark.parametrize(
    ("who", "control", "values", "detail"),
    [
        ("ana", "outreach-save", {"outreach-asked.data": {"nosuchclaim": 0}, "outreach-state.value": "contacted"}, "claim=nosuchclaim state=contacted not visible"),
        ("ana", "account-save", {"account-old.value": "not it", "account-new.value": "b", "account-again.value": "b"}, "password_wrong"),
        ("aud", "outreach-save", {"outreach-asked.data": {"any": 0}, "outreach-state.value": "contacted"}, "claim=any state=contacted no_permission"),
        ("adm", "admin-disable", {"manage-name.children": "nobody-here"}, "name=nobody-here no_account"),
        ("adm", "admin-add", {"add-name.value": "wu", "add-role.value": "admin", "add-password.value": "not it"}, "name=wu role=admin parks= password_length"),
    ],
)  # fmt: skip
def test_every_act_refused_is_on_record_once_with_what_was_wanted_and_no_password(signed_in, accounts_file, who, control, values, detail):
    client = signed_in(who)
    press(client, control, {"here.pathname": "/outreach", **values})
    line, before = log_of(accounts_file).read(2, name=who)
    assert (line["action"], line["detail"]) == ("denied", detail)
    assert before["action"] != "denied", "one line for one refusal"
    assert "not it" not in str(log_of(accounts_file).read(5))


def test_an_act_of_a_page_one_may_not_see_is_on_record(signed_in, accounts_file):
    press(signed_in("ana"), "admin-disable", {"manage-name.children": "adm"})
    action, _, detail, _ = last(accounts_file, "ana")
    assert action == "denied"
    assert detail.startswith("callback role")


@pytest.mark.parametrize(
    ("path", "action", "detail"),
    [
        ("/export/park_list.csv?district=320211", "export", "1 rows"), ("/export/report/P001.xlsx", "export", None),
        ("/export/nix.csv", "denied", "export not_found"), ("/export/access_log.csv", "denied", "export not_found"),
        ("/export/report/P002.xlsx", "denied", "export not_found"), ("/export/firm_list.csv?snapshot=20200101-none", "denied", "export not_found"),
        ("/export/firm_list.csv?year=x", "denied", "export not_understood"),
    ],
)
def test_every_file_taken_or_refused_is_on_record(signed_in, accounts_file, path, action, detail):
    signed_in("opa").get(path)
    found = last(accounts_file, "opa")
    assert found[:2] == (action, path)
    assert detail in (None, found[2])


def test_requests_of_nobody_are_counted_and_leave_the_lines_of_persons_alone(server, signed_in, accounts_file):
    signed_in("ste")
    before = len(log_of(accounts_file).read(100_000))
    for number in range(60):
        server.test_client().get(f"/export/{number}.csv")
    assert len(log_of(accounts_file).read(100_000)) - before <= 2, "a line for each minute begun"
    assert last(accounts_file, "ste")[0] == "sign-in ok"
