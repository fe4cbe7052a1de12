//! Analyses as bytes come back as they were.

use contracts::analysis::{FileAnalysis, ParseStatus};
use syntax::analyze;

fn samples() -> Vec<FileAnalysis> {
    let python = include_bytes!("cases/python/service.py");
    let flask = include_bytes!("cases/python/flask_app.py");
    let empty = FileAnalysis::default();
    let failed = FileAnalysis { status: ParseStatus::Failed("timed out".into()), ..empty.clone() };
    let faulty = FileAnalysis { status: ParseStatus::SyntaxErrors(300), code_hash: u64::MAX, ..empty.clone() };
    vec![analyze("python", python), analyze("python", flask), empty, failed, faulty]
}

#[test]
fn an_analysis_comes_back_as_it_was() {
    for analysis in samples() {
        assert_eq!(FileAnalysis::from_bytes(&analysis.to_bytes()), Some(analysis));
    }
}

#[test]
fn broken_bytes_are_no_analysis_and_no_panic() {
    let bytes = samples()[0].to_bytes();
    for end in 0..bytes.len() {
        assert_eq!(FileAnalysis::from_bytes(&bytes[..end]), None);
    }
    assert_eq!(FileAnalysis::from_bytes(&[&bytes[..], &[0]].concat()), None);
    for at in 0..bytes.len() {
        let mut bent = bytes.clone();
        bent[at] = 0xff;
        FileAnalysis::from_bytes(&bent);
    }
    assert_eq!(FileAnalysis::from_bytes(&[0xff; 40]), None);
}
