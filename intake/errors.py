"""What can go wrong while things are taken in, each with a stable code and what to do next."""

from __future__ import annotations

from typing import Any, Final

from storage.errors import TodokeError

_BATCH: Final = {"open": "受付中", "closed": "読取中", "held": "件数不一致", "released": "引渡し済"}
_SHEET: Final = {
    "form": "届書", "filed": "届書", "unregistered": "位置合わせできない", "attachment": "添付書類",
    "attached": "添付書類", "separator": "仕切り紙", "blank": "白紙", "refused": "読めない",
    "decoded": "読取待ち", "read": "読取済",
}  # fmt: skip
_STAGES: Final = {
    "decode": "ファイルの展開", "read": "読み取り", "place": "位置を指定した読み取り", "assemble": "束の組立て",
    "advance": "次の段階への移行", "check": "システムチェック", "notice": "通知書の作成",
}  # fmt: skip


class NoSuchBatch(TodokeError):
    """There is no batch, file, page or sheet with that id."""

    code = "no_such_intake"
    status = 404
    ja = "その{what}はありません。"
    en = "There is no such {what}."
    remedy_ja = "受付一覧に戻って選び直してください。"
    remedy_en = "Go back to the list of batches and choose again."


class BatchNotOpen(TodokeError):
    """Files are added only while the batch is open."""

    code = "batch_not_open"
    status = 409
    ja = "この束は締め切られています（状態: {state}）。"
    en = "The batch is closed (state: {state})."
    remedy_ja = "新しい束を作成して追加してください。"
    remedy_en = "Open a new batch for further files."

    def __init__(self, *, state: str) -> None:
        super().__init__(state_ja=_BATCH.get(state, state), state_en=state)


class WrongBatchState(TodokeError):
    """What was asked is not possible in the batch's present state."""

    code = "wrong_batch_state"
    status = 409
    ja = "束の状態（{state}）ではこの操作はできません。"
    en = "This cannot be done while the batch is {state}."
    remedy_ja = "束の画面を開き直し、状態を確認してください。"
    remedy_en = "Open the batch again and look at its state."

    def __init__(self, *, state: str) -> None:
        super().__init__(state_ja=_BATCH.get(state, state), state_en=state)


class EmptyBatch(TodokeError):
    """A batch without a file cannot be closed."""

    code = "empty_batch"
    status = 409
    ja = "ファイルが 1 つもない束は締め切れません。"
    en = "A batch without a file cannot be closed."
    remedy_ja = "ファイルを追加してから締め切ってください。"
    remedy_en = "Add a file, then close it."


class StaleBatch(TodokeError):
    """Somebody was faster."""

    code = "stale_batch"
    status = 412
    ja = "ほかの人が先にこの束を更新しました。"
    en = "Somebody else has changed the batch in the meantime."
    remedy_ja = "画面を開き直し、内容を確認してからもう一度操作してください。"
    remedy_en = "Open it again, look at what changed, and repeat."


class ReasonNeeded(TodokeError):
    """A correction without a reason."""

    code = "reason_needed"
    status = 422
    ja = "理由を入力してください。"
    en = "A reason is needed."
    remedy_ja = "訂正の理由を書いてから保存してください。"
    remedy_en = "Write why it is corrected, then save."


class BadIntake(TodokeError):
    """A value of the batch or of a correction that cannot be."""

    code = "bad_intake"
    status = 422
    ja = "入力が正しくありません（{why}）。"
    en = "The input is not possible ({why})."
    remedy_ja = "値を直してもう一度送ってください。"
    remedy_en = "Correct the value and send it again."


class WrongSheetState(TodokeError):
    """The sheet is not in a state from which it can be re-assigned this way."""

    code = "wrong_sheet_state"
    status = 409
    ja = "この用紙の状態（{state}）ではこの操作はできません。"
    en = "This cannot be done with a sheet that is {state}."
    remedy_ja = "すでに届書になっている用紙は、届書の画面で処理してください。"
    remedy_en = "A sheet that is a filing already is dealt with on the filing's page."

    def __init__(self, *, state: str) -> None:
        super().__init__(state_ja=_SHEET.get(state, state), state_en=state)


class Quarantined(TodokeError):
    """A file of the watched folder that is not taken in."""

    code = "watch_refused"
    status = 422
    ja = "監視フォルダーのファイルを受け付けられません（{why}）。"
    en = "A file of the watched folder is not taken in ({why})."
    remedy_ja = "ファイルを確認し、通常のファイルとして置き直してください。"
    remedy_en = "Look at the file and put it there again as a regular file."


class NoReceiptDate(TodokeError):
    """A file of the watched folder says by no folder of a date when it was received."""

    code = "watch_no_receipt_date"
    status = 422
    ja = "監視フォルダーのファイルの受付日が分かりません（{why}）。"
    en = "The receipt date of a file in the watched folder is not known ({why})."
    remedy_ja = (
        "受付日の名前のフォルダー（例 {example}）に入れて置き直すか、"
        "`todoke intake watch --received-on 日付` で監視してください。"
    )
    remedy_en = (
        "Put it into a folder named by its receipt date (such as {example}), or watch with "
        "`todoke intake watch --received-on DATE`."
    )


class LeaseLost(TodokeError):
    """The job's lease ran out or somebody else has it: what was computed is thrown away."""

    code = "job_lease_lost"
    status = 409
    ja = "処理の担当期限が切れたため、結果は破棄されました。"
    en = "The lease of the job was lost; its result was thrown away."
    remedy_ja = "操作は不要です。処理は自動的にやり直されます。"
    remedy_en = "Nothing to do: the job is run again."


class WorkerLost(TodokeError):
    """The worker died or hung while it had the job."""

    code = "worker_lost"
    status = 500
    ja = "処理中にワーカーが停止しました（{attempts} 回）。"
    en = "The worker died or hung on this job ({attempts} times)."
    remedy_ja = "対象を確認し、問題がなければ再実行してください。"
    remedy_en = "Look at the subject; if it is well, run the job again."


class StageFailed(TodokeError):
    """A stage raised something that is not a coded error."""

    code = "stage_failed"
    status = 500
    ja = "処理「{stage}」が失敗しました（{why}）。"
    en = "The stage {stage} failed ({why})."
    remedy_ja = "対象を確認し、問題がなければ再実行してください。"
    remedy_en = "Look at the subject; if it is well, run the job again."

    def __init__(self, *, stage: str, **why: Any) -> None:
        super().__init__(stage_ja=_STAGES.get(stage, stage), stage_en=stage, **why)


class NotRead(TodokeError):
    """The page is kept, but reading it was given up."""

    code = "not_read"
    status = 500
    ja = "このページの読み取りは繰り返し失敗したため中止しました。"
    en = "Reading this page failed again and again and was given up."
    remedy_ja = "画像を確認し、読み取りをやり直すか、読み取り直したファイルを送ってください。"
    remedy_en = "Look at the image; read it again, or send a new scan."
