//! A disk that takes no more.

use std::process::Command;

use crate::process::{downstream, run};
use crate::repositories::{Repository, service};

/// A process that may not write files beyond a size is told so by the system where a full disk would say the same.
fn with_file_limit(command: &Command, kilobytes: u32) -> Command {
    #[expect(clippy::disallowed_methods, reason = "a shell sets the limit and then is the program")]
    let mut shell = Command::new("sh");
    let script = format!("trap '' XFSZ; ulimit -f {kilobytes}; exec \"$@\"");
    shell.args(["-c", &script, "sh"]).arg(command.get_program()).args(command.get_args());
    shell.env_clear();
    for (name, value) in command.get_envs() {
        if let Some(value) = value {
            shell.env(name, value);
        }
    }
    if let Some(folder) = command.get_current_dir() {
        shell.current_dir(folder);
    }
    shell
}

#[test]
fn a_full_disk_is_said_and_what_was_there_stays() {
    let home = tempfile::tempdir().expect("a folder");
    let repository = Repository::create(&home.path().join("api"));
    repository.commit(&[("app.py", &service("/health"))]);
    let index = |command: &mut Command| {
        command.args(["index", "api"]);
    };
    let mut first = downstream(home.path());
    index(&mut first);
    assert_eq!(run(&mut first).code, Some(0));

    // A file of random letters, so that it cannot be packed small.
    let mut seed = 7_u64;
    let letter = |_| {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        char::from(b'a' + (seed >> 33) as u8 % 26)
    };
    let noise: String = (0..400_000).map(letter).collect();
    repository.commit(&[("noise.txt", &noise)]);
    let mut limited = downstream(home.path());
    index(&mut limited);
    let said = run(&mut with_file_limit(&limited, 100));
    assert_eq!(said.code, Some(3), "{}{}", said.out, said.err);
    assert!(said.err.contains("error:") && !said.err.contains("panicked"), "{}", said.err);

    // With room again, what was indexed is there and the next try works.
    let said = run(downstream(home.path()).args(["search", "api", "health"]));
    assert!(said.out.contains("app.py"), "{}{}", said.out, said.err);
    let mut again = downstream(home.path());
    index(&mut again);
    let said = run(&mut again);
    assert_eq!(said.code, Some(0), "{}", said.err);
}
