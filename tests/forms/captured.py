"""The field ids that the contracts name, in their words; the definitions must have exactly these."""

from __future__ import annotations

HEADER = "submit_date office_ref office_no zip addr name owner tel sr_name"
PERSON = """insured_no name_kana name_kanji birth kind acq_type my_number acq_date dependants wage_cash wage_kind
    wage_total remarks remarks_other zip addr_kana addr addr_reason addr_reason_other cert_needed"""
INSURED = "insured_no name_kana name_kanji birth sex my_number acq_date income zip addr change_type"
SPOUSE = """report_date name_kana name_kanji birth relation my_number nationality alias_kana alias living addr_pref
    zip addr tel_type tel start_date start_reason start_other occupation occupation_other income end_date end_reason
    end_other death_date note rel_confirmed abroad abroad_date abroad_reason abroad_other abroad_end_reason
    abroad_end_other return_date spouse_income cert_needed"""
OTHER = """name_kana name_kanji birth sex relation relation_other my_number living addr_pref zip addr start_date
    start_reason start_other occupation occupation_other income end_date end_reason end_other note rel_confirmed
    abroad abroad_reason abroad_other abroad_end_reason abroad_end_other return_date cert_needed"""


def _under(prefix: str, keys: str) -> set[str]:
    return {f"{prefix}.{key}" for key in keys.split()}


CAPTURED = {
    "acquisition": _under("header", HEADER).union(*(_under(f"entries[{n}]", PERSON) for n in range(4))),
    "dependants": _under("header", HEADER + " employer_confirmed employer_received")
    | _under("entries[0].insured", INSURED)
    | _under("entries[0].spouse", SPOUSE)
    | _under("entries[0].others[0]", OTHER)
    | _under("entries[0].others[1]", OTHER),
}
