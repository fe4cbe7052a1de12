import {exec} from "child_process"

exec(`other --out-format=x`)
