if (x) {
  y()
}
