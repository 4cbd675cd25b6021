"""The verbs of a hall's day; the only writer of its tables."""

from backend.queues.service.calling import (
    NobodyWaits,
    StepRefused,
    call_next,
    come_back,
    customer,
    finish,
    hold,
    leave,
    miss,
    park,
    recall,
    start,
    write_note,
)
from backend.queues.service.counters import (
    CounterBusy,
    CounterClosed,
    CounterTaken,
    close_counter,
    counters,
    my_counter,
    open_counter,
    pause_counter,
    set_up_counter,
)
from backend.queues.service.counting import statistics
from backend.queues.service.foreseeing import foresee
from backend.queues.service.helping import (
    SomebodyGoes,
    answer_help,
    call_help,
    count_help,
    help_calls,
    ring,
    solve_help,
)
from backend.queues.service.leaving import leave_all, tickets_of, unname
from backend.queues.service.passing import add_service, serve_quick, transfer, undo_miss
from backend.queues.service.reading import board, position, waiting
from backend.queues.service.tickets import AlreadyWaiting, TooEarly, check_in, take_ticket
from backend.queues.service.visits import finished

__all__ = [
    "AlreadyWaiting",
    "CounterBusy",
    "CounterClosed",
    "CounterTaken",
    "NobodyWaits",
    "SomebodyGoes",
    "StepRefused",
    "TooEarly",
    "add_service",
    "answer_help",
    "board",
    "call_help",
    "call_next",
    "check_in",
    "close_counter",
    "come_back",
    "count_help",
    "counters",
    "customer",
    "finish",
    "finished",
    "foresee",
    "help_calls",
    "hold",
    "leave",
    "leave_all",
    "miss",
    "my_counter",
    "open_counter",
    "park",
    "pause_counter",
    "position",
    "recall",
    "ring",
    "serve_quick",
    "set_up_counter",
    "solve_help",
    "start",
    "statistics",
    "take_ticket",
    "tickets_of",
    "transfer",
    "undo_miss",
    "unname",
    "waiting",
    "write_note",
]
