//! What a name is worth as evidence.

/// What a field belongs to, as a consumer may write it.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Owner {
    /// As the provider writes it.
    pub full: String,
    /// The last part of a dotted name or a topic; nothing for an operation.
    pub short: String,
    /// Operations that carry it.
    pub operations: Vec<(String, String)>,
}

impl Owner {
    pub(super) fn read(owner: &str, carried_by: &[String]) -> Self {
        let own = operation(owner);
        let short = if own.is_some() { "" } else { owner.rsplit(['.', '/']).next().unwrap_or(owner) };
        let operations = own.into_iter().chain(carried_by.iter().filter_map(|text| operation(text))).collect();
        Self { full: owner.to_owned(), short: short.to_owned(), operations }
    }

    /// Lower-case letters and digits of the whole name; nothing for an operation.
    pub(super) fn letters(&self) -> String {
        if self.short.is_empty() { String::new() } else { letters(&self.full) }
    }

    /// Nobody else has the same name by accident.
    pub(super) fn is_distinctive(&self) -> bool {
        let parts = parts(&self.full);
        !self.short.is_empty() && parts.len() >= 2 && self.letters().len() >= 8
    }

    /// A text has it as a word, in whatever case and with whatever between its parts.
    pub(super) fn stands_in(&self, text: &str) -> bool {
        let (whole, short) = (self.letters(), letters(&self.short));
        let is_it = |word: &str| {
            let word = letters(word);
            !word.is_empty() && (word == whole || (word == short && short.len() >= 4))
        };
        !whole.is_empty()
            && (text.split(|c: char| !(c.is_alphanumeric() || c == '_' || c == '-')).any(is_it)
                || outline::code::words(text, &self.full).next().is_some())
    }
}

/// `POST /orders`.
fn operation(text: &str) -> Option<(String, String)> {
    let (method, path) = text.split_once(' ')?;
    let verb = !method.is_empty() && method.bytes().all(|b| b.is_ascii_uppercase());
    (verb && path.starts_with(['/', '*'])).then(|| (method.to_owned(), path.to_owned()))
}

/// Lower-case letters and digits: `bridge/info`, `bridge_info` and `bridgeInfo` are one.
pub(super) fn letters(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// The words that a name is made of.
pub(super) fn parts(name: &str) -> Vec<String> {
    let mut out = vec![String::new()];
    let mut lower_before = false;
    for c in name.chars() {
        let starts = !c.is_alphanumeric() || (c.is_uppercase() && lower_before);
        if starts && out.last().is_some_and(|part| !part.is_empty()) {
            out.push(String::new());
        }
        if c.is_alphanumeric() {
            out.last_mut().into_iter().for_each(|part| part.push(c));
        }
        lower_before = c.is_lowercase() || c.is_numeric();
    }
    out.retain(|part| !part.is_empty());
    out
}

/// Names that every second service has.
const COMMON: &str = "address amount args author body category code comment config content count country created createdat \
    createdby currency data date default deleted description details email enabled endpoint error errors event \
    events file filename files filter first firstname format from group hash headers height host image images \
    index info input items label labels language last lastname length level limit link list location message \
    messages metadata method mode model name names next number offset options order output owner page pagesize \
    params parent password path payload phone port price priority project properties provider query reason \
    region request response result results role roles score size sort source start startdate state status \
    statuscode success summary tags target text time timeout timestamp title token total type types unit \
    updated updatedat url user userid username users uuid value values version width";

/// A name that says nothing about whose it is.
pub(super) fn is_common(name: &str) -> bool {
    let name = letters(name);
    name.len() <= 3 || COMMON.split_whitespace().any(|common| common == name)
}

/// A name that two services hardly share by accident: of several words, or long.
pub(crate) fn is_telling(name: &str) -> bool {
    !is_common(name) && ((parts(name).len() >= 2 && name.len() >= 7) || name.len() >= 10)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn owners_and_operations() {
        let owner = Owner::read("POST /orders", &["GET /orders/{id}".to_owned(), "nonsense".to_owned()]);
        assert_eq!((owner.short.as_str(), owner.operations.len()), ("", 2));
        assert!(!owner.stands_in("POST /orders") && !owner.is_distinctive());
        for (owner, text, expected) in [
            ("bridge/info", "const { a } = bridgeInfo;", true),
            ("bridge/info", "on('bridge/info', f)", true),
            ("bridge/info", "information", false),
            ("permitJoin", "send(\"bridge/request/permit_join\", x)", true),
            ("shop.OrderLine", "message OrderLine {", true),
            ("TickType", "TickTypes", false),
            ("", "x", false),
            ("ä", "ä", true),
        ] {
            assert_eq!(Owner::read(owner, &[]).stands_in(text), expected, "{owner} in {text}");
        }
    }

    #[test]
    fn what_names_are_worth() {
        for (name, common, telling) in [
            ("id", true, false),
            ("created_at", true, false),
            ("statusCode", true, false),
            ("notes", false, false),
            ("permit_join", false, true),
            ("dateClimbed", false, true),
            ("subscription", false, true),
            ("", true, false),
        ] {
            assert_eq!((is_common(name), is_telling(name)), (common, telling), "{name}");
        }
    }
}
