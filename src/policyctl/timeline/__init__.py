"""What happened to an account and what each thing changed, line by line: account + policy -> rows."""
