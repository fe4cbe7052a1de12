if (x) {
  y()
}}
