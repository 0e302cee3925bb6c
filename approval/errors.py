"""What can go wrong on the way to a decision, each with a stable code and what to do next."""

from __future__ import annotations

from typing import Final

from storage.errors import TodokeError
from validators.errors import NoSuchFiling as NoSuchFiling  # noqa: PLC0414 - one class a code

_STATES: Final = {
    "keying": "入力", "adjudicating": "不一致の確定", "checking": "システムチェック", "reviewing": "審査",
    "approving": "決裁", "held": "保留", "returned": "返戻", "withdrawn": "取下げ", "decided": "決定",
    "noticed": "通知済",
}  # fmt: skip


class NoSuchTask(TodokeError):
    """There is no task with that id."""

    code = "no_such_task"
    status = 404
    ja = "その作業はありません。"
    en = "There is no such task."
    remedy_ja = "作業一覧に戻ってください。"
    remedy_en = "Go back to the list of work."


class NoSuchPart(TodokeError):
    """A field, block, entry, subject, person or duplicate that the filing does not have."""

    code = "no_such_part"
    status = 422
    ja = "この届書に「{part}」はありません。"
    en = "This filing has no {part}."
    remedy_ja = "画面を開き直してください。"
    remedy_en = "Open the page again."


class NotYourStep(TodokeError):
    """The account's roles do not include this step."""

    code = "not_your_step"
    status = 403
    ja = "この作業を行う役割がありません。"
    en = "Your roles do not include this step."
    remedy_ja = "担当できる人: {who}"
    remedy_en = "It may be done by: {who}"


class ConflictingSide(TodokeError):
    """Four eyes: who acted on one side of a filing never acts on another."""

    code = "conflicting_side"
    status = 403
    ja = "この届書ではすでに別の立場({side_ja})で作業しているため、この作業はできません。"
    en = "You have already acted on this filing as {side_en}, so this step needs someone else."
    remedy_ja = "担当できる人: {who}"
    remedy_en = "It may be done by: {who}"


class AlreadyRead(TodokeError):
    """The account has read, settled or seen a field that needs independent eyes."""

    code = "already_read"
    status = 403
    ja = "この項目をすでに読んだ(または機械の読み取り値を見た)ため、独立した入力になりません。"
    en = "You have already read these fields, or seen the machine's values, so your reading would not be independent."
    remedy_ja = "担当できる人: {who}"
    remedy_en = "It may be done by: {who}"


class TaskTaken(TodokeError):
    """Somebody else holds the task."""

    code = "task_taken"
    status = 409
    ja = "この作業は{who}さんが{at}から行っています。"
    en = "{who} has been working on this since {at}."
    remedy_ja = "別の作業を選ぶか、監督者に引き上げを頼んでください。"
    remedy_en = "Choose other work, or ask a supervisor to take it back."


class TaskClosed(TodokeError):
    """The task is done or cancelled."""

    code = "task_closed"
    status = 409
    ja = "この作業はすでに終わっています({who}、{at})。"
    en = "This task is already finished ({who}, {at})."
    remedy_ja = "作業一覧に戻ってください。"
    remedy_en = "Go back to the list of work."


class LeaseLost(TodokeError):
    """The lease ran out or was taken back, and the token no longer counts."""

    code = "lease_lost"
    status = 409
    ja = "作業の持ち時間が切れたか、引き上げられました。"
    en = "Your hold on this task ran out, or it was taken back."
    remedy_ja = "もう一度取得してください。下書きは残っています。"
    remedy_en = "Take the task again; your draft is kept."


class StaleVersion(TodokeError):
    """The page shows an older version than the one stored."""

    code = "stale_version"
    status = 409
    ja = "画面を開いたあとで内容が変わりました。"
    en = "This has changed since you opened the page."
    remedy_ja = "開き直して、新しい内容を確かめてください。"
    remedy_en = "Open it again and look at what is new."


class Faster(StaleVersion):
    """The same, where we know who it was and when."""

    code = "faster"
    ja = "{who}さんが先に({at})変更しました。"
    en = "{who} was faster and changed this at {at}."


