"""The one list of screens, in the order in which a class meets them.

Adding one is a file and a line: navigation, home, tour, screenshots and the tests read this list.
"""

from dataclasses import dataclass

from resnet.course.lessons import LESSONS, read_lesson
from resnet.language import current_language, mark, translate

LEARN, SEE, TRY, TEACH = mark("Learn"), mark("See"), mark("Try"), mark("Teach")


@dataclass(frozen=True)
class Screen:
    """A screen: its file below pages/, which is its address, too, and what leads there.

    The question is what it answers; a lesson's stands in its words (assets/lessons).
    """

    name: str
    title: str
    icon: str
    group: str
    question: str = ""

    @property
    def file(self) -> str:
        """The file, as Streamlit's navigation knows it."""
        return f"lessons/{self.name}.py" if self.name in LESSONS else f"{self.name}.py"

    @property
    def sign(self) -> str:
        """The icon in Streamlit's notation."""
        return f":material/{self.icon}:"

    def label(self) -> str:
        """Return the title in the reader's language; a lesson's has its number."""
        number = f"{LESSONS.index(self.name) + 1}. " if self.name in LESSONS else ""
        return number + translate(self.title)

    def question_text(self) -> str:
        """Return the question in the reader's language."""
        if self.name in LESSONS:
            return read_lesson(self.name, current_language()).title
        return translate(self.question)


SCREENS = {
    screen.name: screen
    for screen in (
        Screen("home", mark("Home"), "home", ""),
        Screen("deep_is_hard", mark("Deep is hard"), "trending_down", LEARN),
        Screen("two_by_two", mark("Two by two"), "grid_view", LEARN),
        Screen("two_ways", mark("Two ways"), "call_split", LEARN),
        Screen("identity_is_easy", mark("Identity is easy"), "equal", LEARN),
        Screen("one_by_one", mark("One by one"), "filter_center_focus", LEARN),
        Screen("case_studies", mark("Case studies"), "timeline", LEARN),
        Screen("history", mark("History"), "history", LEARN),
        Screen("stage_by_stage", mark("Stage by stage"), "stacks", LEARN),
        Screen("four_steps", mark("Keras in four steps"), "stairs", LEARN),
        Screen("what_shortcuts_do", mark("What shortcuts do"), "biotech", LEARN),
        Screen(
            "glossary", mark("Glossary"), "dictionary", LEARN, mark("What does this word mean?")
        ),
        Screen(
            "dataset",
            mark("Data set"),
            "photo_library",
            SEE,
            mark("What do the nets learn from, and what do they not see?"),
        ),
        Screen(
            "residual_block",
            mark("Residual block"),
            "alt_route",
            SEE,
            mark("Two ways through one block: what adds up, and when does it not?"),
        ),
        Screen(
            "architectures",
            mark("ResNet-50 as a map"),
            "account_tree",
            SEE,
            mark("Sixteen blocks in four stages: where are the weights, where is the work?"),
        ),
        Screen(
            "gradient_norms",
            mark("Gradient norms"),
            "show_chart",
            SEE,
            mark("How much of the error reaches the first layer?"),
        ),
        Screen(
            "train",
            mark("Train"),
            "model_training",
            TRY,
            mark("What does a net learn of hand signs in a minute?"),
        ),
        Screen(
            "runs",
            mark("Runs"),
            "table_rows",
            TRY,
            mark("Which of the trained nets did better, and in what do they differ?"),
        ),
        Screen(
            "plain_vs_residual",
            mark("Plain vs residual"),
            "compare_arrows",
            TRY,
            mark("Does depth help, and whom?"),
        ),
        Screen(
            "class_experiment",
            mark("Class experiment"),
            "groups",
            TRY,
            mark("What does the whole class find when everyone trains one net of a grid?"),
        ),
        Screen(
            "your_hand",
            mark("Your hand"),
            "back_hand",
            TRY,
            mark("Does it know a hand it has never seen?"),
        ),
        Screen(
            "teach_it",
            mark("Teach it"),
            "school",
            TRY,
            mark("Can a few photos teach it your hand?"),
        ),
        Screen(
            "teacher", mark("Board"), "monitor", TEACH, mark("Who trains what, and who comes next?")
        ),
    )
}
