"""Mail that goes out: invitations, and briefings as HTML with the PDF."""

from pathlib import Path

from django.core.mail import EmailMultiAlternatives, send_mail
from django.utils.translation import gettext as _


def invitation(address: str, link: str) -> None:
    body = _("You are invited to Careworth. Follow this link within 7 days and choose a password:")
    send_mail(_("Your invitation to Careworth"), f"{body}\n\n{link}\n", None, [address])


def briefing(recipient: str, subject: str, headline: str, folder: Path) -> None:
    """The page of the report as the mail, its PDF as an attachment."""
    message = EmailMultiAlternatives(subject, headline, to=[recipient])
    message.attach_alternative((folder / "report.html").read_text(encoding="utf-8"), "text/html")
    message.attach("report.pdf", (folder / "report.pdf").read_bytes(), "application/pdf")
    message.send()
