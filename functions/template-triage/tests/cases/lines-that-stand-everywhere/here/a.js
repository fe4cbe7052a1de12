call({
  b: 1
}
