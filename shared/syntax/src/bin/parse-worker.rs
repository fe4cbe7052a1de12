//! The parser child as a program of its own, for hosts that cannot start themselves again.

fn main() -> std::io::Result<()> {
    syntax::serve_worker()
}
