"""The page types of the knowledge base and what relates them."""

from practices.models.adaptations import Adaptation
from practices.models.attachments import Attachment
from practices.models.case_studies import CaseStudyPage, Partner, PracticeApplication
from practices.models.knowledge import Contribution, KnowledgePage, KnowledgePageTag
from practices.models.lessons import LessonPage, LessonPractice
from practices.models.life_cycle import ReviewPeriods, StatusChange, Verification
from practices.models.practice_sheets import PracticeCompetency, PracticeSheetPage
from practices.models.remarks import Remark
from practices.models.tellers import Teller
from practices.models.translations import TranslationSource

__all__ = [
    "Adaptation",
    "Attachment",
    "CaseStudyPage",
    "Contribution",
    "KnowledgePage",
    "KnowledgePageTag",
    "LessonPage",
    "LessonPractice",
    "Partner",
    "PracticeApplication",
    "PracticeCompetency",
    "PracticeSheetPage",
    "Remark",
    "ReviewPeriods",
    "StatusChange",
    "Teller",
    "TranslationSource",
    "Verification",
]
