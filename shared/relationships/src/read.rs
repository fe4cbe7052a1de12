//! From text to types: strict about shapes, lenient about words.

mod settings;

use std::collections::BTreeMap;

use contracts::RepoName;
use contracts::verdict::Urgency;

use crate::index::same;
use crate::model::{Consumer, Declared, Derivative, Document, NotificationSettings, ParentTemplate};
use crate::problem::{Problem, Problems};
use crate::value::{Fields, Value};
use crate::words::{self, CONCERNS, TRIGGERS, URGENCIES};

/// Larger than any file that people keep by hand.
const MOST_BYTES: usize = 4 << 20;

type Read<T> = Result<T, Problem>;

pub(crate) fn document(text: &str) -> Read<(Document, Problems)> {
    let problems = &mut Problems::default();
    let root = Value::root(if text.len() > MOST_BYTES { "null" } else { text })?;
    if text.len() > MOST_BYTES {
        return Err(root.error(format!("{} bytes are more than the {MOST_BYTES} that are read", text.len())));
    }
    let mut fields = Fields::of(&root)?;
    let schema = fields.take("$schema", problems).map(|v| v.text()).transpose()?;
    let version = fields.take("version", problems).map(|v| v.text()).transpose()?;
    let description = fields.text("description", problems)?;
    let relationships = match fields.take("relationships", problems) {
        Some(value) => relationships(&value, problems)?,
        None => {
            problems.add(|| root.warning("no \"relationships\": nobody is told of anything"));
            BTreeMap::new()
        }
    };
    let notification_settings = match fields.take("notification_settings", problems) {
        Some(value) => settings::notification_settings(&value, problems)?,
        None => NotificationSettings::default(),
    };
    fields.finish(problems);
    let document = Document { schema, version, description, relationships, notification_settings };
    Ok((document, std::mem::take(problems)))
}

fn relationships(value: &Value<'_>, problems: &mut Problems) -> Read<BTreeMap<RepoName, Declared>> {
    let mut all: BTreeMap<RepoName, Declared> = BTreeMap::new();
    for (key, entry) in value.members()? {
        let name = repo_name(&key, &entry, problems);
        let read = declared(name.as_ref(), &entry, problems)?;
        let Some(name) = name else { continue };
        let earlier = all.keys().find(|k| k.as_str().eq_ignore_ascii_case(&key)).cloned();
        if let Some(earlier) = earlier {
            problems.add(|| entry.error(format!("{key:?} is declared twice: this one counts, merge the two")));
            all.remove(&earlier);
        }
        all.insert(name, read);
    }
    Ok(all)
}

fn declared(name: Option<&RepoName>, value: &Value<'_>, problems: &mut Problems) -> Read<Declared> {
    let mut fields = Fields::of(value)?;
    let kind = fields.text("type", problems)?;
    let description = fields.text("description", problems)?;
    let mut seen = Seen::by(name);
    let consumers = list(fields.take("consumers", problems), problems, |value, problems| {
        Ok(consumer(value, problems)?.filter(|c| seen.is_new(&c.repo, value, problems)))
    })?;
    let mut seen = Seen::by(name);
    let derivatives = list(fields.take("derivatives", problems), problems, |value, problems| {
        Ok(derivative(value, problems, false)?.filter(|d| seen.is_new(&d.repo, value, problems)))
    })?;
    let parent_template = match fields.take("parent_template", problems) {
        Some(value) => {
            parent_template(&value, problems)?.filter(|parent| Seen::by(name).is_new(parent.repo(), &value, problems))
        }
        None => None,
    };
    fields.finish(problems);
    Ok(Declared { kind, description, consumers, derivatives, parent_template })
}

/// The repositories of one list: each once, and never the owner itself.
struct Seen<'n> {
    owner: Option<&'n RepoName>,
    seen: Vec<RepoName>,
}

impl<'n> Seen<'n> {
    fn by(owner: Option<&'n RepoName>) -> Self {
        Self { owner, seen: Vec::new() }
    }

    fn is_new(&mut self, repo: &RepoName, at: &Value<'_>, problems: &mut Problems) -> bool {
        if self.owner.is_some_and(|owner| same(owner, repo)) {
            problems.add(|| at.error(format!("\"{repo}\" names itself; left out")));
            return false;
        }
        if self.seen.iter().any(|earlier| same(earlier, repo)) {
            problems.add(|| at.error(format!("\"{repo}\" is listed twice: the first one counts, merge the two")));
            return false;
        }
        self.seen.push(repo.clone());
        true
    }
}

fn consumer(value: &Value<'_>, problems: &mut Problems) -> Read<Option<Consumer>> {
    let mut fields = Fields::of(value)?;
    let repo = repo(value, &mut fields, problems)?;
    let relationship_type = relationship_type(&mut fields, problems, words::api_consumer)?;
    let description = fields.text("description", problems)?;
    let interface_files = paths(fields.take("interface_files", problems), problems)?;
    let change_triggers = known_words(fields.take("change_triggers", problems), "trigger", TRIGGERS, problems)?;
    let mapping = fields.take("urgency_mapping", problems);
    let urgency_mapping = mapping.map_or(Ok(BTreeMap::new()), |v| urgency_mapping(&v, problems))?;
    fields.finish(problems);
    let consumer =
        |repo| Consumer { repo, relationship_type, description, interface_files, change_triggers, urgency_mapping };
    Ok(repo.map(consumer))
}

