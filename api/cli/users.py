"""`todoke users`: accounts of people and of API clients, their passwords and tokens."""

from __future__ import annotations

import argparse
import getpass
import json
import sys

from sqlalchemy import func, select

from api.accounts import BadAccount, account, add_account, set_password, switch
from api.opening import open_services
from api.security.sessions import issue_token, revoke_tokens
from api.services import Services
from storage.tables import ROLES, ApiToken, User, UserRole

_ACTOR = "system:cli"


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="todoke users", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("list", help="all accounts as JSON")
    add = commands.add_parser(
        "add", help="a new account; the password is asked for, or read from standard input (none for --role client)"
    )
    add.add_argument("login")
    add.add_argument("--name", required=True, help="as it is shown to others")
    add.add_argument("--role", action="append", required=True, choices=ROLES, help="more than one may be given")
    token = commands.add_parser("token", help="a new bearer token of an API client on standard output, shown once")
    token.add_argument("login")
    token.add_argument("--label", default="cli", help="what it is for")
    revoke = commands.add_parser("revoke", help="revoke the tokens of an account, or those with one label")
    revoke.add_argument("login")
    revoke.add_argument("--label")
    commands.add_parser("password", help="a new password, asked for or read; open sessions end").add_argument("login")
    commands.add_parser("off", help="keep an account out from now on").add_argument("login")
    commands.add_parser("on", help="let it in again").add_argument("login")
    return parser


def _ask() -> str:
    """The password, typed twice by a person or one line of standard input; never an argument, which others can see."""
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\r\n")
    first, second = getpass.getpass("password: "), getpass.getpass("again: ")
    if first != second:
        raise BadAccount(why_ja="二つのパスワードが違う", why_en="the two passwords differ")
    return first


def run(arguments: list[str]) -> int:
    """0 when done."""
    options = _parser().parse_args(arguments)
    services = open_services()
    try:
        return _run(services, options)
    finally:
        services.database.close()


def _run(services: Services, options: argparse.Namespace) -> int:
    if options.command == "list":
        print(json.dumps(_listed(services), ensure_ascii=False, indent=1))
        return 0
    password = None
    if options.command == "password" or (options.command == "add" and options.role != ["client"]):
        password = _ask()
    with services.writing(_ACTOR) as work:
        match options.command:
            case "add":
                add_account(work, options.login, options.name, options.role, password)
            case "password":
                set_password(work, options.login, password or "")
            case "token":
                secret = issue_token(work, account(work, options.login).id, options.label)
            case "revoke":
                gone = revoke_tokens(work, account(work, options.login).id, options.label)
                print(f"{gone} tokens revoked", file=sys.stderr)
            case _:
                switch(work, options.login, active=options.command == "on")
    if options.command == "token":
        print(secret)  # only now: what was rolled back is no token
    return 0


def _listed(services: Services) -> list[dict[str, object]]:
    with services.reading(_ACTOR) as work:
        roles: dict[str, list[str]] = {}
        for row in work.session.scalars(select(UserRole).order_by(UserRole.role)):
            roles.setdefault(row.user_id, []).append(row.role)
        counted = (
            select(ApiToken.user_id, func.count().label("open"))
            .where(ApiToken.revoked_at.is_(None))
            .group_by(ApiToken.user_id)
        )
        tokens = {row.user_id: row.open for row in work.session.execute(counted)}
        return [
            {"login": user.login, "name": user.name, "active": user.active, "roles": roles.get(user.id, []),
             "tokens": tokens.get(user.id, 0)}
            for user in work.session.scalars(select(User).order_by(User.login))
        ]  # fmt: skip
