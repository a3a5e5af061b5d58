"""One series sampled at 10 s, 1 min, 5 min and 1 h: do the alarms agree?

Generated series (seeded: the same every time) of three weeks with a few faults that last three to
eleven hours, averaged alike for each sampling and replayed as one file each. An alarm is a run of
anomalous rows. It agrees if each of the other samplings has one within one coarse period.

  sampling.agree         share of all alarms that agree
  sampling.agree_<P>s    the same of one sampling
  sampling.found_<P>s    share of the faults found within two hours
  sampling.false_<P>s    alarms outside faults and the two hours after them, per series and day
"""

import math
import random
from collections import namedtuple
from datetime import datetime, timedelta, timezone

import run_inkling
import verdicts

PERIODS = (10, 60, 300, 3600)
STEP = PERIODS[0]
COARSE = PERIODS[-1]
DAYS = 24
FIRST_FAULT_DAY = 10
FAULTS = 2
SERIES = 12
DAY = 86400 // STEP
START = datetime(2024, 1, 1, tzinfo=timezone.utc)

Fault = namedtuple("Fault", "begin end factor")  # seconds
Alarm = namedtuple("Alarm", "period time")


def make_faults(dice):
    free = (DAYS - FIRST_FAULT_DAY) * DAY / FAULTS
    faults = []
    for number in range(FAULTS):
        begin = int(FIRST_FAULT_DAY * DAY + (number + 0.4 * dice.random()) * free)
        length = int(dice.uniform(3 * COARSE, 11 * COARSE)) // STEP
        factor = dice.uniform(1.3, 2.5) if dice.random() < 0.6 else dice.uniform(0.2, 0.75)
        faults.append((begin, begin + length, factor))
    return faults


def make_series(number):
    """([value every 10 s], [Fault]): steady or with a daily rhythm, with two kinds of noise."""
    dice = random.Random(f"sampling {number}")
    base = math.exp(dice.uniform(2, 5))
    daily = dice.uniform(0.2, 0.5) if number % 2 else 0.0
    second = 0.3 * daily if number % 6 == 5 else 0.0
    phase = dice.uniform(0, DAY)
    white = dice.uniform(0.02, 0.08)
    slow = dice.uniform(0.01, 0.03) if number % 6 >= 2 else 0.0
    skewed = number % 6 == 4
    faults = make_faults(dice)
    values = []
    level = 0.0
    for step in range(DAYS * DAY):
        level = 0.995 * level + 0.09987 * dice.gauss(0, 1)
        turn = 2 * math.pi * (step + phase) / DAY
        value = base * (1 + daily * math.sin(turn) + second * math.sin(2 * turn)) * (1 + slow * level)
        noise = white * dice.gauss(0, 1)
        value *= math.exp(3 * noise) if skewed else 1 + noise
        for begin, end, factor in faults:
            if begin <= step < end:
                value *= factor
        values.append(value)
    return values, [Fault(begin * STEP, end * STEP, factor) for begin, end, factor in faults]


def write(path, values, period):
    width = period // STEP
    with open(path, "w", encoding="utf-8") as file:
        file.write("timestamp,value\n")
        for first in range(0, len(values) - width + 1, width):
            time = START + timedelta(seconds=first * STEP)
            mean = math.fsum(values[first:first + width]) / width
            file.write(f"{time:%Y-%m-%d %H:%M:%S},{mean:.6g}\n")


def alarms_of(values, period):
    """Seconds from the start at which runs of anomalous rows begin."""
    with run_inkling.Workspace() as folder:
        write(folder / "series.csv", values, period)
        times = run_inkling.anomalous_times("series.csv", cwd=folder)
    found = []
    before = None
    for time in times:
        second = round(verdicts.seconds(time) - START.timestamp())
        if before is None or second - before > period:
            found.append(second)
        before = second
    return found


def agrees(alarm, others):
    return all(any(abs(alarm.time - time) <= COARSE for time in others[period])
               for period in PERIODS)


def share(part, whole):
    return part / whole if whole else 0.0


def figures(results):
    """Of [({period: [seconds]}, [Fault])], one for each series."""
    alarms = {period: [] for period in PERIODS}
    agreed = dict.fromkeys(PERIODS, 0)
    found = dict.fromkeys(PERIODS, 0)
    false = dict.fromkeys(PERIODS, 0)
    for by_period, faults in results:
        for period in PERIODS:
            for time in by_period[period]:
                alarms[period].append(time)
                agreed[period] += agrees(Alarm(period, time), by_period)
                false[period] += not any(fault.begin - period <= time <= fault.end + 2 * COARSE
                                         for fault in faults)
            for fault in faults:
                found[period] += any(fault.begin - period <= time <= fault.begin + 2 * COARSE
                                     for time in by_period[period])
    faults = sum(len(faults) for _, faults in results)
    days = len(results) * DAYS
    named = [("sampling.agree", share(sum(agreed.values()), sum(map(len, alarms.values()))))]
    for period in PERIODS:
        named.append((f"sampling.agree_{period}s", share(agreed[period], len(alarms[period]))))
        named.append((f"sampling.found_{period}s", share(found[period], faults)))
        named.append((f"sampling.false_{period}s", share(false[period], days)))
    return named


def score(_directory):
    """[(figure, value)]; no data is read."""

    def one(number):
        values, faults = make_series(number)
        return {period: alarms_of(values, period) for period in PERIODS}, faults

    return figures(run_inkling.for_all(one, range(SERIES)))
