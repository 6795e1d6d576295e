"""A city's reference data as read from its files and from what all cities share: one set, and all that is wrong with it at once."""

from collections.abc import Iterator
from pathlib import Path

from pipelines.base.errors import CityError
from pipelines.base.strict import Model, load, twice
from pipelines.reference_model import FILES, Categories, Divisions, Indicators, Reference, Targets, Title, Titles


def load_reference(folder: Path) -> Reference:
    """The files of a city's reference folder, with the titles and indicators of `national` beside it.

    Raises CityError with all problems of all files at once, each naming file, key and mend.
    """
    if not folder.is_dir():
        raise CityError(f"{folder}: no reference data of this city. Add the folder with a divisions.yaml, as another city has.")
    problems: list[str] = []
    national = folder.parent / "national"
    divisions = _read(Divisions, folder, problems, is_needed=True)
    shared, own = _read(Titles, national, problems), _read(Titles, folder, problems)
    categories = _read(Categories, folder, problems)
    common, indicators = _read(Indicators, national, problems), _read(Indicators, folder, problems)
    targets = _read(Targets, folder, problems)
    problems += [
        f"{_shown(path)}: is no file of reference data. Use one of {', '.join(f'{name}.yaml' for name in FILES)}."
        for path in sorted(folder.glob("*.y*ml")) if path.suffix != ".yaml" or path.stem not in FILES
    ]  # fmt: skip
    titles = _together(shared or Titles(), own or Titles(), divisions.city.province if divisions else "", folder, problems)
    for found, key, what in ((indicators, "indicators", "indicator"), (targets, "targets", "target")):
        problems += twice([(one.id, _shown(folder / f"{key}.yaml")) for one in getattr(found, key, ())], what)
    problems += _of_categories(categories or Categories(), _shown(folder / "categories.yaml"))
    if problems or divisions is None:
        raise CityError("\n".join(problems))
    return Reference(divisions, titles, categories or Categories(), indicators or common or Indicators(), targets or Targets())


def _read(model: type[Model], folder: Path, problems: list[str], *, is_needed: bool = False) -> Model | None:
    """A file by its model; one that may be missing and is, is None without a word."""
    name = next(name for name, of in FILES.items() if of is model)
    path = folder / f"{name}.yaml"
    return load(model, path, _shown(path), problems) if is_needed or path.exists() else None


def _together(shared: Titles, own: Titles, province: str, folder: Path, problems: list[str]) -> Titles:
    """The titles of every city, those of its province and its own; its ladder and words of renewal where it has some, else those of all."""
    file, national = _shown(folder / "titles.yaml"), _shown(folder.parent / "national" / "titles.yaml")
    of_all = [title for title in shared.titles if not title.provinces or province in title.provinces]
    problems += twice([(title.list_name, national) for title in shared.titles], "list")
    problems += twice([(title.list_name, file) for title in own.titles], "list")
    known = {title.list_name for title in of_all}
    again = [title.list_name for title in own.titles if title.list_name in known]
    problems += [f"{file}, title {name}: stands in {national}, for every city. Take it out here; words of it go there." for name in again]
    titles = [*of_all, *(title for title in own.titles if title.list_name not in known)]
    problems += _words_of_two(titles, file if own.titles else national)
    given = {(title.list_name, level) for title in titles for level in title.levels}
    for rung in own.ladder:
        for one in rung.titles:
            if (one.list_name, one.level) not in given:
                problems.append(f"{file}, ladder, rung {rung.rung}: {one.list_name} {one.level} is no title of the lists. Correct it.")
    ladder = own.ladder or [rung for rung in shared.ladder if rung.is_listing or any((one.list_name, one.level) in given for one in rung.titles)]
    return Titles(titles=titles, confirms=own.confirms or shared.confirms, ladder=ladder)


def _words_of_two(titles: list[Title], file: str) -> Iterator[str]:
    """What no entry can see: words that name two lists."""
    named: dict[str, str] = {}
    for word, list_name in _words(titles):
        if named.setdefault(word, list_name) != list_name:
            yield f"{file}, title {list_name}, words: {word} names {named[word]} as well. Leave it to one of them."


def _of_categories(found: Categories, file: str) -> Iterator[str]:
    yield from twice([(one.category, file) for one in found.categories], "category")
    named: dict[str, str] = {}
    for word, category in _category_words(found):
        if named.setdefault(word, category) != category:
            yield f"{file}, category {category}, words: {word} names {named[word]} as well. Leave it to one of them."


def title_words(reference: Reference) -> dict[str, str]:
    """Each word a list is called by → the list: its title, the words its entry gives, what it was called, its id."""
    return dict(_words(reference.titles.titles))


def title_names(reference: Reference) -> dict[str, dict[str, str]]:
    """What each list is called, by language: {"zh": {"cmmi": "CMMI"}, "en": …}."""
    titles = reference.titles.titles
    return {
        "zh": {title.list_name: title.title for title in titles},
        "en": {title.list_name: title.title_en or title.title for title in titles},
    }


def category_words(reference: Reference) -> dict[str, str]:
    """Each word a category is called by → the category: its title, the words its entry gives, its id."""
    return dict(_category_words(reference.categories))


def _words(titles: list[Title]) -> Iterator[tuple[str, str]]:
    for title in titles:
        named = [name.name for name in title.names]
        yield from ((word, title.list_name) for word in (title.title, *title.words, *named, title.list_name))


def _category_words(found: Categories) -> Iterator[tuple[str, str]]:
    for one in found.categories:
        yield from ((word, one.category) for word in (one.title, *one.words, one.category))


def _shown(path: Path) -> str:
    """`wuxi/titles.yaml`, as `softcity check` names policy files."""
    return f"reference/{path.parent.name}/{path.name}"
