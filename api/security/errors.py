"""Refusals at the face of the system."""

from __future__ import annotations

from storage.errors import TodokeError


class NotSignedIn(TodokeError):
    """No valid session or token came with the request."""

    code = "not_signed_in"
    status = 401
    ja = "サインインしていないか、有効期限が切れています。"
    en = "You are not signed in, or your session has ended."
    remedy_ja = "サインインしてください。入力中の下書きは保存されています。"
    remedy_en = "Sign in again; drafts you were typing are kept."


class WrongPassword(TodokeError):
    """The login and password do not belong together, or the account is inactive. Which of them is not said."""

    code = "wrong_password"
    status = 401
    ja = "利用者名またはパスワードが違います。"
    en = "The login or the password is wrong."
    remedy_ja = "入力を確かめ、分からないときは管理者に再発行を頼んでください。"
    remedy_en = "Check what you typed; an administrator can issue a new password."


class TooManyAttempts(TodokeError):
    """Sign-in is slowed after failures from one login."""

    code = "too_many_attempts"
    status = 429
    ja = "サインインの失敗が続いたため、しばらく受け付けません。"
    en = "Too many failed sign-ins; this login is paused for a while."
    remedy_ja = "{minutes}分後にもう一度試してください。"
    remedy_en = "Try again in {minutes} minutes."


class TooManyFromAddress(TooManyAttempts):
    """Sign-in is slowed after failures of many logins from one address."""

    code = "too_many_from_address"
    ja = "この端末またはネットワークからのサインインの失敗が続いたため、しばらく受け付けません。"
    en = "Too many failed sign-ins from this computer or network; it is paused for a while."
    remedy_ja = "{minutes}分後にもう一度試してください。続くときは管理者に知らせてください。"
    remedy_en = "Try again in {minutes} minutes; if it goes on, tell an administrator."


class SignInBusy(TodokeError):
    """More people sign in at this moment than passwords can be compared."""

    code = "sign_in_busy"
    status = 503
    ja = "サインインが混み合っています。"
    en = "Too many people are signing in at this moment."
    remedy_ja = "数秒おいてもう一度試してください。"
    remedy_en = "Try again in a few seconds."


class NotAllowed(TodokeError):
    """The role does not have the permission."""

    code = "not_allowed"
    status = 403
    ja = "この操作(「{permission}」)の権限がありません。"
    en = "Your role may not do this ({permission})."
    remedy_ja = "権限のある担当: {roles}。"
    remedy_en = "Roles that may: {roles}."


class ForgedRequest(TodokeError):
    """A request that changes something came without the session's CSRF token."""

    code = "csrf"
    status = 403
    ja = "この画面は古くなっています。"
    en = "This page is out of date (its form token does not match your session)."
    remedy_ja = "画面を読み込み直してください。"
    remedy_en = "Reload the page and do it again."


class NotFound(TodokeError):
    """There is no such thing, or this account may not know of it."""

    code = "not_found"
    status = 404
    ja = "見つかりません({what})。"
    en = "Not found ({what})."
    remedy_ja = "番号を確かめてください。"
    remedy_en = "Check the number or follow a link from a list."


class BadRequest(TodokeError):
    """The request does not have the form asked for."""

    code = "bad_request"
    status = 400
    ja = "要求の形が正しくありません({why})。"
    en = "The request is malformed ({why})."
    remedy_ja = "APIの説明(/api/v1/openapi.json)に従ってください。"
    remedy_en = "See the API description at /api/v1/openapi.json."


class Invalid(BadRequest):
    """The request can be read, but a value in it is not one that is asked for."""

    code = "invalid"
    status = 422
    ja = "要求の値が正しくありません({why})。"
    en = "A value of the request is not possible ({why})."


class MethodNotAllowed(BadRequest):
    """The address does not know the method."""

    code = "method_not_allowed"
    status = 405
    ja = "この場所では{method}を使えません。"
    en = "{method} is not possible at this address."


class NotJson(BadRequest):
    """A body that is to be JSON says that it is something else."""

    code = "unsupported_media_type"
    status = 415
    ja = "本文はJSON(Content-Type: application/json)で送ってください。"
    en = "The body must be JSON (Content-Type: application/json)."


class BodyTooLarge(TodokeError):
    """More bytes than a request of this kind may have."""

    code = "body_too_large"
    status = 413
    ja = "要求の本文が上限({limit} バイト)を超えています。"
    en = "The body is larger than the {limit} bytes that this address takes."
    remedy_ja = "分けて送ってください。ファイルは PUT /api/v1/batches/ID/files/NAME で送ります。"
    remedy_en = "Send it in parts; files go to PUT /api/v1/batches/ID/files/NAME."


class SenderStalled(TodokeError):
    """A file that was being sent stopped arriving; nothing of it was kept."""

    code = "sender_stalled"
    status = 408
    ja = "送信が{seconds}秒以上止まったため、受け取りを中止しました。"
    en = "Nothing came for {seconds} seconds; the file was not taken in."
    remedy_ja = "回線を確かめ、ファイルを初めから送り直してください。"
    remedy_en = "Check the line and send the whole file again."


class PreconditionNeeded(TodokeError):
    """A change of a versioned thing needs If-Match."""

    code = "precondition_required"
    status = 428
    ja = "版を示すIf-Matchがありません。"
    en = "If-Match with the version you read is missing."
    remedy_ja = "取得時のETagをIf-Matchに入れて送ってください。"
    remedy_en = "Send the ETag you got in If-Match."


class KeyReused(TodokeError):
    """The Idempotency-Key was used for a request with other content."""

    code = "idempotency_key_reused"
    status = 422
    ja = "同じIdempotency-Keyが別の内容で使われています。"
    en = "This Idempotency-Key was used with other content."
    remedy_ja = "新しいキーで送ってください。"
    remedy_en = "Send the new content under a new key."
