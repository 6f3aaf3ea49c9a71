"""What is proved at a point: values and gradients as balls, slopes on either side of a boundary, and the verdict."""
