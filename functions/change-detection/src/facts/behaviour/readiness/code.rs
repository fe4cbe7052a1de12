//! Loading a model before the first answer, or after it.

use contracts::analysis::{FileAnalysis, Symbol, SymbolKind};

use crate::comparison::Side;

/// How code says that a function runs before the first request.
const BEFORE: &[&str] = &["startup", "lifespan", "asynccontextmanager", "before_serving", "before_first_request"];

/// How code says that nobody waits for what it calls.
const BACKGROUND: &[&str] = &["create_task(", "Thread(", "ensure_future(", "run_in_executor(", "add_task("];

/// The lines before and after, and the name, of a load that requests waited for and that they no longer wait for.
pub(super) fn moved_behind(before: &Side, after: &Side) -> Option<(u32, u32, String)> {
    let (old, new) = (loads(before), loads(after));
    let (line, name) = old.iter().find(|load| load.first).map(|load| (load.line, load.name.clone()))?;
    if new.iter().any(|load| load.first) {
        return None;
    }
    let now = new.iter().find(|load| load.name == name)?;
    Some((line, now.line, name))
}

/// Nobody waits for what this line starts.
pub(super) fn is_background(line: &str) -> bool {
    BACKGROUND.iter().any(|word| line.contains(word))
}

/// One line of a side.
pub(super) fn line_of(side: &Side, line: u32) -> &str {
    line.checked_sub(1).and_then(|at| side.text().lines().nth(at as usize)).unwrap_or("")
}

struct Load {
    name: String,
    line: u32,
    /// Requests wait for it.
    first: bool,
}

fn loads(side: &Side) -> Vec<Load> {
    let Some(analysis) = side.analysis.as_ref().filter(|analysis| analysis.language == "python") else {
        return Vec::new();
    };
    let mut out = Vec::new();
    for (at, line) in side.text().lines().enumerate() {
        let number = u32::try_from(at + 1).unwrap_or(u32::MAX);
        let Some(name) = loaded(line) else { continue };
        let around = around(analysis, number);
        let within_itself = around.is_some_and(|symbol| loaded(&format!("{}(", symbol.name)).is_some());
        let starts = |word: &str| line.trim_start().starts_with(word);
        let no_call = ["#", "def ", "async def ", "import ", "from ", "@"].iter().any(|word| starts(word));
        if !within_itself && !no_call {
            let first = around.is_none_or(runs_before) && !is_background(line);
            out.push(Load { name, line: number, first });
        }
    }
    out
}

/// `load_model(`, `self.load_models(`, `Thread(target=load_model)`: the name of what is loaded with.
fn loaded(line: &str) -> Option<String> {
    let words = line.split(|c: char| !c.is_ascii_alphanumeric() && c != '_');
    let loads = |word: &&str| {
        let verb = ["load_", "init_", "initialize_", "warm_up_", "warmup_"].iter().any(|verb| word.starts_with(verb));
        verb && word.contains("model")
    };
    let calls = line.contains('(');
    words.filter(|_| calls).find(loads).map(str::to_owned)
}

/// The innermost function around a line.
fn around(analysis: &FileAnalysis, line: u32) -> Option<&Symbol> {
    let functions = analysis.symbols.iter().filter(|symbol| {
        matches!(symbol.kind, SymbolKind::Function | SymbolKind::Method) && symbol.start <= line && line <= symbol.end
    });
    functions.max_by_key(|symbol| symbol.start)
}

fn runs_before(function: &Symbol) -> bool {
    let name = function.name.to_ascii_lowercase();
    BEFORE.iter().any(|word| name.contains(word) || function.decorators.iter().any(|mark| mark.contains(word)))
}
