case "$STORE" in
  floppy) echo x ;;
esac
