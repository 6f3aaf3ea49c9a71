"""What is proved at a point: values, slopes, and what stands on a boundary."""
