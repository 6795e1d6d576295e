"""The second factor: a code of six digits from the person's own device (TOTP, RFC 6238), each taken once."""

import secrets
from pathlib import Path

import pyotp
import segno

from dashboard.access import accounts, names
from dashboard.access.accounts import SignIn, User

ISSUER = "Softcity"
_STEP = 30
_DRIFT = (0, -1, 1)  # clocks half a minute apart


def pending(path: Path, name: str) -> str:
    """The secret to be shown until its first code proves that the device has it; the same one however often asked."""
    with accounts.changing(path) as db:
        (found,) = db.execute("select factor_pending from account where name = ?", (name,)).fetchone()
        if not found:
            found = pyotp.random_base32()
            db.execute("update account set factor_pending = ? where name = ?", (found, name))
    return str(found)


def picture(name: str, secret: str) -> str:
    """The QR code an authenticator reads, as an address for `img`."""
    address = pyotp.TOTP(secret).provisioning_uri(name=name, issuer_name=ISSUER)
    return str(segno.make(address, error="m").svg_data_uri(scale=4))


def _step_of(secret: str, code: str) -> int | None:
    """The half minute a code belongs to, if it is one of now."""
    now = int(accounts.now()) // _STEP
    made = pyotp.TOTP(secret)
    return next((now + by for by in _DRIFT if secrets.compare_digest(made.generate_otp(now + by), code)), None)


def _digits(code: str) -> str:
    kept = "".join(code.split())[:6]
    return kept if kept.isascii() else ""


def begin(path: Path, name: str, code: str, address: str = "") -> SignIn:
    """Take the pending secret into use when the code is of it."""

    def who() -> User | None:
        with accounts.changing(path) as db:
            (secret,) = db.execute("select factor_pending from account where name = ?", (name,)).fetchone()
            step = _step_of(secret, _digits(code)) if secret else None
            if step is None:
                return None
            db.execute(
                "update account set factor_secret = factor_pending, factor_pending = null, factor_step = ? where name = ?", (step, name)
            )
        return accounts.get(path, name)

    return accounts.tried(path, f"{names.tried_as(name)} code", address, who)


def verify(path: Path, name: str, code: str, address: str = "") -> SignIn:
    """Try a code. One already used is as wrong as any other; tries are counted apart from those at the password."""

    def who() -> User | None:
        with accounts.changing(path) as db:
            row = db.execute("select factor_secret from account where name = ? and is_disabled = 0", (name,)).fetchone()
            step = _step_of(row[0], _digits(code)) if row and row[0] else None
            if step is None:
                return None
            done = db.execute("update account set factor_step = ? where name = ? and factor_step < ?", (step, name, step))
            if done.rowcount == 0:
                return None
        return accounts.get(path, name)

    return accounts.tried(path, f"{names.tried_as(name)} code", address, who)


def remove(path: Path, name: str) -> None:
    """Forget the device; sessions end. Where the role needs a factor, the next sign-in asks for another device."""
    accounts.change_account(path, name, "factor_secret = null, factor_pending = null, factor_step = 0")
