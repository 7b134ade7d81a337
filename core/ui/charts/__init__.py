"""One measurement, one picture of curves: plain values from the Lab in, a value of the picture `chart` out, for tabs and lessons."""
