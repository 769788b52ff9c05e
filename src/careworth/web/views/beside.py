"""What stands beside the profile: peers to be compared with, and files that prove answers."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from careworth.desk import place, standing
from careworth.desk.access import Action, may
from careworth.desk.actions import note
from careworth.desk.actions.evidence import may_remove, remove_evidence, save_peers
from careworth.desk.models import EvidenceFile
from careworth.errors import CareworthError
from careworth.maturity import ITEMS, texts
from careworth.web.forms import problem
from careworth.web.matrix import matrix
from careworth.web.page import page, somebody
from careworth.web.views.maturity import positions

_EXAMPLE = """[[peers]]
name = "a rival, read from outside"
path = [
  { on = 2025-03-31, investment = 40, innovation = 55 },
  { on = 2026-03-31, investment = 60, innovation = 62 },
]
"""


class PeersForm(forms.Form):
    text = forms.CharField(
        label=gettext_lazy("Where others stand, in TOML"),
        max_length=100_000,
        widget=forms.Textarea(attrs={"rows": 14, "dir": "ltr", "class": "code", "spellcheck": "false"}),
    )


@page(Action.SEE_MATURITY)
@require_GET
def peers(request: HttpRequest) -> HttpResponseBase:
    """Rank and change beside others on each axis."""
    text = standing.peers_text(somebody(request)) or _EXAMPLE
    return _peers(request, PeersForm(initial={"text": text}))


@page(Action.EDIT_PLAN)
@require_POST
def peers_saved(request: HttpRequest) -> HttpResponseBase:
    """Who they are, said by whoever edits the plan."""
    form = PeersForm(request.POST)
    if form.is_valid():
        try:
            save_peers(somebody(request), form.cleaned_data["text"])
        except CareworthError as error:
            problem(form, error)
        else:
            messages.success(request, _("Saved."))
            return redirect("maturity-peers")
    return _peers(request, form)


def _peers(request: HttpRequest, form: PeersForm) -> HttpResponseBase:
    person = somebody(request)
    profile = standing.profile(person, get_language() or "en", timezone.now().date())
    others = standing.peers()
    context: dict[str, Any] = {
        "form": form,
        "may_edit": may(person, Action.EDIT_PLAN),
        "positions": list(positions(profile)),
        "standing": profile.standing,
        "peers": [(peer.name, max(peer.path, key=lambda one: one.on)) for peer in others],
        "picture": matrix(profile, others),
    }
    return render(request, "maturity/peers.html", context)


@page(Action.SEE_MATURITY)
@require_GET
def evidence_list(request: HttpRequest) -> HttpResponseBase:
    person, words = somebody(request), texts(get_language() or "en")
    found = standing.files()
    listed = [
        (words.items[name].text, [(file, may_remove(person, file)) for file in found[name]])
        for name in ITEMS
        if name in found
    ]
    context = {"listed": listed, "may_answer": may(person, Action.ANSWER_MATURITY)}
    return render(request, "maturity/evidence.html", context)


def _file(request: HttpRequest, number: int) -> EvidenceFile:
    found = standing.evidence_file(somebody(request), number)
    if found is None or not place.evidence_file(found.key).is_file():
        raise Http404
    return found


@page(Action.SEE_MATURITY)
@require_GET
def evidence(request: HttpRequest, number: int) -> HttpResponseBase:
    """The file to take away. It never opens in the browser: what others uploaded is not ours to run."""
    file = _file(request, number)
    note(somebody(request), "took evidence away", file.name, item=file.item)
    content = place.evidence_file(file.key).open("rb")
    response = FileResponse(
        content, as_attachment=True, filename=file.name, content_type="application/octet-stream"
    )
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


@page(Action.ANSWER_MATURITY)
@require_POST
def remove(request: HttpRequest, number: int) -> HttpResponseBase:
    remove_evidence(somebody(request), _file(request, number))
    return redirect("maturity-evidence-list")
