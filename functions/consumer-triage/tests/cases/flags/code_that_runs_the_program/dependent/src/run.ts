import {exec} from "child_process"

// runs provider-service
export function run(formats: string, args: string[]) {
  args.push(`--out-format=${formats}`)
  exec(`provider-service run ${args}`)
}
