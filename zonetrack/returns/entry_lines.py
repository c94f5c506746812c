"""The lines of the form of a return: one for each figure, with what the checks found in it.

They are written here and not by a template, because the form is the page asked for most often.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from zonetrack import entering
from zonetrack.checking import LEVELS, Finding, Level
from zonetrack.lists.returned import Measure, told
from zonetrack.punctuation import colon
from zonetrack.records import count_field, money_field
from zonetrack.templatetags.states import ICON, filled

from .entry_sent import WHY

# The helps of figures that need none of their own.
OF_EVERY_FIGURE = (money_field("").help_text, count_field("").help_text)


@dataclass(frozen=True)
class Asked:
    """What a check found, as it stands beside a figure; `reason` is typed or was given before."""

    finding: Finding
    reason: str = ""
    is_explained: bool = False

    @property
    def key(self) -> str:
        return f"{WHY}{self.finding.check.key}"

    @property
    def is_error(self) -> bool:
        return self.finding.level == Level.ERROR

    @property
    def told(self) -> str:
        """What was found, where it stands away from its figure."""
        return told(self.finding)

    @property
    def word(self) -> str:
        return str(LEVELS[self.finding.level]) if self.is_open else _("Explained")

    @property
    def is_open(self) -> bool:
        return self.is_error or not self.is_explained

    def html(self, is_locked: bool) -> SafeString:
        """What was found, and below it the reason or the place for one."""
        icon, look = ("watch", "msg-watch") if self.is_open else ("met", "")
        if self.is_error:
            icon, look = "missed", "msg-bad"
        return filled(
            FOUND,
            key=self.key,
            look=look,
            icon=filled(ICON, icon),
            word=colon(self.word),
            sentence=self.finding.sentence,
            answer=self.answer(is_locked),
        )

    def answer(self, is_locked: bool) -> SafeString | str:
        if self.is_error:
            return ""
        if not is_locked:
            words = _("If the figure is right, say why")
            return filled(REASON, key=self.key, words=words, reason=self.reason)
        if not self.reason:
            return "\n\n\n"
        return filled(GIVEN, colon(_("Reason")), self.reason)


@dataclass(frozen=True)
class Line:
    """One figure: `text` is what stands in its input, `was` what is stored."""

    measure: Measure
    earlier: list[str]
    text: str
    was: str
    shown: str
    change: str
    error: str = ""
    asked: list[Asked] = field(default_factory=list)
    is_locked: bool = False

    @property
    def hint(self) -> str:
        """What the figure counts, where its help says more than every figure's does."""
        stored = entering.PART_OF[self.measure.name]._meta.get_field(self.measure.name)
        return "" if stored.help_text in OF_EVERY_FIGURE else str(stored.help_text)

    @property
    def is_bad(self) -> bool:
        return bool(self.error) or any(one.is_error for one in self.asked)

    @property
    def is_asked(self) -> bool:
        return any(one.is_open for one in self.asked)

    @property
    def html(self) -> SafeString:
        """The row of the table."""
        name, hint = self.measure.name, self.hint
        places = ("wide", *["last"] * (len(self.earlier) - 1))
        return filled(
            ROW,
            name=name,
            look="has-error" if self.is_bad else "has-warning" if self.is_asked else "",
            head=self.measure.head,
            hint=filled(HINT, name, hint) if hint else "",
            earlier=joined(
                filled(EARLIER, place, value)
                for place, value in zip(places, self.earlier, strict=True)
            ),
            entry=filled(OUTPUT, name, self.shown) if self.is_locked else self.entry(hint),
            error=filled(ERROR, name, MISSED, self.error) if self.error else "",
            asked=joined(one.html(self.is_locked) for one in self.asked),
            change=self.change,
        )

    def entry(self, hint: str) -> SafeString:
        own = {f"hint-{self.measure.name}": hint, f"error-{self.measure.name}": self.error}
        told_in = [key for key, words in own.items() if words]
        told_in += [f"msg-{one.key}" for one in self.asked]
        more = {
            "data-was": self.was if self.text != self.was else None,
            "aria-describedby": " ".join(told_in) or None,
            "aria-invalid": "true" if self.is_bad else None,
        }
        shown = {key: value for key, value in more.items() if value is not None}
        return filled(
            INPUT,
            name=self.measure.name,
            text=self.text,
            more=joined(filled(' {}="{}"', key, value) for key, value in shown.items()),
        )


def joined(parts: Iterable[SafeString]) -> SafeString:
    return mark_safe("".join(parts))


# How the parts are written; lines that are empty without an error or a check stand there.
MISSED = filled(ICON, "missed")
ROW = """
      <tr class="{look}">
        <th scope="row"><label for="id_{name}">{head}</label>{hint}</th>
        {earlier}
        <td class="cell-input">
          {entry}
          {error}
          {asked}
        </td>
        <td class="num wide">{change}</td>
      </tr>
      """
HINT = '<span class="hint" id="hint-{}">{}</span>'
EARLIER = '<td class="num {}">{}</td>'
OUTPUT = '<output id="id_{}" class="entered">{}</output>\n          '
INPUT = (
    '<input class="num-input" type="text" inputmode="decimal" autocomplete="off" id="id_{name}" '
    'name="{name}" value="{text}"{more}>'
)
ERROR = '<p class="msg msg-bad" id="error-{}">{}\n<span>{}</span></p>'
FOUND = """
<p class="msg {look}" id="msg-{key}">{icon}
<span><strong>{word}</strong>{sentence}</span></p>
{answer}
"""
GIVEN = '\n<p class="msg"><span><strong>{}</strong>{}</span></p>\n\n'
REASON = """
<div class="why">
  <label for="id_{key}">{words}</label>
  <textarea id="id_{key}" name="{key}" rows="2" maxlength="500" \
aria-describedby="msg-{key}">{reason}</textarea>
</div>
"""
