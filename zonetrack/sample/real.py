"""The real sample zones: what one article and other published sources say, and nothing else.

The files in `data` name a source for every figure. A year that a register asks for and no source
gives (an enterprise in a park, a park in a zone) is the year of the source; the note says so.
"""

import csv
from collections import Counter
from datetime import datetime
from pathlib import Path

from enterprises.models import (
    Enterprise,
    EnterpriseName,
    Institution,
    KeyMark,
    Location,
    Park,
    Title,
    Zone,
    ZonePark,
)
from rd_centers.models import Center, CenterPartner, StageEvent
from zonetrack import writing
from zonetrack.projects.models import Achievement, Cooperation, CooperationPartner
from zonetrack.published.models import PublishedFigure, Source
from zonetrack.reference_lists import load_reference_lists
from zonetrack.targets.models import Target, TargetRevision
from zonetrack.years.models import ReportingYear

DATA = Path(__file__).parent / "data"
# The zone the article is about.
ARTICLE_ZONE = "xining-etdz"


def rows_of(name: str) -> list[dict[str, str]]:
    with (DATA / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@writing.together()
def load_samples(*, at: datetime) -> Counter:
    """Add the real zones, closed at the time given; answers how many rows were created or there.

    What is there already stays as it is, so that loading again changes nothing.
    """
    load_reference_lists()
    return Loading(at=at).load()


class Loading:
    """One pass over the files, with the places and names found so far."""

    def __init__(self, *, at: datetime):
        self.at = at
        self.counts = Counter(created=0, unchanged=0)

    def load(self) -> Counter:
        self.load_land()
        self.load_enterprises()
        self.load_centers()
        self.load_titles_and_marks()
        self.load_results()
        self.load_published()
        self.load_targets()
        self.close_years()
        return self.counts

    def put(self, model, known_by: dict, **values):
        """The row known by some of its columns, stored if it is not there yet."""
        found = model.objects.filter(**known_by).first()
        if found:
            self.counts["unchanged"] += 1
            return found
        row = model(**known_by, **values)
        row.full_clean()
        writing.save(row, reason="Sample data")
        self.counts["created"] += 1
        return row

    def load_land(self):
        self.zones = {}
        for row in rows_of("zones"):
            key = row.pop("key")
            self.zones[key] = self.put(Zone, {"key": key}, **row)
        self.unstated = {
            zone.key: Park.objects.get(home_zone=zone, is_unstated=True)
            for zone in self.zones.values()
        }
        self.parks = {}
        for row in rows_of("parks"):
            key, home = row.pop("key"), self.zones[row.pop("home_zone")]
            self.parks[key] = self.put(Park, {"key": key}, home_zone=home, **row)
        for row in rows_of("zone_parks"):
            known_by = {"zone": self.zones[row["zone"]], "park": self.parks[row["park"]]}
            self.put(ZonePark, known_by, from_year=int(row["from_year"]))

    def park_of(self, row: dict[str, str]) -> Park:
        """The park a row names, else the zone's "park not stated"."""
        name = row["park"]
        return self.parks[name] if name else self.unstated[row.get("zone", ARTICLE_ZONE)]

    def load_enterprises(self):
        self.enterprises, self.homes = {}, {}
        for row in rows_of("enterprises"):
            enterprise = self.put(
                Enterprise,
                {"name_zh": row["name_zh"]},
                name_en=row["name_en"],
                no_code_reason="Not in the sources / 来源中未见",
                uncertain_name=bool(row["uncertain"]),
                field_id=row["field"],
                parent=self.enterprises.get(row["parent"]),
                note=both(row),
            )
            park = self.park_of(row)
            # No yearly returns exist of these; none is expected.
            values = {"from_year": int(row["from_year"]), "reports": False}
            self.put(Location, {"enterprise": enterprise, "park": park}, **values)
            self.enterprises[row["key"]], self.homes[row["key"]] = enterprise, park
        for row in rows_of("other_names"):
            enterprise = self.enterprises[row["enterprise"]]
            known_by = {"enterprise": enterprise, "name": row["name"]}
            self.put(EnterpriseName, known_by, kind=row["kind"])
        self.institutions = {
            row["name_en"]: self.put(Institution, {"name_zh": row.pop("name_zh")}, **row)
            for row in rows_of("institutions")
        }

    def load_centers(self):
        for row in rows_of("centers"):
            center = self.put(
                Center,
                {"name_zh": row["name_zh"], "park": self.unstated[ARTICLE_ZONE]},
                name_en=row["name_en"],
                kind_id=row["kind"],
                field_id=row["field"],
                note=both(row),
            )
            stage, year = StageEvent.Stage[row["stage"]], int(row["year"])
            self.put(StageEvent, {"center": center, "stage": stage, "year": year})
            if row["partner"]:
                partner = self.institutions[row["partner"]]
                self.put(CenterPartner, {"center": center, "institution": partner})

    def load_titles_and_marks(self):
        for row in rows_of("titles"):
            key = row["enterprise"]
            known_by = {
                "kind_id": row["kind"],
                "enterprise": self.enterprises.get(key),
                "park": self.homes[key] if key else self.park_of(row),
                "awarded_year": int(row["awarded_year"]),
            }
            self.put(
                Title,
                filled(known_by),
                batch=row["batch"],
                document_no=row["document_no"],
                subject=row["subject"],
                review_due_on=row["review_due_on"] or None,
                note=both(row),
            )
        for row in rows_of("key_marks"):
            known_by = {"enterprise": self.enterprises[row["enterprise"]], "year": int(row["year"])}
            self.put(KeyMark, known_by, park=self.homes[row["enterprise"]], note=row["note"])

    def load_results(self):
        unstated = self.unstated[ARTICLE_ZONE]
        for row in rows_of("achievements"):
            known_by = {"name_zh": row["name_zh"], "park": unstated, "year": int(row["year"])}
            values = {"name_en": row["name_en"], "field_id": row["field"], "note": both(row)}
            self.put(Achievement, known_by, **values)
        for row in rows_of("cooperation"):
            cooperation = self.put(
                Cooperation,
                {"name_zh": row["name_zh"], "park": unstated},
                name_en=row["name_en"],
                kind=row["kind"],
                field_id=row["field"],
                signed_year=int(row["signed_year"]),
                note=both(row),
            )
            partner = self.institutions[row["partner"]]
            self.put(CooperationPartner, {"cooperation": cooperation, "institution": partner})

    def load_published(self):
        sources = {}
        for row in rows_of("sources"):
            tag, day = row.pop("tag"), row.pop("published_on")
            sources[tag] = self.put(Source, {"tag": tag}, published_on=day or None, **row)
        for row in rows_of("published_figures"):
            known_by = {
                "zone": self.zones[row["zone"]],
                "indicator": row["indicator"],
                "year": int(row["year"]),
                "period": row["period"],
                "source": sources[row["source"]],
            }
            self.put(
                PublishedFigure,
                known_by,
                month=row["month"] or None,
                value=row["value"],
                certainty=row["certainty"],
                note_en=row["note_en"],
                note_zh=row["note_zh"],
            )

    def load_targets(self):
        for row in rows_of("targets"):
            for year in range(int(row["from_year"]), int(row["to_year"]) + 1):
                self.put_target(row, year)

    def put_target(self, row: dict[str, str], year: int):
        words = ("text_en", "text_zh", "note_en", "note_zh", "pace")
        target = self.put(
            Target,
            {"zone": self.zones[ARTICLE_ZONE], "indicator": row["indicator"], "year": year},
            value=row["value"] or None,
            **{name: row[name] for name in words},
        )
        TargetRevision.objects.get_or_create(
            target=target, number=0, defaults={"value": target.value, "at": self.at}
        )

    def close_years(self):
        for row in rows_of("reporting_years"):
            for year in range(int(row["first"]), int(row["last"]) + 1):
                known_by = {"zone": self.zones[row["zone"]], "year": year}
                self.put(ReportingYear, known_by, closed_at=self.at)


def both(row: dict[str, str]) -> str:
    """A note in both languages, for columns that have room for one text."""
    return "\n".join(filter(None, [row["note_en"], row["note_zh"]]))


def filled(known_by: dict) -> dict:
    return {name: value for name, value in known_by.items() if value is not None}
