"""Who is told what: notices in the site, by mail at once or gathered, and a log of the mails."""