class BlindTaskOpen(TodokeError):
    """Machine values are not shown while the blind keying is open."""

    code = "blind_task_open"
    status = 403
    ja = "二人目の入力が終わるまで、機械の読み取り値や照合結果は表示できません。"
    en = "Machine values and findings are not shown until the blind keying is finished."
    remedy_ja = "入力作業が終わってから開いてください。"
    remedy_en = "Open this after the keying is finished."


class FieldsMissing(TodokeError):
    """A key task was submitted without a reading of every field."""

    code = "fields_missing"
    status = 422
    ja = "入力していない項目があります: {fields}"
    en = "These fields have no reading yet: {fields}"
    remedy_ja = "空欄は Enter で「空欄」、読めない項目は Ctrl+U で「判読不能」としてください。"
    remedy_en = "Enter on an empty field says blank; Ctrl+U says unreadable."


class FieldsNotAsked(TodokeError):
    """A value was submitted for a field that the task does not ask for."""

    code = "fields_not_asked"
    status = 422
    ja = "この作業の対象でない項目があります: {fields}"
    en = "These fields are not part of this task: {fields}"
    remedy_ja = "画面を開き直してください。"
    remedy_en = "Open the page again."


class TypedNotValid(TodokeError):
    """What was typed cannot be a value of that type."""

    code = "typed_not_valid"
    status = 422
    ja = "この項目の書き方として受け取れません: {fields}"
    en = "What was typed cannot stand in these fields: {fields}"
    remedy_ja = "紙のとおりに入力し、判断できないときは「判読不能」としてください。"
    remedy_en = "Type what the paper says; if it cannot be told, mark it unreadable."


class BlockNotBlank(TodokeError):
    """A block was declared blank although something was typed in it."""

    code = "block_not_blank"
    status = 422
    ja = "空欄とした欄に入力があります: {fields}"
    en = "Something was typed in a block that was declared blank: {fields}"
    remedy_ja = "空欄の指定を外すか、入力を消してください。"
    remedy_en = "Take the declaration back, or clear the fields."


class NothingToRead(TodokeError):
    """A field of an e-filing was sent back, but there is no paper to read."""

    code = "nothing_to_read"
    status = 409
    ja = "電子申請のため、読み直す用紙がありません。"
    en = "This was filed as data; there is no paper to read again."
    remedy_ja = "誤りがあるときは届出人へ返戻してください。"
    remedy_en = "If it is wrong, return it to the filer."


class WrongState(TodokeError):
    """The filing is not in a state in which this can be done."""

    code = "wrong_state"
    status = 409
    ja = "届書が「{state}」の状態のため、この操作はできません。"
    en = "The filing is {state}; this cannot be done now."
    remedy_ja = "届書の状態を確かめてください。"
    remedy_en = "Look at the state of the filing."

    def __init__(self, *, state: str) -> None:
        super().__init__(state_ja=_STATES.get(state, state), state_en=state)


class ReasonMissing(TodokeError):
    """A decision against the filing, or past a warning, needs a written reason."""

    code = "reason_missing"
    status = 422
    ja = "理由の記入が必要です。"
    en = "A written reason is needed."
    remedy_ja = "理由を入力してください。"
    remedy_en = "Write the reason."


class UnknownReason(TodokeError):
    """The reason code is not one of the kind's return reasons."""

    code = "unknown_reason"
    status = 422
    ja = "返戻理由「{code}」はこの届書にありません。"
    en = "{code} is not a return reason of this kind."
    remedy_ja = "一覧から選んでください。"
    remedy_en = "Choose one from the list."


class NotSettled(TodokeError):
    """The review cannot pass while links or duplicates are undecided."""

    code = "not_settled"
    status = 409
    ja = "まだ決めていない事項があります: {what_ja}"
    en = "Not decided yet: {what_en}"
    remedy_ja = "人の特定と重複の判断を終えてください。"
    remedy_en = "Decide the persons and the duplicates first."


class NumberRegistered(TodokeError):
    """A new person cannot have a number that somebody in the register has: the approval would only refuse it."""

    code = "number_registered"
    status = 409
    ja = "届書の{number}はすでに台帳の人のものです。新しい人にはできません。"
    en = "Somebody in the register has the {number} of this filing already, so this cannot be a new person."
    remedy_ja = "候補からその人を選んでください。番号の誤りなら項目を差し戻すか、届書を返戻してください。"
    remedy_en = (
        "Choose that person from the candidates. If the number is wrong, send the field back or return the filing."
    )


