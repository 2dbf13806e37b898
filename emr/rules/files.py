"""Which files a chart takes, told by their first bytes and not by their names."""
from django.utils.translation import gettext_lazy as _

from emr.errors import Malformed, Refusal

LARGEST = 10 * 1024 * 1024  # bytes
MOST_PIXELS = 50_000_000  # more is a bomb, not a scan
STARTS = {
    "application/pdf": (b"%PDF-",), "image/png": (b"\x89PNG\r\n\x1a\n",), "image/jpeg": (b"\xff\xd8\xff",),
    "application/json": (b"{", b"["), "application/fhir+json": (b"{",), "text/plain": None,
}


class WrongFileType(Refusal):
    code, status = "emr.wrong_file_type", 415
    message = _("This is not a file of the kind {content_type}. The chart takes PDF, PNG, JPEG, JSON and plain text.")


class FileTooLarge(Refusal):
    code, status = "emr.file_too_large", 413
    message = _("The file is too large: {size} bytes, at most {limit}. Scan it with less resolution.")


def check_file(content_type: str, body: bytes) -> None:
    """Refuse what is empty, too large, of another kind than it says, or a picture beyond measure."""
    if not body:
        raise Malformed(problem="body: the file is empty")
    if len(body) > LARGEST:
        raise FileTooLarge(size=len(body), limit=LARGEST)
    if content_type not in STARTS:
        raise WrongFileType(content_type=content_type)
    if content_type == "text/plain":
        _check_text(body)
    elif not body.lstrip().startswith(STARTS[content_type]):
        raise WrongFileType(content_type=content_type)
    if content_type.startswith("image/"):
        _check_picture(content_type, body)


def _check_text(body):
    try:
        if "\x00" in body.decode("utf-8"):
            raise WrongFileType(content_type="text/plain")
    except UnicodeDecodeError as error:
        raise WrongFileType(content_type="text/plain") from error


def _check_picture(content_type, body):
    import io

    from PIL import Image, UnidentifiedImageError

    try:
        with Image.open(io.BytesIO(body), formats=["PNG", "JPEG"]) as picture:
            width, height = picture.size
    except (UnidentifiedImageError, OSError, ValueError, Image.DecompressionBombError) as error:
        raise WrongFileType(content_type=content_type) from error
    if width * height > MOST_PIXELS:
        raise FileTooLarge(size=width * height, limit=MOST_PIXELS)
