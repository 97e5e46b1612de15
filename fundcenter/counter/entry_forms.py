"""The forms that clerks fill in. What the law says of them is left to the rules."""

import datetime as dt
import uuid
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from accounts.facts import ContributionMode, IdentityFacts
from accounts.models import Agreement, IdentityDocument, Member
from accounts.rules import decide_identity
from accounts.services import Applicant, Terms
from kernel.days import BadDate, parse_date
from kernel.documents import BadDocumentNumber, DocumentType, Sex, read_document
from kernel.money import BadAmount, parse_yuan, yuan
from kernel.names import BadName, normal_name
from policy.book import PolicyBook
from policy.facts import RetirementCategory
from policy.wording import describe_reason

_UNKNOWN = ("", gettext_lazy("not known"))
_ANSWERS = [_UNKNOWN, ("yes", gettext_lazy("yes")), ("no", gettext_lazy("no"))]


class YuanField(forms.CharField):
    """An amount typed in yuan, read strictly into fen."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.widget.attrs.update(
            {"inputmode": "decimal", "class": "form-control num", "maxlength": "20"}
        )

    def to_python(self, value: Any) -> Any:
        """Read the text as fen; nothing typed is None."""
        text = (super().to_python(value) or "").replace(",", "").replace("，", "")
        if not text:
            return None
        try:
            return parse_yuan(text)
        except BadAmount as wrong:
            raise forms.ValidationError(
                _("“%(seen)s” is no amount. Write yuan with at most two decimals, like 500.00.")
                % {"seen": text},
                code="amount",
            ) from wrong

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Every amount counts as typed."""
        return True

    def prepare_value(self, value: Any) -> Any:
        """Write fen as yuan; a text that could not be read stays as it was typed."""
        return yuan(value) if isinstance(value, int) else value


class SumField(YuanField):
    """An amount that is more than nothing."""

    def validate(self, value: Any) -> None:
        """Refuse nothing and zero."""
        super().validate(value)
        if value == 0:
            raise forms.ValidationError(_("The amount must be more than 0.00 yuan."), code="amount")


