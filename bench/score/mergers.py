"""Ways of merging skeletons into templates, compared on systems they were not chosen on.

Every merger groups every system (the message column), all systems one after the other in one table,
and generated streams. Then, for each way to part the systems into two halves, the merger with the
best mean of GA and FGA on one half is taken and its figures on the other half are those printed
as unseen; both halves take their turn.
"""

import itertools
import os
import random
import subprocess
from pathlib import Path

from run_inkling import ROOT, MissingData, ScoreError, find_folder
from templates import TABLE, group_f1, grouping_accuracy, is_layout, read_table

MERGERS = ["holes", "masks", "tree:0.4", "tree:0.5", "tree:0.6", "tree:0.7", "tree:0.8"]
STREAM_SEEDS = (1, 2, 3)
STREAM_LINES = 50_000
STREAM_TEMPLATES = 120


def program():
    path = os.environ.get("INKLING_MERGER_COMPARE")
    return Path(path or ROOT / "build" / "release" / "bench" / "detect" / "merger_compare")


def group(merger, lines):
    """The group of each line."""
    text = "".join(line.replace("\n", " ").replace("\r", " ") + "\n" for line in lines)
    try:
        done = subprocess.run([str(program()), merger], input=text.encode(), capture_output=True,
                              timeout=600, check=True)
    except FileNotFoundError as error:
        raise ScoreError(f"no program at {program()}: build merger_compare") from error
    groups = done.stdout.decode().split()
    if len(groups) != len(lines):
        raise ScoreError(f"{merger}: {len(groups)} groups for {len(lines)} lines")
    return groups


def word(rng, shortest=3, longest=9):
    return "".join(rng.choice("abcdefghijklmnoprstuvw")
                   for _ in range(rng.randint(shortest, longest)))


def make_stream(seed):
    """(lines, true templates): random texts with numbers, addresses, names, values and states.

    Frequencies are heavy-tailed. A state word says something: lines with another one are another
    template.
    """
    rng = random.Random(seed)
    names = [word(rng) for _ in range(400)]
    values = [word(rng) for _ in range(60)]
    slots = {
        "number": lambda: str(rng.randrange(100_000)),
        "address": lambda: ".".join(str(rng.randrange(256)) for _ in range(4)),
        "name": lambda: rng.choice(names),
        "value": lambda: rng.choice(values),
    }
    templates = []
    for _ in range(STREAM_TEMPLATES):
        tokens = [("word", word(rng)) for _ in range(rng.randint(3, 10))]
        for _ in range(rng.randint(0, 3)):
            kind = rng.choice(list(slots))
            place = rng.randint(1, len(tokens))
            tokens[place:place] = ([("word", word(rng) + "="), (kind, "")] if kind == "value"
                                   else [("word", rng.choice(["user", "for", "of"])), (kind, "")])
        states = [word(rng) for _ in range(rng.choice([1, 1, 1, 2, 4]))]
        place = rng.randint(1, len(tokens))
        templates += [tokens[:place] + [("word", state)] + tokens[place:] for state in states]
    weights = [1.0 / (1 + i) ** 1.2 for i in range(len(templates))]
    rng.shuffle(weights)
    lines, truth = [], []
    for index in rng.choices(range(len(templates)), weights, k=STREAM_LINES):
        text = " ".join(fixed if kind == "word" else slots[kind]()
                        for kind, fixed in templates[index])
        lines.append(text.replace("= ", "="))
        truth.append(index)
    return lines, truth


def mean(values):
    values = list(values)
    return sum(values) / len(values)


def leave_half_out(scores):
    """(GA, FGA) on unseen halves, and how often each merger was chosen.

    scores: {merger: {system: (ga, fga)}}.
    """
    systems = sorted(next(iter(scores.values())))
    unseen, chosen = [], {merger: 0 for merger in scores}
    for half in itertools.combinations(systems, len(systems) // 2):
        rest = [system for system in systems if system not in half]
        best = max(scores, key=lambda merger: mean(sum(scores[merger][s]) for s in half))
        chosen[best] += 1
        unseen.append(tuple(mean(scores[best][s][i] for s in rest) for i in (0, 1)))
    return tuple(mean(pair[i] for pair in unseen) for i in (0, 1)), chosen


def score(directory):
    folder = find_folder(directory, "loghub", is_layout)
    if folder is None:
        raise MissingData(f"no loghub/*/*{TABLE} in {directory}")
    systems = {}
    for path in sorted(folder.glob(f"*/*{TABLE}")):
        table = read_table(path)
        systems[path.name.removesuffix(TABLE).removesuffix("_2k")] = (
            [row["Content"] for row in table], [row["EventId"] for row in table])
    together = ([line for lines, _ in systems.values() for line in lines],
                [f"{name} {event}" for name, (_, truth) in systems.items() for event in truth])
    streams = [make_stream(seed) for seed in STREAM_SEEDS]
    figures, scores = [], {}
    for merger in MERGERS:
        def both(lines, truth):
            groups = group(merger, lines)
            return grouping_accuracy(groups, truth), group_f1(groups, truth)

        scores[merger] = {name: both(*data) for name, data in systems.items()}
        name = "templates.mergers." + merger.replace(":0.", "_")
        figures += [(f"{name}.{figure}", mean(pair[i] for pair in scores[merger].values()))
                    for i, figure in enumerate(("ga", "fga"))]
        figures += [(f"{name}.together_{figure}", value)
                    for figure, value in zip(("ga", "fga"), both(*together))]
        generated = [both(*stream) for stream in streams]
        figures += [(f"{name}.generated_{figure}", mean(pair[i] for pair in generated))
                    for i, figure in enumerate(("ga", "fga"))]
    (ga, fga), chosen = leave_half_out(scores)
    figures += [("templates.mergers.unseen_ga", ga), ("templates.mergers.unseen_fga", fga)]
    figures += [(f"templates.mergers.chosen.{merger.replace(':0.', '_')}", count)
                for merger, count in chosen.items() if count]
    return figures
