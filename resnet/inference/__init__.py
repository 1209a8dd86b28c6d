"""Ask a trained net: those that ship with the lab, those of runs and those that learners taught."""