class DayField(forms.CharField):
    """A date typed as 2026-01-31."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.widget.attrs.update(
            {"placeholder": "2026-01-31", "inputmode": "numeric", "maxlength": "10"}
        )

    def to_python(self, value: Any) -> Any:
        """Read the text as a date; nothing typed is None."""
        text = super().to_python(value)
        if not text:
            return None
        if len(text) == 8 and text.isdigit():
            text = f"{text[:4]}-{text[4:6]}-{text[6:]}"
        try:
            return parse_date(text)
        except BadDate as wrong:
            raise forms.ValidationError(
                _("“%(seen)s” is no date. Write it like 2026-01-31.") % {"seen": text}, code="date"
            ) from wrong

    def prepare_value(self, value: Any) -> Any:
        """Write a date as people type it here."""
        return value.isoformat() if isinstance(value, dt.date) else value


class BusinessForm(forms.Form):
    """A form of a business.

    ``token`` names this one filling-in, so that it is booked once; ``seen`` marks what stood in
    the account when it was opened, so that a change at another window is noticed.
    """

    token = forms.UUIDField(widget=forms.HiddenInput, required=False)
    seen = forms.CharField(widget=forms.HiddenInput, required=False, max_length=64)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)
        self.use_required_attribute = False
        for field in self.fields.values():
            if isinstance(field.widget, forms.HiddenInput | forms.RadioSelect):
                continue
            plain = "form-select" if isinstance(field.widget, forms.Select) else "form-control"
            field.widget.attrs.setdefault("class", plain)
            field.widget.attrs.setdefault("autocomplete", "off")
            if field.required:
                field.widget.attrs["aria-required"] = "true"
        if not self.is_bound:
            self.initial.setdefault("token", uuid.uuid4())

    def full_clean(self) -> None:
        """Read what was typed, and mark the fields that need another look."""
        super().full_clean()
        for name in self.errors:
            self._point_at(name)

    def refuse(self, name: str, message: str) -> None:
        """Add what a service has against a field; one that the form has not stands above it."""
        self.add_error(name if name in self.fields else None, message)
        self._point_at(name)

    def _point_at(self, name: str) -> None:
        if name in self.fields:
            self.fields[name].widget.attrs |= {
                "aria-invalid": "true",
                "aria-describedby": f"error_{name}",
            }

    def clean_token(self) -> uuid.UUID:
        """Give the token, a new one to whoever has none."""
        token: uuid.UUID | None = self.cleaned_data.get("token")
        return token or uuid.uuid4()

    def typed(self) -> list[tuple[str, str]]:
        """Give what was typed, for the hidden fields of the check page."""
        token = self.cleaned_data.get("token") if hasattr(self, "cleaned_data") else None
        pairs = [
            (name, value) for name in self.fields if name != "token" for value in self._of(name)
        ]
        return [*pairs, ("token", str(token or self.data.get("token", "")))]

    def _of(self, name: str) -> list[str]:
        """Give every value sent under a name: a choice of several sends several."""
        if isinstance(self.data, QueryDict):
            return [str(value) for value in self.data.getlist(name)] or [""]
        return [str(self.data.get(name, ""))]


class OpeningForm(BusinessForm):
    """Who wants an account, and what is agreed on."""

    document_type = forms.ChoiceField(label=gettext_lazy("Kind of document"))
    number = forms.CharField(label=gettext_lazy("ID number"), max_length=24)
    name = forms.CharField(label=pgettext_lazy("person", "Name"), max_length=80)
    birth_date = DayField(
        label=gettext_lazy("Date of birth"),
        required=False,
        help_text=gettext_lazy("only where the number does not tell it"),
    )
    sex = forms.ChoiceField(
        label=gettext_lazy("Sex"),
        required=False,
        choices=[("", gettext_lazy("by the number")), *Member._meta.get_field("sex").flatchoices],
    )
    phone = forms.CharField(label=gettext_lazy("Mobile phone"), max_length=11)
    category = forms.ChoiceField(
        label=gettext_lazy("Retirement series"),
        required=False,
        choices=[("", gettext_lazy("by default of the law")), *Member.Category.choices],
    )
    employment = forms.ChoiceField(
        label=gettext_lazy("Form of employment"), choices=Member.Employment.choices
    )
    occupation = forms.CharField(label=gettext_lazy("Occupation"), max_length=40, required=False)
    industry_chain = forms.CharField(
        label=gettext_lazy("Industry chain"), max_length=40, required=False
    )
    subsidy_category = forms.ChoiceField(
        label=gettext_lazy("Supported group"), choices=Member.SubsidyCategory.choices
    )
    left_school_date = DayField(
        label=gettext_lazy("Left school on"),
        required=False,
        help_text=gettext_lazy("graduates only; empty while still at school"),
    )
    first_time = forms.ChoiceField(
        label=gettext_lazy("First account in this city"), choices=_ANSWERS[1:], initial="yes"
    )
    own_labour_income = forms.ChoiceField(
        label=gettext_lazy("Lives on own labour"), choices=_ANSWERS, required=False
    )
    full_capacity = forms.ChoiceField(
        label=gettext_lazy("Full legal capacity"), choices=_ANSWERS, required=False, initial="yes"
    )
    works_in_area = forms.ChoiceField(
        label=gettext_lazy("Works in this area"), choices=_ANSWERS, required=False, initial="yes"
    )
    mode = forms.ChoiceField(label=gettext_lazy("Mode of contribution"))
    monthly_amount = YuanField(label=gettext_lazy("Monthly amount (yuan)"), required=False)
    bank = forms.CharField(label=gettext_lazy("Bank"), max_length=40)
    card = forms.CharField(label=gettext_lazy("Own debit card"), max_length=23)
    debit_day = forms.IntegerField(
        label=gettext_lazy("Debit day"),
        initial=10,
        min_value=1,
        max_value=28,
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
    )

    def __init__(self, *args: Any, book: PolicyBook, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.book = book
        self.fields["number"].widget.attrs["data-first"] = "yes"
        modes = modes_offered(book)
        papers = IdentityDocument._meta.get_field("document_type").flatchoices
        self._choices("document_type", list(papers))
        labels = dict(Agreement.Mode.choices)
        self._choices("mode", [(code, labels[code]) for code in modes if code in labels])

    def _choices(self, name: str, choices: list[Any]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices

    def clean_name(self) -> str:
        """Refuse what is no name; keep it as the paper prints it."""
        name = str(self.cleaned_data["name"])
        try:
            normal_name(name)
        except BadName as wrong:
            raise forms.ValidationError(
                _("“%(seen)s” is no name. Type it as the paper prints it, without titles or signs.")
                % {"seen": name},
                code="name",
            ) from wrong
        return name

    def clean_card(self) -> str:
        """Drop the blanks that cards print between their digits."""
        card = str(self.cleaned_data["card"]).replace(" ", "")
        if not (card.isascii() and card.isdigit() and 12 <= len(card) <= 19):
            raise forms.ValidationError(
                _("A card number has 12 to 19 digits; %(count)s were typed.")
                % {"count": len(card)},
                code="card",
            )
        return card

    def clean_phone(self) -> str:
        """Refuse what is no mobile number."""
        phone = str(self.cleaned_data["phone"])
        good = phone.isascii() and phone.isdigit() and len(phone) == 11 and phone[0] == "1"
        if not good or phone[1] in "012":
            raise forms.ValidationError(
                _("A mobile number has 11 digits and begins with 13 to 19."), code="phone"
            )
        return phone

    def clean(self) -> dict[str, Any]:
        """Read the number by its kind; ask for birth and sex where it does not tell them."""
        data = super().clean() or {}
        kind, number = data.get("document_type"), data.get("number")
        if kind and number:
            try:
                told = read_document(DocumentType(kind), str(number).strip().upper())
            except BadDocumentNumber:
                self.add_error("number", self._why_wrong(DocumentType(kind), str(number)))
            else:
                data["number"] = told.number
                if told.birth_date is None and not data.get("birth_date"):
                    self.add_error("birth_date", _("This number does not tell it: type it."))
                if told.sex is None and not data.get("sex"):
                    self.add_error("sex", _("This number does not tell it: choose it."))
        graduate = data.get("subsidy_category") == Member.SubsidyCategory.GRADUATE
        if data.get("left_school_date") and not graduate:
            self.add_error("left_school_date", _("Only graduates have one: leave it empty."))
        return data

    def _why_wrong(self, kind: DocumentType, number: str) -> str:
        """Say in the reader's language what is wrong with a number."""
        facts = IdentityFacts(document_type=kind, number=number.strip().upper())
        decision = decide_identity(facts, self.book.fresh(self.book.on))
        return " ".join(describe_reason(reason) for reason in decision.refusals)

    def applicant(self) -> Applicant:
        """Give the declaration in the form the service takes."""
        data = self.cleaned_data
        return Applicant(
            name=data["name"],
            document_type=DocumentType(data["document_type"]),
            number=data["number"],
            birth_date=data["birth_date"],
            sex=Sex(data["sex"]) if data["sex"] else None,
            phone=data["phone"],
            category=RetirementCategory(data["category"]) if data["category"] else None,
            employment=data["employment"],
            occupation=data["occupation"],
            industry_chain=data["industry_chain"],
            subsidy_category=data["subsidy_category"],
            left_school_date=data["left_school_date"],
            first_time=data["first_time"] == "yes",
            own_labour_income=_flag(data["own_labour_income"]),
            full_capacity=_flag(data["full_capacity"]),
            works_in_area=_flag(data["works_in_area"]),
        )

    def terms(self) -> Terms:
        """Give what is agreed on in the form the service takes."""
        data = self.cleaned_data
        return Terms(
            mode=ContributionMode(data["mode"]),
            monthly_amount_fen=data["monthly_amount"],
            bank=data["bank"],
            card=data["card"],
            debit_day=data["debit_day"],
        )


class DepositForm(BusinessForm):
    """An amount paid in."""

    amount = SumField(label=gettext_lazy("Amount (yuan)"))


class AgreementForm(BusinessForm):
    """What is agreed on from next month: mode and amount."""

    mode = forms.ChoiceField(label=gettext_lazy("Mode of contribution"))
    monthly_amount = YuanField(label=gettext_lazy("Monthly amount (yuan)"), required=False)

    def __init__(self, *args: Any, book: PolicyBook, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        modes = modes_offered(book)
        labels = dict(Agreement.Mode.choices)
        field = self.fields["mode"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(code, labels[code]) for code in modes if code in labels]


class UnsealForm(BusinessForm):
    """The monthly amount agreed on when an account is unsealed."""

    monthly_amount = YuanField(label=gettext_lazy("Monthly amount (yuan)"), required=False)


def modes_offered(book: PolicyBook) -> tuple[str, ...]:
    """Give the modes of contribution that the centre's law offers on the book's day."""
    return tuple(book.choices("contribution.modes")) if book.in_force else ()


def _flag(answer: str) -> bool | None:
    return {"yes": True, "no": False}.get(answer)
