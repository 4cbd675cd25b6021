"""Who may import whom: floors downward, slices only by their open sides, and never in a circle."""

from tests.house.source import DOORS, GROUND, PRIVATE, SHARED, floor, imports, slice_of, slices


def test_core_knows_no_slice_and_no_page() -> None:
    wrong = [
        (module, target)
        for module, targets in imports().items()
        for target in targets
        if module.startswith("backend.core") and (slice_of(target) or target.startswith("accessibility"))
    ]
    assert not wrong


def test_accessibility_knows_no_slice() -> None:
    assert not [(m, t) for m, ts in imports().items() for t in ts if m.startswith("accessibility") and slice_of(t)]


def test_a_slice_reaches_another_only_by_its_open_sides() -> None:
    wrong = []
    for module, targets in imports().items():
        for target in targets:
            here, there = slice_of(module), slice_of(target)
            if here and there and here != there and floor(target) not in SHARED:
                wrong.append((module, target))
    assert not wrong


def test_what_is_private_stays_private() -> None:
    wrong = [
        (module, target)
        for module, targets in imports().items()
        for target in targets
        if floor(target) in PRIVATE and slice_of(target) and slice_of(module) not in (None, slice_of(target))
    ]
    assert not wrong


def test_the_ground_floor_never_looks_up() -> None:
    upper = set(slices()) - set(GROUND)
    assert not [(m, t) for m, ts in imports().items() for t in ts if slice_of(m) in GROUND and slice_of(t) in upper]


def test_only_doors_know_the_web() -> None:
    wrong = [
        (module, target)
        for module, targets in imports().items()
        for target in targets
        if slice_of(module) and floor(module) not in DOORS and target.split(".")[0] in {"litestar", "minijinja"}
    ]
    assert not wrong


def test_only_pages_know_the_design_system() -> None:
    wrong = [
        (module, target)
        for module, targets in imports().items()
        for target in targets
        if slice_of(module) and floor(module) != "pages" and target.startswith("accessibility")
    ]
    assert not wrong


def test_rules_need_nothing_but_the_standard_library_and_their_schemas() -> None:
    outside = {"litestar", "piccolo", "asyncpg", "msgspec", "redis", "httpx"}
    wrong = []
    for module, targets in imports().items():
        if slice_of(module) and floor(module) == "rules":
            for target in targets:
                own = target.startswith(f"backend.{slice_of(module)}.") and floor(target) in {"schemas", "rules"}
                words = target in {"backend.core.words.N_"} or target.startswith("backend.core.clock")
                if target.split(".")[0] in outside or (target.startswith("backend.") and not own and not words):
                    wrong.append((module, target))
    assert not wrong


def test_slices_do_not_import_in_a_circle() -> None:
    edges: dict[str, set[str]] = {name: set() for name in slices()}
    for module, targets in imports().items():
        for target in targets:
            here, there = slice_of(module), slice_of(target)
            if here and there and here != there:
                edges[here].add(there)

    def reaches(start: str, goal: str, seen: set[str]) -> bool:
        return any(n == goal or (n not in seen and reaches(n, goal, seen | {n})) for n in edges.get(start, ()))

    assert not [name for name in edges if reaches(name, name, {name})]


def test_nothing_reads_the_environment_but_settings_and_the_start() -> None:
    allowed = {"backend.settings", "backend.__main__"}
    wrong = [m for m, ts in imports().items() if any(t in {"os.environ", "os.getenv"} for t in ts) and m not in allowed]
    assert not wrong