class OpenFindings(TodokeError):
    """Blocking findings stand open and no reason was given for going on."""

    code = "open_findings"
    status = 409
    ja = "エラーの指摘が残っています: {rules}"
    en = "Blocking findings stand open: {rules}"
    remedy_ja = "返戻するか、承認する理由を書いてください。"
    remedy_en = "Return the filing, or give the reason for approving it all the same."


class NothingToApprove(TodokeError):
    """No entry of the filing is open."""

    code = "nothing_to_approve"
    status = 409
    ja = "承認できる届出対象者がいません。"
    en = "There is no entry left to approve."
    remedy_ja = "返戻してください。"
    remedy_en = "Return the filing."


class PostingConflict(TodokeError):
    """The register does not allow what the entries ask for; nothing was posted."""

    code = "posting_conflict"
    status = 409
    ja = "台帳と合わないため登録できません: {conflicts_ja}"
    en = "The register does not allow this: {conflicts_en}"
    remedy_ja = "差し戻し・返戻・保留のいずれかを選んでください。"
    remedy_en = "Send it back, return it, or hold it."


class RegisterChanged(TodokeError):
    """Another posting changed the same rows of the register at the same moment; nothing was posted."""

    code = "register_changed"
    status = 409
    ja = "同じ人や番号の登録が同時に行われたため、登録しませんでした。"
    en = "Another posting changed the same rows at the same moment; nothing was posted."
    remedy_ja = "画面を開き直し、変更前後を確かめてから、もう一度承認してください。"
    remedy_en = "Open the page again, look at before and after, and approve again."


class Misdirected(TodokeError):
    """The addressee of a notice is not the office that filed."""

    code = "misdirected_notice"
    status = 409
    ja = "通知書の宛先が届出の事業所と一致しないため、発行を止めました。"
    en = "The addressee of the notice is not the office that filed; it was not issued."
    remedy_ja = "届書の事業所を確かめ、監督者に知らせてください。"
    remedy_en = "Check the office of the filing and tell a supervisor."


class NoticeNotIssued(TodokeError):
    """The notice has no PDF yet."""

    code = "notice_not_issued"
    status = 404
    ja = "通知書はまだ発行されていません。"
    en = "The notice has not been issued yet."
    remedy_ja = "しばらくしてから開き直してください。"
    remedy_en = "Open it again in a moment."


class NoSuchCalibration(TodokeError):
    """There is no calibration of that version, or none is in force."""

    code = "no_such_calibration"
    status = 404
    ja = "較正の版「{version}」はありません。"
    en = "There is no calibration version '{version}'."
    remedy_ja = "todoke calibrate show で版を確かめてください。"
    remedy_en = "See `todoke calibrate show` for the versions that are stored."


class NotProved(TodokeError):
    """Acceptance was to be switched on for classes whose error was not shown to be under the target."""

    code = "not_proved"
    status = 409
    ja = "目標を下回ることが示されていない分類です: {classes}。"
    en = "These classes were not shown to be under the target: {classes}."
    remedy_ja = "検品の標本を増やして todoke calibrate fit をやり直してください。"
    remedy_en = "Inspect more fields and run `todoke calibrate fit` again."


class SyntheticCalibration(TodokeError):
    """A calibration made on synthetic filings was to be activated in a real installation."""

    code = "synthetic_calibration"
    status = 409
    ja = "版「{version}」は合成データで較正したもので、実際の届書には使えません。"
    en = "Version '{version}' was calibrated on synthetic filings and never decides about real ones."
    remedy_ja = "実際の届書の検品結果で較正してください(todoke calibrate fit --inspections)。"
    remedy_en = "Calibrate on inspected real filings: `todoke calibrate fit --inspections`."


class ForeignCalibration(TodokeError):
    """A file says that it was calibrated on real filings, and it was not fitted in this installation."""

    code = "foreign_calibration"
    status = 409
    ja = "版「{version}」は、この拠点の検品結果だけで較正したものではありません。"
    en = "Version '{version}' was not fitted in this installation, to its own inspections alone."
    remedy_ja = "この拠点で todoke calibrate fit --inspections --store を実行してください。"
    remedy_en = "Run `todoke calibrate fit --inspections --store` here."
