# Reads the output of `git diff-tree -p`. Writes for each section the line "diff", then its hunks: no header, as many whole
# lines as fit, and the mark of a cut. A line of a hunk begins with one of " +-\@", so "diff" is none.
# Variables: most_file and most, in bytes; mark, the line that says that the rest was cut. Run it with LC_ALL=C.

function room(a, b) { return a < b ? a : b }

/^diff --git / {
  if (most < length(mark) + 2) exit
  print "diff"
  left = room(most_file, most)
  inside = 0
  next
}

/^@@/ { inside = 1 }

inside && left > 0 {
  size = length($0) + 1
  # The mark must fit behind it, should the next line not.
  if (size + length(mark) + 1 > left) {
    print mark
    most -= length(mark) + 1
    left = 0
    next
  }
  print
  left -= size
  most -= size
}
