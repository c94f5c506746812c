"""Reading and sending the admin's forms as a browser does."""

from html.parser import HTMLParser

from django.urls import reverse


def url_of(model, page, *args):
    opts = model._meta
    return reverse(f"admin:{opts.app_label}_{opts.model_name}_{page}", args=args)


def list_url(model):
    return url_of(model, "changelist")


def add_url(model):
    return url_of(model, "add")


def change_url(record):
    return url_of(type(record), "change", record.pk)


class Fields(HTMLParser):
    """The values a form would send: of inputs, text areas and selected options."""

    def __init__(self):
        super().__init__()
        self.values, self.area, self.select = {}, None, None

    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        name, value = attributes.get("name"), attributes.get("value") or ""
        kind = attributes.get("type", "text")
        if tag == "input" and name and kind not in ("submit", "button"):
            if kind not in ("checkbox", "radio"):
                self.values[name] = value
            elif "checked" in attributes:
                self.values[name] = value or "on"
        elif tag == "textarea":
            self.area, self.values[name] = name, ""
        elif tag == "select":
            self.select = name
        elif tag == "option" and self.select and "selected" in attributes:
            self.values[self.select] = value

    def handle_endtag(self, tag):
        if tag == "textarea":
            self.area = None
        elif tag == "select":
            self.select = None

    def handle_data(self, data):
        if self.area:
            self.values[self.area] += data.removeprefix("\n")


def fields_of(page) -> dict[str, str]:
    """Names and values of all inputs of a page, without those of rows that a script would copy."""
    parser = Fields()
    parser.feed(page.content.decode())
    return {name: value for name, value in parser.values.items() if "__prefix__" not in name}


def opened(client, url) -> dict[str, str]:
    page = client.get(url)
    assert page.status_code == 200, (url, page.status_code)
    return fields_of(page)


def post_change(client, url, **typed):
    """Open a form, type something, send it."""
    return client.post(url, opened(client, url) | typed)


class Names(HTMLParser):
    """Inputs of a page, and the ids that labels are for."""

    def __init__(self):
        super().__init__()
        self.inputs, self.labeled, self.inside = [], set(), 0

    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        if tag == "label":
            self.labeled.add(attributes.get("for"))
            self.inside += "for" not in attributes
        elif tag in ("input", "select", "textarea"):
            silent = attributes.get("type") in ("hidden", "submit", "button")
            if not silent and not self.inside and not attributes.get("aria-label"):
                self.inputs.append((attributes.get("id"), attributes.get("name")))

    def handle_endtag(self, tag):
        if tag == "label":
            self.inside = 0


def unnamed_inputs(page) -> list[str]:
    """Names of inputs that no label belongs to."""
    parser = Names()
    parser.feed(page.content.decode())
    return [name for key, name in parser.inputs if key not in parser.labeled]


def errors_of(page) -> str:
    """All messages of a form that came back, in one text."""
    assert page.status_code == 200, page.status_code
    form = page.context["adminform"].form
    lines = [str(error) for errors in form.errors.values() for error in errors]
    for formset in page.context["inline_admin_formsets"]:
        lines += [str(error) for error in formset.formset.non_form_errors()]
        for errors in formset.formset.errors:
            lines += [str(error) for found in errors.values() for error in found]
    return " | ".join(lines)
