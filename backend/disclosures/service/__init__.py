"""The verbs of disclosures."""

from backend.disclosures.service.answering import answer_question, open_question, open_questions
from backend.disclosures.service.asking import ask_about
from backend.disclosures.service.looking import one_disclosure, questions_of, who_looked

__all__ = [
    "answer_question",
    "ask_about",
    "one_disclosure",
    "open_question",
    "open_questions",
    "questions_of",
    "who_looked",
]
