//! The pool against files that hang, crash or eat memory: each costs itself and nothing else.

#![expect(clippy::unwrap_used, reason = "a test may panic, in its helpers as well")]

use std::io::{Read, Write};
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use contracts::analysis::{FileAnalysis, ParseStatus};
use syntax::{Error, Job, LANGUAGES, Parsers, Settings, Worker, analyze};

/// Bad files take their time: a debug build parses slowly, and the machine may be busy.
const PATIENCE: Duration = Duration::from_secs(20);

fn settings() -> Settings {
    let worker = Worker { program: PathBuf::from(env!("CARGO_BIN_EXE_parse-worker")), args: Vec::new() };
    Settings { workers: 2, time_limit: PATIENCE, ..Settings::of(worker) }
}

fn job(language: &str, bytes: impl Into<Vec<u8>>) -> Job {
    Job { language: language.to_owned(), bytes: bytes.into() }
}

async fn parse(parsers: &Parsers, jobs: Vec<Job>) -> Vec<FileAnalysis> {
    parsers.parse(jobs, &|_| ()).await.unwrap()
}

/// Small good files of every language: what the pool must still be able to do.
fn good_files() -> Vec<Job> {
    LANGUAGES.iter().map(|language| job(language, "a = 1\n")).collect()
}

/// Runs `bad` in the middle of good files; the good ones must be as if it had not been there.
async fn between_good_files(parsers: &Parsers, bad: Job) -> FileAnalysis {
    let mut jobs = good_files();
    let expected: Vec<FileAnalysis> = jobs.iter().map(|job| analyze(&job.language, &job.bytes)).collect();
    let middle = jobs.len() / 2;
    jobs.insert(middle, bad);
    let mut answers = parse(parsers, jobs).await;
    let bad = answers.remove(middle);
    assert_eq!(answers, expected);
    assert_eq!(parse(parsers, good_files()).await, expected);
    bad
}

fn failure(analysis: &FileAnalysis) -> &str {
    match &analysis.status {
        ParseStatus::Failed(why) => why,
        other => panic!("{other:?}"),
    }
}

fn nested_yaml(levels: usize) -> String {
    (0..levels).map(|level| format!("{}a:\n", " ".repeat(level))).collect()
}

fn nested_python(levels: usize) -> String {
    let mut code: String = (0..levels).map(|level| format!("{}if a:\n", " ".repeat(level))).collect();
    code.push_str(&" ".repeat(levels));
    code.push_str("x = \"text\"\n");
    code
}

#[tokio::test]
async fn files_that_crash_their_grammar() {
    let parsers = Parsers::new(settings());
    for (language, bytes) in [("yaml", nested_yaml(400)), ("python", nested_python(600))] {
        let analysis = between_good_files(&parsers, job(language, bytes.clone())).await;
        assert!(failure(&analysis).starts_with("the grammar crashed (signal "), "{language}: {:?}", analysis.status);
        assert_eq!(analysis.language, language);
        assert_eq!(analysis.lines as usize, bytes.lines().count());
    }
}

#[tokio::test]
async fn a_file_that_takes_too_long() {
    let parsers = Parsers::new(Settings { time_limit: Duration::from_secs(3), ..settings() });
    let deep = "<div>\n".repeat(100_000);
    let analysis = between_good_files(&parsers, job("html", deep)).await;
    assert_eq!(failure(&analysis), "timed out after 3 s");
}

#[tokio::test]
async fn a_file_that_needs_more_memory_than_there_is() {
    let parsers = Parsers::new(Settings { memory_limit: 160 << 20, ..settings() });
    let analysis = between_good_files(&parsers, job("json", "[".repeat(1_000_000))).await;
    assert_eq!(failure(&analysis), "out of memory (limit 160 MiB)");
}

