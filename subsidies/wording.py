"""What the reasons and warnings of the subsidy rules say to a person."""

from django.utils.translation import gettext_lazy as _

REASONS = {
    "no_scheme": _("This centre pays no such subsidy."),
    "subsidy_first_time": _("The member joins the fund in this city for the first time."),
    "subsidy_not_first_time": _(
        "The member had a fund account in this city before; only who joins for the first time "
        "earns the subsidy."
    ),
    "subsidy_mode": _("Contributing “%(mode)s” earns the subsidy."),
    "subsidy_mode_excluded": _(
        "Contributing “%(mode)s” does not earn the subsidy here; change the agreement to earn it."
    ),
    "subsidy_months": _("%(months)s full months are contributed; %(required)s are needed."),
    "subsidy_not_stopped": _("Nothing has ended the subsidy."),
    "subsidy_stop_event": _("“%(event)s” on %(date)s has ended the subsidy for good."),
    "subsidy_no_gap": _("The months are contributed without a gap."),
    "subsidy_gap": _("Nothing is contributed for %(month)s; the gap has ended the subsidy."),
    "subsidy_ends_pro_rata": _(
        "“%(event)s” on %(date)s ends the subsidy; it is paid up to that day."
    ),
    "subsidy_cap": _("%(credited)s yuan are credited so far, of at most %(limit)s yuan."),
    "subsidy_years": _("%(credited)s annual credits are given so far, of at most %(limit)s."),
    "stopped": _("The limit is used up: %(credited)s of %(limit)s; no more subsidy is paid."),
    "subsidy_formula": _(
        "%(base)s yuan count, at %(rate)s %% a year: %(amount)s yuan before any limit."
    ),
    "opening_subsidy_category": _(
        "Supported group: “%(category)s”; graduates and talents may have the opening subsidy."
    ),
    "opening_subsidy_graduate_years": _(
        "Left school on %(left)s and opened on %(opened)s; at most %(years)s years may lie between."
    ),
    "opening_subsidy_first_time": _("The account is the member's first."),
    "opening_subsidy_not_first_time": _(
        "The member had an account before; only the first opening has the subsidy."
    ),
    "opening_subsidy_months": _("%(months)s full months are contributed; %(required)s are needed."),
    "opening_subsidy_once": _("The opening subsidy has not been granted before."),
    "opening_subsidy_granted_before": _(
        "The opening subsidy has been granted before; each person gets it once."
    ),
}

WARNINGS = {
    "subsidy_other_reading": _(
        "The text can be read in two ways. “%(reading)s” gives %(amount)s yuan; “%(other)s” would "
        "give %(other_amount)s yuan."
    ),
    "subsidy_cut_to_cap": _(
        "%(earned)s yuan are earned; the lifetime limit leaves %(paid)s yuan to pay."
    ),
}
