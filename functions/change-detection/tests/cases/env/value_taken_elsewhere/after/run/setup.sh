#!/bin/bash
: "${STORE:=disk}"

check() {
    case ${STORE} in
      disk)
          check_disk
          ;;
      cloud | s3)
          check_cloud
          ;;
      tape)
          check_tape
          ;;
      *)
          die "unknown store: ${STORE}"
          ;;
    esac
}

if [[ ${STORE} == "tape" ]]; then
    rewind
fi
