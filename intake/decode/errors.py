"""Why a file or a page could not be decoded: stable codes, a sentence and a next step in both languages."""

from __future__ import annotations

from storage.errors import TodokeError


class DecodeError(TodokeError):
    """Base of the refusals of a file or of one page; the file is kept and listed all the same."""

    code = "decode_failed"
    status = 422
    ja = "ファイルを画像に変換できませんでした。"
    en = "The file could not be turned into page images."
    remedy_ja = "原本は保管されています。読み取り直したファイルを送ってください。"
    remedy_en = "The original is kept. Send the document again, scanned or exported anew."


class EmptyFile(DecodeError):
    """No bytes."""

    code = "empty_file"
    ja = "ファイルの中身がありません（0 バイト）。"
    en = "The file is empty (0 bytes)."


class FileUnreadable(DecodeError):
    """Not a regular file that can be opened."""

    code = "file_unreadable"
    ja = "ファイルを開けません。"
    en = "The file cannot be opened."
    remedy_ja = "ファイルの場所と権限を確認してください。"
    remedy_en = "Check where the file is and that it may be read."


class FileTooLarge(DecodeError):
    """More bytes than the limit."""

    code = "file_too_large"
    status = 413
    ja = "ファイルが大きすぎます（上限 {limit} バイト）。"
    en = "The file is too large (the limit is {limit} bytes)."
    remedy_ja = "ファイルを分けて送ってください。"
    remedy_en = "Split the file and send the parts."


class UnsupportedType(DecodeError):
    """The bytes are not PDF, TIFF, PNG or JPEG, whatever the name says."""

    code = "unsupported_type"
    status = 415
    ja = "この種類のファイルは受け付けられません（{found}）。"
    en = "This type of file is not accepted ({found})."
    remedy_ja = "PDF、TIFF、PNG、JPEG のいずれかで送ってください。"
    remedy_en = "Send it as PDF, TIFF, PNG or JPEG."


class UnsupportedEncoding(DecodeError):
    """The container is known, but not the compression or pixel layout inside."""

    code = "unsupported_encoding"
    status = 415
    ja = "画像の圧縮形式または画素形式に対応していません。"
    en = "The compression or pixel layout of the image is not supported."
    remedy_ja = "グループ 4、LZW、JPEG、無圧縮のいずれかで保存し直してください。"
    remedy_en = "Save it again with Group 4, LZW, JPEG or no compression."


class Encrypted(DecodeError):
    """A PDF that needs a password."""

    code = "encrypted"
    ja = "パスワードで保護されたファイルは開けません。"
    en = "The file is protected by a password."
    remedy_ja = "パスワードを外したファイルを送ってください。"
    remedy_en = "Send the file without a password."


class Damaged(DecodeError):
    """Truncated or malformed; nothing is read from half a page."""

    code = "damaged"
    ja = "ファイルまたはページが壊れているか、途中で切れています。"
    en = "The file or page is damaged or cut short."


class NoPages(DecodeError):
    """A document without a page."""

    code = "no_pages"
    ja = "ページがありません。"
    en = "There is no page in the file."


class NoSuchPage(DecodeError):
    """A page was asked for that lies beyond the end of the file."""

    code = "no_such_page"
    status = 404
    ja = "{page}ページ目はありません。このファイルは{pages}ページです。"
    en = "There is no page {page}: the file has {pages}."
    remedy_ja = "ページの指定を直してください。"
    remedy_en = "Ask for pages that the file has."


class TooManyPages(DecodeError):
    """More pages than the limit; none is decoded."""

    code = "too_many_pages"
    status = 413
    ja = "ページ数が多すぎます（上限 {limit} ページ）。"
    en = "The file has too many pages (the limit is {limit})."
    remedy_ja = "ファイルを分けて送ってください。"
    remedy_en = "Split the file and send the parts."


class PageTooLarge(DecodeError):
    """More pixels than the limit, even after reduced decoding."""

    code = "page_too_large"
    status = 413
    ja = "ページの画素数が多すぎます（{width} × {height}、上限 {limit} 画素）。"
    en = "The page has too many pixels ({width} x {height}; the limit is {limit})."
    remedy_ja = "300～600 dpi で読み取り直してください。"
    remedy_en = "Scan it again at 300 to 600 dpi."


class DynamicForm(DecodeError):
    """A dynamic XFA form: what a PDF reader draws is a placeholder, not the filing."""

    code = "xfa_form"
    ja = "動的な XFA フォームの PDF は表示できません。"
    en = "The PDF is a dynamic XFA form, which cannot be drawn."
    remedy_ja = "印刷機能で PDF に出力し直して送ってください。"
    remedy_en = "Print it to PDF and send the result."


class DecoderCrashed(DecodeError):
    """The decoder's process died on this page; the next page goes on."""

    code = "decoder_crashed"
    ja = "読み込み中にデコーダーが異常終了しました。"
    en = "The decoder crashed on this page."


class DecoderTimeout(DecodeError):
    """The decoder was stopped at its deadline."""

    code = "decoder_timeout"
    ja = "読み込みが制限時間内に終わりませんでした。"
    en = "Decoding did not end within its time limit."


class DecoderMemory(DecodeError):
    """The decoder was stopped at its memory limit."""

    code = "decoder_memory"
    ja = "読み込みに必要なメモリが上限を超えました。"
    en = "Decoding needed more memory than its limit."


BY_CODE: dict[str, type[DecodeError]] = {
    error.code: error
    for error in (
        DecodeError, EmptyFile, FileUnreadable, FileTooLarge, UnsupportedType, UnsupportedEncoding, Encrypted, Damaged,
        NoPages, NoSuchPage, TooManyPages, PageTooLarge, DynamicForm, DecoderCrashed, DecoderTimeout, DecoderMemory,
    )
}  # fmt: skip


def from_child(code: object, params: object) -> DecodeError:
    """The error a child names; what it says is not trusted: unknown codes and odd parameters become plain."""
    kind = BY_CODE.get(code if isinstance(code, str) else "", DecodeError)
    given = params if isinstance(params, dict) else {}
    kept = {
        str(name)[:20]: value if isinstance(value, int) else str(value)[:60]
        for name, value in list(given.items())[:4]
        if isinstance(value, int | str)
    }
    return kind(**kept)
