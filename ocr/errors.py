"""What can go wrong while a page is read: stable codes, a sentence and a next step in both languages."""

from __future__ import annotations

from forms.errors import TodokeError


class ReadingError(TodokeError):
    """Base of the errors of the reading path."""

    code = "reading_failed"
    status = 422
    ja = "ページを読み取れませんでした。"
    en = "The page could not be read."


class ModelsMissing(ReadingError):
    """The text engine's model directories are not there or not whole."""

    code = "models_missing"
    status = 503
    ja = "文字認識モデルがありません（{path}）。"
    en = "The models of the text engine are missing ({path})."
    remedy_ja = "「make setup」または「todoke read --prepare」でモデルを用意してください。"
    remedy_en = "Run `make setup` or `todoke read --prepare` to prepare them."


class ModelAltered(ReadingError):
    """A weight file is not the one that was recorded."""

    code = "model_altered"
    status = 503
    ja = "文字認識モデルのファイルが登録されたものと違います（{path}）。"
    en = "A model file is not the recorded one ({path})."
    remedy_ja = "パッケージを入れ直し、「todoke read --prepare」を実行してください。"
    remedy_en = "Reinstall the package and run `todoke read --prepare`."


class EngineFailed(ReadingError):
    """A text engine broke its contract: wrong count, not a number, not a text."""

    code = "engine_failed"
    status = 503
    ja = "文字認識エンジン {engine} が正しい結果を返しませんでした（{why}）。"
    en = "The text engine {engine} did not return a proper result ({why})."
    remedy_ja = "ページは保管されています。もう一度読み取り、続くときは管理者に知らせてください。"
    remedy_en = "The page is kept. Read it again; if this repeats, tell the administrator."


class UnknownEngine(ReadingError):
    """A setting names a text engine that no package announces, or one that is no engine."""

    code = "unknown_engine"
    status = 503
    ja = "文字認識エンジン {engine} がありません（使えるもの: {known}）。"
    en = "There is no text engine {engine} (known: {known})."
    remedy_ja = "TODOKE_ENGINE と TODOKE_SECOND_ENGINE を確かめるか、エンジンのパッケージを入れてください。"
    remedy_en = "Check TODOKE_ENGINE and TODOKE_SECOND_ENGINE, or install the engine's package."


class BadEngineSetting(ReadingError):
    """A setting of the second engine is not a share."""

    code = "bad_engine_setting"
    status = 503
    ja = "設定 {name} は 0 から 1 の数でなければなりません。"
    en = "The setting {name} must be a number from 0 to 1."
    remedy_ja = "設定を直してから起動し直してください。"
    remedy_en = "Correct the setting and start again."


class UnknownFormVersion(ReadingError):
    """The code on the sheet names a kind or version that is not defined here."""

    code = "unknown_form_version"
    ja = "様式の種類または版が登録されていません（{kind} {version}）。"
    en = "The form's kind or version is not known here ({kind} {version})."
    remedy_ja = "様式の版を確認し、定義を追加するか、担当者が種類を指定してください。"
    remedy_en = "Check the version of the form; add its definition, or let a person name the kind."


class NotRegistered(ReadingError):
    """A form was found, but its print does not fall where the form says; nothing is read from it."""

    code = "not_registered"
    ja = "様式の位置合わせができませんでした（ずれ {residual} mm、限度 {limit} mm）。"
    en = "The form could not be registered (residual {residual} mm, limit {limit} mm)."
    remedy_ja = "画面で様式の種類と四隅を指定するか、読み取り直してください。"
    remedy_en = "Name the kind and the four corners on screen, or scan the sheet again."


class CornersUnusable(ReadingError):
    """The corners that a person named do not make a sheet."""

    code = "corners_unusable"
    ja = "指定された四隅では様式の形になりません。"
    en = "The corners given do not make a sheet."
    remedy_ja = "左上から時計回りに、様式の四隅を指定し直してください。"
    remedy_en = "Give the four corners of the form again, clockwise from its top left."