#[tokio::test]
async fn trees_half_a_million_levels_deep() {
    let parsers = Parsers::new(settings());
    let analysis = between_good_files(&parsers, job("json", "[".repeat(500_000) + &"]".repeat(500_000))).await;
    assert_eq!(analysis.status, ParseStatus::Parsed);
    let chain = format!("x = a{}\n", ".b()".repeat(100_000));
    let analysis = between_good_files(&parsers, job("javascript", chain.replace(".b()", ".b()\n"))).await;
    assert_eq!(analysis.status, ParseStatus::Parsed);
    assert_eq!(analysis.calls.len(), 20_000);
}

#[tokio::test]
async fn bytes_that_are_no_text() {
    let parsers = Parsers::new(settings());
    let mut state = 42_u64;
    let mut random = |length: usize| -> Vec<u8> {
        let mut next = || {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            state as u8
        };
        (0..length).map(|_| next()).collect()
    };
    let mut jobs = Vec::new();
    for language in LANGUAGES {
        for bytes in
            [Vec::new(), vec![0; 1_000], vec![0xff; 1_000], b"\xef\xbb\xbf".to_vec(), b"\r\n\r".to_vec(), random(4_000)]
        {
            jobs.push(job(language, bytes));
        }
        let printable = random(4_000)
            .into_iter()
            .map(|byte| b" \n\"'`(){}[]<>:;,.#/*-=$@abcXYZ019"[usize::from(byte) % 33])
            .collect::<Vec<u8>>();
        jobs.push(job(language, printable));
    }
    let answers = parse(&parsers, jobs.clone()).await;
    assert_eq!(answers.len(), jobs.len());
    for (job, answer) in jobs.iter().zip(&answers) {
        assert_eq!(answer.language, job.language);
        assert!(!matches!(answer.status, ParseStatus::Failed(_)), "{}: {:?}", job.language, answer.status);
    }
    let empty: Vec<&FileAnalysis> = answers.iter().step_by(7).collect();
    assert!(empty.iter().all(|answer| answer.lines == 0 && answer.symbols.is_empty()), "{empty:?}");
}

#[tokio::test]
async fn files_that_break_off_or_lack_a_piece() {
    let parsers = Parsers::new(settings());
    let cases = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/cases");
    let mut jobs = Vec::new();
    for language in LANGUAGES {
        for entry in std::fs::read_dir(format!("{cases}/{language}")).unwrap() {
            let path = entry.unwrap().path();
            if path.extension().is_some_and(|end| end == "snap") {
                continue;
            }
            let bytes = std::fs::read(path).unwrap();
            for part in 1..16 {
                let (start, end) = (bytes.len() * part / 16, bytes.len() * (part + 1) / 16);
                jobs.push(job(language, &bytes[..start]));
                jobs.push(job(language, &bytes[start..]));
                jobs.push(job(language, [&bytes[..start], &bytes[end..]].concat()));
            }
        }
    }
    let answers = parse(&parsers, jobs.clone()).await;
    for (job, answer) in jobs.iter().zip(&answers) {
        let text = String::from_utf8_lossy(&job.bytes);
        assert!(!matches!(answer.status, ParseStatus::Failed(_)), "{}: {:?}: {text}", job.language, answer.status);
    }
}

#[tokio::test]
async fn files_that_are_refused_without_a_parser() {
    let nobody = Worker { program: "/nonexistent/parser".into(), args: Vec::new() };
    let parsers = Parsers::new(Settings::of(nobody));
    let cases = [
        (job("javascript", vec![b'a'; 20 << 20]), "too large (20971520 bytes, limit 1048576)"),
        (job("css", "a{}".repeat(30_000)), "minified (a line of 90000 bytes)"),
        (job("cobol", "x"), "no grammar for \"cobol\""),
        (job("", ""), "no grammar for \"\""),
    ];
    for (job, why) in cases {
        assert_eq!(failure(&parsers.parse_one(job).await.unwrap()), why);
    }
    assert_eq!(parse(&parsers, Vec::new()).await, []);
}

