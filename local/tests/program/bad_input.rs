//! A disk that takes no more: said, and nothing that was acknowledged is lost.

use std::net::SocketAddr;
use std::process::Command;

use serde_json::{Value, json};

use crate::process::{Dev, downstream, run};
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

/// Pushes until the disk is full. What was answered with 202 is there afterwards; what was not is not.
#[test]
fn what_was_acknowledged_before_the_disk_was_full_is_there_afterwards() {
    let home = tempfile::tempdir().expect("a folder");
    let program = || {
        let mut command = downstream(home.path());
        command.args(["--git-base-url", &format!("file://{}", home.path().display())]);
        command
    };
    // Room for a start, not for long.
    let dev = Dev::start(&mut with_file_limit(&program(), 1_500));
    let mut acknowledged = Vec::new();
    let refused = (0..5_000).find_map(|number| {
        let (status, _) = push(dev.address, number);
        if status == 202 {
            acknowledged.push(number);
            None
        } else {
            Some((number, status))
        }
    });
    dev.kill();
    let (refused, status) = refused.expect("the disk is full at last");
    assert!(status == 503 && !acknowledged.is_empty(), "{status} after {}", acknowledged.len());

    let dev = Dev::start(&mut program());
    for number in acknowledged {
        let (status, answer) = push(dev.address, number);
        assert_eq!((status, &answer["duplicate"]), (202, &json!(true)), "{number}: {answer}");
    }
    let (status, answer) = push(dev.address, refused);
    assert_eq!((status, &answer["duplicate"]), (202, &json!(false)), "{answer}");
    dev.stop();
}

/// A push that is like no other, with a long message.
fn push(address: SocketAddr, number: u64) -> (u16, Value) {
    let body = json!({
        "ref": "refs/heads/main", "before": format!("{number:040x}"), "after": format!("{:040x}", number + 1),
        "created": false, "deleted": false, "forced": false,
        "repository": { "full_name": "acme/api", "default_branch": "main", "pushed_at": 1_767_323_045 + number },
        "head_commit": { "id": format!("{:040x}", number + 1), "message": "x".repeat(400) },
    });
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    runtime.block_on(async {
        let request = reqwest::Client::new().post(format!("http://{address}/webhooks/github")).body(body.to_string());
        let request = request.header("X-GitHub-Event", "push").header("X-GitHub-Delivery", format!("d-{number}"));
        let answer = request.header("Content-Type", "application/json").send().await.expect("is answered");
        (answer.status().as_u16(), answer.json().await.unwrap_or_default())
    })
}
