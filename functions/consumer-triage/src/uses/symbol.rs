//! Imports of the provider's modules, references to a name of theirs, and calls that no longer fit.

pub(crate) mod alias;
mod arity;
pub(crate) mod binding;
mod by_rule;
mod guard;
pub(crate) mod instance;
mod namespaced;
mod special;

use contracts::analysis::Call;
use contracts::fact::Fact;

use crate::dependent::{File, Place};
use crate::uses::{Asked, Certainty, Found, Use, text};
use arity::Arity;
use binding::Binding;
pub(crate) use by_rule::in_texts;
pub(crate) use special::needles;

/// References that one file shows; the rest are the same story.
const MAX_A_FILE: usize = 10;

/// Places that use `name` of `module` and break.
pub(crate) fn find(fact: &Fact, (module, name, renamed_to): (&str, &str, Option<&str>), asked: &Asked<'_>) -> Found {
    let otherwise = special::find(fact, (module, name, renamed_to), asked);
    if let Some(found) = otherwise.or_else(|| by_rule::find(fact, (module, name), asked)) {
        return found;
    }
    let root = name.split('.').next().unwrap_or(name);
    let member = name.rsplit_once('.').map(|(_, member)| member);
    let signature = fact.rule == "symbol.signature.changed";
    let private = fact.rule == "symbol.private.removed";
    let code = || asked.dependent.files.iter().filter(|file| file.analysis.is_some() && !file.is_data());
    let imported_anywhere = code().any(|file| binding::imports_package(file, module));
    let mut found = Found::default();
    if fact.rule == "symbol.module.removed" {
        found.uses.extend(code().filter(|file| file.language() == "rust").flat_map(|file| by_path(file, module, name)));
    }
    if !imported_anywhere {
        return found;
    }
    let change = Change { fact, root, member, module, signature };
    for file in code() {
        let binding = binding::of(file, module, root).filter(|binding| !private || binding.is_exact());
        if let Some(line) = binding.as_ref().and_then(|binding| binding.import_line(file, root))
            && guard::is_guarded(file, line)
        {
            found.note = Some(format!("{}:{line} does without it where the import fails", file.path));
            continue;
        }
        let mut uses = match (&binding, member) {
            (Some(binding), None) => change.plain(file, binding),
            (binding, Some(member)) => change.member(file, member, binding.as_ref()),
            (None, None) => Vec::new(),
        };
        uses.truncate(MAX_A_FILE);
        for mut place in uses {
            if let Some(new) = renamed_to.filter(|_| member.is_none()) {
                let once = file.line(place.start).matches(root).count() == 1;
                place.replace = once.then(|| (root.to_owned(), new.to_owned()));
            }
            if file.place == Place::Test && place.certainty.tier() > Certainty::Likely("").tier() {
                place = place.but(Certainty::Likely("a test uses it"));
            }
            found.uses.push(place);
        }
    }
    found
}

/// `package::module::…` written out, without an import.
fn by_path(file: &File, module: &str, name: &str) -> Vec<Use> {
    let path = format!("{module}::{name}");
    let lines = file.lines_with(&path).filter(|(_, line)| {
        let is_import = line.trim_start().trim_start_matches("pub ").starts_with("use ");
        !is_import && !text::is_comment(file, line) && text::word_at(line, &path).is_some()
    });
    lines.take(MAX_A_FILE).map(|(number, _)| Use::at(&file.path, number)).collect()
}

struct Change<'a> {
    fact: &'a Fact,
    root: &'a str,
    member: Option<&'a str>,
    module: &'a str,
    signature: bool,
}

