"""What supervisors type about the law. Forms read text; services decide whether it can be law."""

import json
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kernel.strict_json import BadJson, loads_strict
from policy.loader import load_catalogue
from policy.models import Proposal
from policy.presentation import Step
from policy.services import ProposedValue
from policy.values import BadValue, Citation, Unit
from policy.wording import describe_parameter, describe_subject

_AS_TYPED = {Unit.YUAN, Unit.PERCENT, Unit.RATIO, Unit.CHOICE, Unit.DATE, Unit.TEXT}
_DATE = {"type": "date"}


def read_printed(unit: Unit, text: str) -> Any:
    """Turn what a person typed into what the document prints; empty unsets the parameter.

    Raises:
        ValueError: the text is not of the unit's form.
    """
    text = text.strip()
    if not text:
        return None
    if unit in _AS_TYPED:
        return text
    if unit is Unit.FLAG:
        return {"true": True, "false": False, "是": True, "否": False}[text.lower()]
    if unit is Unit.CHOICES:
        return [part.strip() for part in text.replace("，", ",").split(",")]
    return loads_strict(text)


def typed_text(printed: Any) -> str:
    """Give a printed value as a person would type it."""
    if printed is None:
        return ""
    if isinstance(printed, str):
        return printed
    if isinstance(printed, list) and all(isinstance(item, str) for item in printed):
        return ", ".join(printed)
    return json.dumps(printed, ensure_ascii=False)


class ProposalForm(forms.ModelForm):  # type: ignore[type-arg]
    """A new value with its day and its ground."""

    jurisdictions: ClassVar[tuple[str, ...]] = ()

    jurisdiction = forms.ChoiceField(label=_("jurisdiction"))
    key = forms.ChoiceField(label=_("parameter"))
    value = forms.CharField(
        label=_("new value"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_(
            "As the document prints it: 5950.00, 1.50, 12, true, MONTHLY, FREE; tables as JSON. "
            "Empty = unset, with the reason below."
        ),
    )
    demo = forms.BooleanField(label=_("demo decision"), required=False)

    class Meta:
        model = Proposal
        fields = (
            "jurisdiction",
            "key",
            "effective_from",
            "effective_until",
            "document_title",
            "document_number",
            "document_clause",
            "document_gist",
            "citations",
            "assumed",
            "carried",
            "reason",
            "demo",
        )
        widgets: ClassVar[dict[str, forms.Widget]] = {
            "effective_from": forms.DateInput(attrs=_DATE),
            "effective_until": forms.DateInput(attrs=_DATE),
            "document_gist": forms.Textarea(attrs={"rows": 2}),
            "citations": forms.Textarea(attrs={"rows": 2}),
            "reason": forms.Textarea(attrs={"rows": 2}),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["effective_from"].required = True
        self.fields["jurisdiction"].choices = [(code, code) for code in self.jurisdictions]  # type: ignore[attr-defined]
        self.fields["key"].choices = [  # type: ignore[attr-defined]
            (parameter.key, f"{describe_parameter(parameter)} · {parameter.key}")
            for parameter in load_catalogue().values()
        ]

    def clean_citations(self) -> str:
        """Refuse lines that name no clause."""
        lines = [line.strip() for line in self.cleaned_data["citations"].splitlines()]
        try:
            return "\n".join(str(Citation.parse(line)) for line in lines if line)
        except BadValue as problem:
            raise ValidationError(
                gettext("“%(line)s”: write source#clause, such as kashgar-interpretation#二.")
                % {"line": problem.key}
            ) from problem

    def clean(self) -> dict[str, Any]:
        """Read the value by the unit of its parameter."""
        cleaned = super().clean() or self.cleaned_data
        parameter = load_catalogue().get(cleaned.get("key", ""))
        if parameter is not None:
            try:
                cleaned["printed"] = read_printed(parameter.unit, cleaned.get("value", ""))
            except (BadJson, KeyError, ValueError) as problem:
                self.add_error(
                    "value",
                    gettext("“%(seen)s” is not of the unit %(unit)s: %(problem)s")
                    % {
                        "seen": cleaned["value"][:80],
                        "unit": parameter.unit,
                        "problem": problem,
                    },
                )
        return cleaned

    def _post_clean(self) -> None:
        """Leave the model alone: the service validates and writes."""

    def proposed(self) -> ProposedValue:
        """Give what was typed to the service."""
        given = self.cleaned_data
        lines = given["citations"].splitlines()
        return ProposedValue(
            jurisdiction=given["jurisdiction"],
            key=given["key"],
            printed=given["printed"],
            effective_from=given["effective_from"],
            effective_until=given["effective_until"],
            citations=tuple(Citation.parse(line) for line in lines),
            assumed=given["assumed"],
            carried=given["carried"],
            reason=given["reason"],
            document_title=given["document_title"],
            document_number=given["document_number"],
            document_clause=given["document_clause"],
            document_gist=given["document_gist"],
            demo=given["demo"],
        )

    def field_of(self, name: str) -> str | None:
        """Give the form's field for a field of the service."""
        name = "value" if name == "printed" else name
        return name if name in self.fields else None


class DecideForm(forms.Form):
    """The second person's word on what they were shown."""

    step = forms.ChoiceField(choices=[(step.value, step.value) for step in Step])
    digest = forms.CharField(max_length=64, required=False, widget=forms.HiddenInput)
    reason = forms.CharField(
        label=_("reason for return"),
        max_length=400,
        required=False,
        widget=forms.TextInput(attrs={"size": 60}),
    )


class CompareForm(forms.Form):
    """Which day and which parameters are set side by side."""

    on = forms.DateField(label=_("day"), widget=forms.DateInput(attrs=_DATE))
    subject = forms.ChoiceField(label=_("topic"), required=False)
    only = forms.ChoiceField(
        label=_("show"),
        required=False,
        choices=[
            ("", _("all parameters")),
            ("differs", _("where centres differ")),
            ("open", _("assumed, carried on or unset")),
        ],
    )
    text = forms.CharField(label=_("name or key"), required=False, max_length=64)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        subjects = dict.fromkeys(key.partition(".")[0] for key in load_catalogue())
        self.fields["subject"].choices = [  # type: ignore[attr-defined]
            ("", _("all topics")),
            *((subject, describe_subject(subject)) for subject in subjects),
        ]
