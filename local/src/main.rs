//! `downstream`.

fn main() -> std::process::ExitCode {
    local::main()
}
