"""Days in figures: “12/04/2026” is April to some of those who read English, December to others."""

SHORT_DATE_FORMAT = "Y-m-d"
SHORT_DATETIME_FORMAT = "Y-m-d H:i"