#[tokio::test]
async fn a_pool_without_a_worker_says_so_and_blames_no_file() {
    type Expected = fn(&Error) -> bool;
    let cases: [(&str, Expected); 3] = [
        ("/nonexistent/parser", |error| matches!(error, Error::Start { .. })),
        ("/bin/true", |error| matches!(error, Error::Silent { .. })),
        ("/bin/cat", |error| matches!(error, Error::Version { .. })),
    ];
    for (program, expected) in cases {
        let worker = Worker { program: program.into(), args: Vec::new() };
        let parsers = Parsers::new(Settings { workers: 2, ..Settings::of(worker) });
        let error = parsers.parse(good_files(), &|_| ()).await.unwrap_err();
        assert!(expected(&error), "{program}: {error:?}");
        assert!(error.to_string().contains(program), "{error}");
    }
}

#[tokio::test]
async fn answers_keep_their_order_and_progress_is_told_once_a_file() {
    let parsers = Parsers::new(Settings { workers: 3, ..settings() });
    let jobs: Vec<Job> = (0..300).map(|at| job("python", format!("x{at} = {at}\n").repeat(1 + at % 40))).collect();
    let told = AtomicUsize::new(0);
    let next = |done: usize| assert_eq!(told.fetch_add(1, Ordering::SeqCst) + 1, done);
    let answers = parsers.parse(jobs, &next).await.unwrap();
    assert_eq!(told.into_inner(), 300);
    for (at, answer) in answers.iter().enumerate() {
        assert_eq!(answer.symbols[0].name, format!("x{at}"));
        assert_eq!(answer.symbols.len(), 1 + at % 40);
    }
}

#[tokio::test]
async fn several_callers_at_once_and_one_that_gives_up() {
    let parsers = Parsers::new(settings());
    let batch = || (0..200).map(|at| job("json", format!("[{at}]"))).collect::<Vec<_>>();
    let ignore = |_: usize| ();
    let given_up = tokio::time::timeout(Duration::from_millis(1), parsers.parse(batch(), &ignore));
    let (one, two, _) = tokio::join!(parsers.parse(batch(), &ignore), parsers.parse(batch(), &ignore), given_up);
    assert_eq!(one.unwrap(), two.unwrap());
}

#[tokio::test]
async fn children_end_with_the_pool() {
    let parsers = Parsers::new(settings());
    parse(&parsers, good_files()).await;
    assert_ne!(children(), [] as [u32; 0]);
    drop(parsers);
    let all_gone = async {
        while !children().is_empty() {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(30), all_gone).await.unwrap();
}

/// Without anybody to kill it a child must end by itself, also in the middle of a file that never ends.
#[test]
#[expect(clippy::disallowed_methods, reason = "the child is started by hand to be left alone")]
fn a_child_ends_when_nobody_is_left() {
    for file in ["x", "<div>\n".repeat(150_000).as_str()] {
        let mut command = Command::new(env!("CARGO_BIN_EXE_parse-worker"));
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        let mut stdin = child.stdin.take().unwrap();
        let frame = |payload: &[u8]| [&(payload.len() as u32).to_le_bytes(), payload].concat();
        stdin.write_all(&frame(&(1_u64 << 30).to_le_bytes())).unwrap();
        child.stdout.as_mut().unwrap().read_exact(&mut [0; 4]).unwrap();
        stdin.write_all(&frame(&[b"\x04html", file.as_bytes()].concat())).unwrap();
        drop(stdin);
        assert!(child.wait().unwrap().success());
    }
}

#[test]
#[expect(clippy::disallowed_methods, reason = "a person starts the program by hand")]
fn a_child_that_is_not_spoken_to_in_frames_says_so() {
    for (input, succeeds) in [("", true), ("hello, is anybody there?\n", false), ("\x03\0\0\0abc", false)] {
        let mut command = Command::new(env!("CARGO_BIN_EXE_parse-worker"));
        let mut child = command.stdin(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
        assert_eq!(child.wait().unwrap().success(), succeeds, "{input:?}");
    }
}

/// Parser workers that this test's thread started; the kernel lists children by thread.
fn children() -> Vec<u32> {
    let path = format!("/proc/self/task/{}/children", rustix::thread::gettid().as_raw_nonzero());
    let list = std::fs::read_to_string(path).unwrap_or_default();
    list.split_whitespace().filter_map(|id| id.parse().ok()).collect()
}
