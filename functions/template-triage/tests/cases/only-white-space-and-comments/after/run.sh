#!/bin/sh
# starts it
exec app
