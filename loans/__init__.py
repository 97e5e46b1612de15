"""Home loans: quota, schedule, repayment."""
