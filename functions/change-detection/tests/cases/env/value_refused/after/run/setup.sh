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
      *)
          die "unknown store: ${STORE}"
          ;;
    esac
}

if [[ ${STORE} == "tape" ]]; then
    rewind
fi