fn derivative(value: &Value<'_>, problems: &mut Problems, both_ways: bool) -> Read<Option<Derivative>> {
    let mut fields = Fields::of(value)?;
    let repo = repo(value, &mut fields, problems)?;
    let relationship_type = relationship_type(&mut fields, problems, words::template_fork)?;
    let description = fields.text("description", problems)?;
    let shared_concerns = known_words(fields.take("shared_concerns", problems), "concern", CONCERNS, problems)?;
    let divergent_concerns = known_words(fields.take("divergent_concerns", problems), "concern", CONCERNS, problems)?;
    let sync_strategy = fields.text("sync_strategy", problems)?;
    let bidirectional = fields.take("bidirectional", problems).map_or(Ok(both_ways), |v| v.flag())?;
    fields.finish(problems);
    for both in shared_concerns.iter().filter(|c| divergent_concerns.contains(c)) {
        problems.add(|| value.warning(format!("{both:?} is shared and divergent: treated as divergent")));
    }
    let derivative = |repo| Derivative {
        repo,
        relationship_type,
        description,
        shared_concerns,
        divergent_concerns,
        sync_strategy,
        bidirectional,
    };
    Ok(repo.map(derivative))
}

fn parent_template(value: &Value<'_>, problems: &mut Problems) -> Read<Option<ParentTemplate>> {
    if value.is_text() {
        let name = value.text()?;
        return Ok(repo_name(&name, value, problems).map(ParentTemplate::Name));
    }
    Ok(derivative(value, problems, true)?.map(|link| ParentTemplate::Full(Box::new(link))))
}

fn repo(at: &Value<'_>, fields: &mut Fields<'_>, problems: &mut Problems) -> Read<Option<RepoName>> {
    let value = fields.take("repo", problems).ok_or_else(|| at.error("\"repo\" is missing: which repository?"))?;
    let name = value.text()?;
    Ok(repo_name(&name, &value, problems))
}

fn repo_name(text: &str, at: &Value<'_>, problems: &mut Problems) -> Option<RepoName> {
    match text.parse() {
        Ok(name) => Some(name),
        Err(why) => {
            problems.add(|| at.error(format!("{why}; left out")));
            None
        }
    }
}

fn relationship_type(fields: &mut Fields<'_>, problems: &mut Problems, silent: fn() -> String) -> Read<String> {
    let said = fields.text("relationship_type", problems)?;
    Ok(if said.is_empty() { silent() } else { said })
}

fn urgency_mapping(value: &Value<'_>, problems: &mut Problems) -> Read<BTreeMap<String, Urgency>> {
    let mut mapping = BTreeMap::new();
    for (trigger, word) in value.members()? {
        warn_unknown(&trigger, &word, "trigger", TRIGGERS, problems);
        if let Some(urgency) = urgency(&word.text()?, &word, problems) {
            mapping.insert(trigger, urgency);
        }
    }
    Ok(mapping)
}

fn urgency(word: &str, at: &Value<'_>, problems: &mut Problems) -> Option<Urgency> {
    let known = URGENCIES.map(Urgency::as_str);
    let found = URGENCIES.into_iter().find(|u| u.as_str() == word);
    if found.is_none() {
        problems.add(|| at.error(format!("unknown urgency {}; {}", shown(word), words::hint(word, &known))));
    }
    found
}

fn known_words(value: Option<Value<'_>>, what: &str, known: &[&str], problems: &mut Problems) -> Read<Vec<String>> {
    let mut words = Vec::new();
    for item in value.map_or(Ok(Vec::new()), |v| v.items())? {
        let word = item.text()?;
        warn_unknown(&word, &item, what, known, problems);
        words.push(word);
    }
    Ok(words)
}

fn warn_unknown(word: &str, at: &Value<'_>, what: &str, known: &[&str], problems: &mut Problems) {
    if !known.contains(&word) {
        problems.add(|| at.warning(format!("unknown {what} {}; {}", shown(word), words::hint(word, known))));
    }
}

fn texts(value: Option<Value<'_>>) -> Read<Vec<String>> {
    value.map_or(Ok(Vec::new()), |v| v.items())?.iter().map(Value::text).collect()
}

fn paths(value: Option<Value<'_>>, problems: &mut Problems) -> Read<Vec<String>> {
    let mut paths = Vec::new();
    for item in value.map_or(Ok(Vec::new()), |v| v.items())? {
        let path = item.text()?;
        let inside = !path.contains('\\') && path.split('/').all(|part| !matches!(part, "" | "." | ".."));
        if inside {
            paths.push(path);
        } else {
            let wanted = "expected a path from the repository's root, such as src/client.py";
            problems.add(|| item.error(format!("{}: {wanted}; left out", shown(&path))));
        }
    }
    Ok(paths)
}

fn list<T>(
    value: Option<Value<'_>>,
    problems: &mut Problems,
    mut one: impl FnMut(&Value<'_>, &mut Problems) -> Read<Option<T>>,
) -> Read<Vec<T>> {
    let mut all = Vec::new();
    for item in value.map_or(Ok(Vec::new()), |v| v.items())? {
        all.extend(one(&item, problems)?);
    }
    Ok(all)
}

/// A word of the file, quoted and cut to a size that fits on a line.
fn shown(word: &str) -> String {
    format!("{:?}", word.chars().take(64).collect::<String>())
}