impl Change<'_> {
    /// A name that is not a member of anything: its import and its references, or the calls that no longer fit.
    fn plain(&self, file: &File, binding: &Binding) -> Vec<Use> {
        if self.signature {
            let name = binding.written(self.root);
            return self.calls(
                file,
                |callee| callee == name || callee.ends_with(&format!(".{name}")),
                binding.certainty(),
            );
        }
        let mut out = Vec::new();
        if let Some(line) = binding.import_line(file, self.root) {
            out.push(Use::at(&file.path, line).but(binding.certainty()));
        }
        let written = binding.written(self.root);
        let lines = file.lines_with(&written).filter(|(number, line)| {
            !text::is_comment(file, line)
                && Some(*number) != out.first().map(|found: &Use| found.start)
                && text::word_at(line, &written).is_some_and(|at| !is_own(line, at, &written))
        });
        let references: Vec<Use> =
            lines.map(|(number, _)| Use::at(&file.path, number).but(binding.certainty())).collect();
        out.extend(references);
        out
    }

    /// A member: `receiver.member` where the receiver is called like the type, in a repository that imports the provider.
    fn member(&self, file: &File, member: &str, binding: Option<&Binding>) -> Vec<Use> {
        let bound = binding.is_some();
        let mut seen = binding.map_or_else(Vec::new, |binding| instance::members(file, binding, self.root, member));
        if self.signature {
            seen.clear();
        }
        seen.extend(self.by_name(file, member, bound));
        seen
    }

    fn by_name(&self, file: &File, member: &str, bound: bool) -> Vec<Use> {
        let imports = binding::imports_package(file, self.module);
        let certainty = match (bound || imports, self.root.len() >= 4) {
            (true, _) => Certainty::Likely(
                "the file imports the provider and calls a member of this name on a value named like its type",
            ),
            (false, true) => {
                Certainty::Likely("a member of this name is used on a value named like the provider's type")
            }
            (false, false) => return Vec::new(),
        };
        if self.signature {
            let mut out = self.calls(
                file,
                |callee| before(callee, member).is_some_and(|before| self.fits(file, before)),
                certainty,
            );
            if imports || bound {
                out.extend(self.implementations(file, member));
            }
            return out;
        }
        let dotted = format!(".{member}");
        let lines = file
            .lines()
            .filter(|(_, line)| line.len() <= 2_000 && !text::is_comment(file, line) && line.contains(&dotted));
        let fitting = lines.filter(|(_, line)| {
            line.match_indices(&dotted).any(|(at, _)| {
                let ends = !line[at + dotted.len()..].starts_with(|c: char| c.is_alphanumeric() || c == '_');
                ends && self.fits(file, &line[..at])
            })
        });
        fitting.map(|(number, _)| Use::at(&file.path, number).but(certainty)).collect()
    }

    /// What stands before the dot is named like the type; in Go, where types are called `spinner.Model`, also like the
    /// package, unless it is the package itself.
    fn fits(&self, file: &File, before: &str) -> bool {
        let name = receiver(before);
        let package = self.module.rsplit('/').next().unwrap_or(self.module);
        let is_package = name == package && !before.trim_end_matches(name).ends_with('.');
        if file.language() != "go" || !binding::imports(file, self.module) {
            return receiver_fits(name, self.root);
        }
        !is_package && (receiver_fits(name, self.root) || (package.len() >= 4 && receiver_fits(name, package)))
    }

    /// Calls whose arguments no longer fit.
    fn calls(&self, file: &File, is_it: impl Fn(&str) -> bool, certainty: Certainty) -> Vec<Use> {
        let name = self.member.unwrap_or(self.root);
        let old = self.fact.before.as_ref().and_then(|span| Arity::read(&span.quote, name));
        let new = self.fact.after.as_ref().and_then(|span| Arity::read(&span.quote, name));
        let Some(analysis) = &file.analysis else { return Vec::new() };
        let breaks = |call: &&Call| {
            let given = usize::from(call.arity) + call.named.len();
            match (&old, &new) {
                // Where a compiler checks types, a call that was written for the old parameters breaks.
                (Some(old), Some(_)) if is_typed(file.language()) => old.takes(given),
                (_, Some(new)) => !new.takes(given),
                _ => false,
            }
        };
        let calls = analysis.calls.iter().filter(|call| is_it(&call.callee)).filter(breaks);
        calls.map(|call| Use::at(&file.path, call.line).but(certainty)).collect()
    }

    /// Interfaces and fakes that repeat the old signature.
    fn implementations(&self, file: &File, member: &str) -> Vec<Use> {
        let old = self.fact.before.as_ref().and_then(|span| Arity::read(&span.quote, member));
        let (Some(old), Some(analysis)) = (old, &file.analysis) else { return Vec::new() };
        let same = analysis.symbols.iter().filter(|symbol| {
            symbol.name == member && Arity::read(&symbol.signature, member).is_some_and(|arity| arity == old)
        });
        let certainty = Certainty::Likely("the same signature is repeated here, in a file that imports the provider");
        same.map(|symbol| Use::at(&file.path, symbol.start).but(certainty)).collect()
    }
}

fn is_typed(language: &str) -> bool {
    matches!(language, "go" | "rust" | "java" | "kotlin" | "scala" | "csharp" | "swift" | "c" | "cpp")
}

/// `x.name` is a member of something else called like it, and `name:` or `name=` names an argument.
fn is_own(line: &str, at: usize, written: &str) -> bool {
    let after = line[at + written.len()..].trim_start();
    let defines = ["def ", "fn ", "func ", "function ", "class "].iter().any(|word| line[..at].ends_with(word));
    let of_another = line[..at].ends_with('.') && !written.contains('.');
    let argument = after.starts_with('=') && !after.starts_with("==") && !line[..at].trim_end().ends_with("import");
    defines || of_another || (argument && line[..at].trim_end().ends_with(['(', ',']))
}

/// The identifier before a dot.
fn receiver(before: &str) -> &str {
    let before = before.trim_end_matches(['?', '!']);
    let before = before.strip_suffix("()").unwrap_or(before);
    let start = before
        .rfind(|c: char| !c.is_alphanumeric() && c != '_')
        .map_or(0, |at| at + before[at..].chars().next().map_or(1, char::len_utf8));
    &before[start..]
}

/// What stands before `.member`.
fn before<'c>(callee: &'c str, member: &str) -> Option<&'c str> {
    callee.strip_suffix(member).and_then(|before| before.strip_suffix('.'))
}

/// `flapsClient` fits `Client`; `wg` does not.
fn receiver_fits(name: &str, root: &str) -> bool {
    let (name, root) = (name.to_ascii_lowercase(), root.to_ascii_lowercase());
    name.len() >= 3 && (name.contains(&root) || root.contains(&name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn receivers_are_called_like_their_types() {
        let cases = [
            ("flapsClient.Wait", "Wait", "Client", true),
            ("probot.webhooks.middleware", "middleware", "Webhooks", true),
            ("wg.Wait", "Wait", "Client", false),
            ("Wait", "Wait", "Client", false),
            ("a.getClient().Wait", "Wait", "Client", true),
        ];
        for (callee, member, root, expected) in cases {
            let fits = before(callee, member).is_some_and(|before| receiver_fits(receiver(before), root));
            assert_eq!(fits, expected, "{callee}");
        }
        assert_eq!(receiver("ä.ö"), "ö");
        assert_eq!(receiver(""), "");
    }

    #[test]
    fn other_things_of_the_same_name() {
        for (line, expected) in [
            ("x.f(1)", true),
            ("def f(a)", true),
            ("g(f=1)", true),
            ("f(1)", false),
            ("a = f", false),
            ("import f", false),
        ] {
            let at = line.find('f').map(|first| if line.starts_with("def") { 4 } else { first }).unwrap();
            assert_eq!(is_own(line, at, "f"), expected, "{line}");
        }
    }
}
