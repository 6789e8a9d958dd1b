"""The words of a certificate's file: a text, or a PDF that holds its words as text."""

from __future__ import annotations

import io
import unicodedata
from pathlib import Path

from pypdf import PdfReader
from pypdf.errors import PyPdfError

from catalog.errors import BadInputError

LARGEST_BYTES = 20_000_000
LARGEST_TEXT = 1_000_000
"""More characters than this are no certificate's words."""

PAGES_AT_MOST = 10
PDF_MARK = b"%PDF-"


class CertificateFileError(BadInputError):
    """A file that is no certificate that we can read; the message names it and says what to do."""


def certificate_text(path: Path) -> str:
    """The words of a certificate: of a PDF's first pages, laid out as on paper, ligatures undone; or of a UTF-8 text.

    Raises :class:`CertificateFileError` for a file that is missing, too large, encrypted, damaged, a picture, or a PDF
    without words.
    """
    try:
        if path.stat().st_size > LARGEST_BYTES:
            raise CertificateFileError(f"{path}: more than {LARGEST_BYTES:,} bytes is no certificate")
        content = path.read_bytes()
    except OSError as error:
        raise CertificateFileError(f"{path}: cannot be read: {error.strerror or error}") from error
    text = _of_pdf(path, content) if content.startswith(PDF_MARK) else _of_text(path, content)
    if len(text) > LARGEST_TEXT:
        raise CertificateFileError(f"{path}: more than {LARGEST_TEXT:,} characters are no certificate's words")
    return text


def _of_text(path: Path, content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise CertificateFileError(
            f"{path}: neither a PDF nor a text; copy the words of the certificate into a text file"
        ) from error


def _of_pdf(path: Path, content: bytes) -> str:
    try:
        pages = PdfReader(io.BytesIO(content)).pages[:PAGES_AT_MOST]
        laid_out = "\n".join(page.extract_text(extraction_mode="layout") for page in pages)
    except (PyPdfError, ArithmeticError, LookupError, TypeError, ValueError, RecursionError) as error:
        # a damaged PDF surfaces from pypdf as whatever its broken part led to
        raise CertificateFileError(f"{path}: this PDF cannot be read: {error}") from error
    text = unicodedata.normalize("NFKC", laid_out)
    if not text.strip():
        raise CertificateFileError(
            f"{path}: this PDF holds a picture and no words; copy the words of the certificate into a text file"
        )
    return text
