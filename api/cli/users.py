"""`todoke users`: make accounts and API tokens."""

from __future__ import annotations

import argparse
import getpass
import json
import sys

from sqlalchemy import select

from api.accounts import BadAccount, add_account
from api.opening import open_services
from api.security.errors import NotFound
from api.security.sessions import issue_token
from storage.tables import ROLES, User, UserRole


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="todoke users", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("list", help="all accounts as JSON")
    add = commands.add_parser("add", help="a new account; the password is asked for, or read from standard input")
    add.add_argument("login")
    add.add_argument("--name", required=True)
    add.add_argument("--role", action="append", required=True, choices=ROLES)
    token = commands.add_parser("token", help="a new bearer token of an API client, shown once")
    token.add_argument("login")
    token.add_argument("--label", default="cli")
    return parser


def _ask() -> str:
    """The password, typed twice by a person or one line of standard input."""
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\n")
    first, second = getpass.getpass("password: "), getpass.getpass("again: ")
    if first != second:
        raise BadAccount(why="the two passwords differ")
    return first


def run(arguments: list[str]) -> int:
    """0 when done."""
    options = _parser().parse_args(arguments)
    services = open_services()
    if options.command == "list":
        with services.reading("system:cli") as work:
            roles: dict[str, list[str]] = {}
            for row in work.session.scalars(select(UserRole).order_by(UserRole.role)):
                roles.setdefault(row.user_id, []).append(row.role)
            users = work.session.scalars(select(User).order_by(User.login)).all()
            listed = [
                {"login": u.login, "name": u.name, "active": u.active, "roles": roles.get(u.id, [])} for u in users
            ]
        print(json.dumps(listed, ensure_ascii=False, indent=1))
    elif options.command == "add":
        password = None if options.role == ["client"] else _ask()
        with services.writing("system:cli") as work:
            add_account(work, options.login, options.name, options.role, password)
    else:
        with services.writing("system:cli") as work:
            user = work.session.scalar(select(User).where(User.login == options.login))
            if user is None:
                raise NotFound(what=options.login)
            print(issue_token(work, user.id, options.label))
    return 0
