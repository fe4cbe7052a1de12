//! Types that hold data, with the names that their fields have on the wire.

use std::collections::{BTreeMap, BTreeSet};

use contracts::analysis::{Symbol, SymbolKind};

use super::{aliases, keys};
use crate::comparison::Side;

/// A type with fields, as one file declares it.
#[derive(Debug, Clone)]
pub(super) struct Data<'a> {
    /// Its own name, without what it is in.
    pub name: String,
    /// Where it stands.
    pub side: &'a Side,
    /// By the name on the wire.
    pub fields: BTreeMap<String, Field>,
}

/// One field.
#[derive(Debug, Clone)]
pub(super) struct Field {
    /// Its type as written.
    pub of: String,
    /// Whoever leaves it out is refused.
    pub required: bool,
    /// Its line.
    pub line: u32,
    /// Other names that it is taken by.
    pub aliases: BTreeSet<String>,
}

/// Where it stands says nothing about what it is.
impl PartialEq for Field {
    fn eq(&self, other: &Self) -> bool {
        self.of == other.of && self.required == other.required && self.aliases == other.aliases
    }
}

/// The types of a file.
pub(super) fn of(side: &Side) -> Vec<Data<'_>> {
    let Some(analysis) = &side.analysis else { return Vec::new() };
    let language = analysis.language.as_str();
    let mut members: BTreeMap<&str, Vec<&Symbol>> = BTreeMap::new();
    for symbol in analysis.symbols.iter().filter(|symbol| symbol.kind == SymbolKind::Constant) {
        members.entry(symbol.container.as_deref().unwrap_or("")).or_default().push(symbol);
    }
    let (mut out, mut lines) = (Vec::new(), None);
    for symbol in &analysis.symbols {
        let fields = match symbol.kind {
            SymbolKind::Class | SymbolKind::Type if holds_data(symbol, language) => {
                let full =
                    symbol.container.as_ref().map_or_else(|| symbol.name.clone(), |c| format!("{c}.{}", symbol.name));
                let own = members.get(full.as_str()).map(Vec::as_slice).unwrap_or_default();
                // A table is told by what changes it, and what goes over the wire is another type.
                if language == "python" && own.iter().any(|field| field.signature.contains(": Mapped[")) {
                    continue;
                }
                own.iter().filter_map(|field| declared(field, symbol, language)).collect()
            }
            SymbolKind::Constant if symbol.signature.contains("z.object(") => {
                keys::of_zod(side.text(), lines.get_or_insert_with(|| keys::Lines::of(side.text())), symbol)
            }
            _ => continue,
        };
        out.push(Data { name: symbol.name.clone(), side, fields });
    }
    out.retain(|data| !data.fields.is_empty());
    out
}

/// Declared so that it can be written as data.
fn holds_data(symbol: &Symbol, language: &str) -> bool {
    let decorated = |words: &[&str]| symbol.decorators.iter().any(|d| words.iter().any(|word| d.contains(word)));
    let in_tests = symbol.container.as_ref().is_some_and(|c| c.split('.').any(|part| matches!(part, "test" | "tests")));
    match language {
        _ if in_tests => false,
        "rust" => decorated(&["Serialize", "Deserialize"]) && !symbol.signature.contains("enum "),
        "kotlin" => symbol.signature.contains("data class") || decorated(&["Serializable"]),
        "java" => !symbol.signature.contains("enum "),
        "typescript" | "tsx" => !symbol.signature.contains("enum "),
        "python" | "go" => true,
        _ => false,
    }
}

/// The name on the wire, and the field; none for what is never written.
fn declared(field: &Symbol, of: &Symbol, language: &str) -> Option<(String, Field)> {
    let (wire, of, required) = match language {
        "python" => python(field, of),
        "typescript" | "tsx" => typescript(field),
        "go" => go(field),
        "rust" => rust(field, of),
        "kotlin" => kotlin(field),
        "java" => java(field),
        _ => None,
    }?;
    let aliases = aliases::of(field, language);
    Some((wire, Field { of: of.trim().to_owned(), required, line: field.end, aliases }))
}

/// Name on the wire, type, whether it must be given.
type Declared<'a> = Option<(String, &'a str, bool)>;

fn python<'a>(field: &'a Symbol, of: &Symbol) -> Declared<'a> {
    let (of_type, default) = typed(&field.signature)?;
    // Pydantic's `model_config` says how the others are read.
    if of_type.starts_with("ClassVar") || field.name.starts_with('_') || field.name == "model_config" {
        return None;
    }
    let given = default.and_then(|default| default.strip_prefix("Field(")).unwrap_or("");
    let wire = argument(given, "alias").unwrap_or(&field.name).to_owned();
    let optional = of_type.starts_with("Optional[") || of_type.contains("None") || of_type.starts_with("NotRequired[");
    let must = default.is_none_or(|default| {
        let named = default.starts_with("Field(") && !given.contains("default") && first_is_named(given);
        default == "..." || given.starts_with("...") || named
    });
    Some((wire, of_type, must && !optional && !of.signature.contains("total=False")))
}

fn typescript(field: &Symbol) -> Declared<'_> {
    let signature = field.signature.as_str();
    let private = ["private ", "protected ", "static ", "#"].iter().any(|word| signature.starts_with(word));
    let (of_type, default) = typed(signature).filter(|_| !private)?;
    let optional = signature.split(':').next()?.trim_end().ends_with('?') || of_type.contains("undefined");
    Some((field.name.clone(), of_type.trim_end_matches([';', ',']), !optional && default.is_none()))
}

/// Only what a tag names; embedded structs have no name of their own.
fn go(field: &Symbol) -> Declared<'_> {
    let signature = field.signature.as_str();
    let tag = signature.split_once("json:\"")?.1.split('"').next()?;
    let name = tag.split(',').next().unwrap_or("");
    let of_type = signature.split('`').next()?.split_once(char::is_whitespace).map_or("", |(_, rest)| rest);
    let must = ["binding:\"required", "validate:\"required"].iter().any(|mark| signature.contains(mark));
    let wire = if name.is_empty() { &field.name } else { name };
    (wire != "-").then(|| (wire.to_owned(), of_type, must))
}

fn rust<'a>(field: &'a Symbol, of: &Symbol) -> Declared<'a> {
    let serde: String = field.decorators.iter().filter(|d| d.contains("serde")).cloned().collect();
    if ["skip)", "skip,", "flatten"].iter().any(|word| serde.contains(word)) {
        return None;
    }
    let (_, of_type) = field.signature.split_once(':')?;
    let wire = quoted(&serde, "rename").map_or_else(|| cased(&field.name, of), str::to_owned);
    let defaulted = serde.contains("default") || of.decorators.iter().any(|d| d.contains("serde(default"));
    Some((wire, of_type, !defaulted && !of_type.trim().starts_with("Option<")))
}

fn kotlin(field: &Symbol) -> Declared<'_> {
    let (of_type, default) = typed(&field.signature)?;
    Some((annotated(field)?, of_type, default.is_none() && !of_type.ends_with('?')))
}

fn java(field: &Symbol) -> Declared<'_> {
    let words: Vec<&str> = field.signature.split_whitespace().collect();
    let at = words.iter().position(|word| word.trim_end_matches(';') == field.name)?;
    let must = ["NotNull", "NotBlank", "NotEmpty"].iter().any(|word| field.decorators.iter().any(|d| d.contains(word)));
    let of_type = words.get(at.checked_sub(1)?).copied()?;
    if words.contains(&"static") { None } else { Some((annotated(field)?, of_type, must)) }
}

/// The name that an annotation gives; none where one says that it is not written.
fn annotated(field: &Symbol) -> Option<String> {
    let with = |words: &[&str]| field.decorators.iter().find(|d| words.iter().any(|word| d.contains(word)));
    if with(&["JsonIgnore", "Transient"]).is_some() {
        return None;
    }
    let named = with(&["JsonProperty", "SerialName", "SerializedName"]);
    Some(named.and_then(|d| d.split('"').nth(1)).unwrap_or(&field.name).to_owned())
}

/// The type after the first colon, and what stands after the default's sign.
fn typed(signature: &str) -> Option<(&str, Option<&str>)> {
    let (_, rest) = signature.split_once(':')?;
    match rest.split_once('=').filter(|(_, after)| !after.starts_with('>')) {
        Some((of, default)) => Some((of.trim(), Some(default.trim()))),
        None => Some((rest.trim(), None)),
    }
}

/// `Field(alias="x")`: the first argument has a name.
fn first_is_named(arguments: &str) -> bool {
    let first = arguments.split(',').next().unwrap_or("");
    first.contains('=') || first.trim() == ")"
}

/// The text in `name="text"`.
fn argument<'a>(arguments: &'a str, name: &str) -> Option<&'a str> {
    let at = arguments.find(&format!("{name}="))? + name.len() + 1;
    let quote = arguments[at..].chars().next().filter(|c| matches!(c, '"' | '\''))?;
    arguments[at + 1..].split(quote).next()
}

/// The text in `name = "text"`.
fn quoted<'a>(attributes: &'a str, name: &str) -> Option<&'a str> {
    let at = attributes.find(&format!("{name} = \""))? + name.len() + 4;
    attributes[at..].split('"').next()
}

/// A Rust name under `rename_all`.
fn cased(name: &str, of: &Symbol) -> String {
    let rule = of.decorators.iter().find_map(|d| quoted(d, "rename_all")).unwrap_or("");
    let capital = |word: &str| {
        let mut letters = word.chars();
        letters.next().map_or_else(String::new, |first| first.to_uppercase().collect::<String>() + letters.as_str())
    };
    let words = name.split('_');
    match rule {
        "camelCase" => {
            words.enumerate().map(|(at, word)| if at == 0 { word.to_owned() } else { capital(word) }).collect()
        }
        "PascalCase" => words.map(capital).collect(),
        "kebab-case" => name.replace('_', "-"),
        "SCREAMING_SNAKE_CASE" | "UPPERCASE" => name.to_ascii_uppercase(),
        "SCREAMING-KEBAB-CASE" => name.to_ascii_uppercase().replace('_', "-"),
        _ => name.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;

    fn told(path: &str, text: &str) -> Vec<String> {
        let language = syntax::language_of(path, text.as_bytes()).unwrap_or("");
        let analysis = Some(Arc::new(syntax::analyze(language, text.as_bytes())));
        let side = Side { path: path.to_owned(), text: Some(text.to_owned()), analysis };
        let field =
            |(name, field): (&String, &Field)| format!("{name}:{}{}", field.of, if field.required { "!" } else { "" });
        of(&side)
            .iter()
            .map(|data| format!("{} {}", data.name, data.fields.iter().map(field).collect::<Vec<_>>().join(" ")))
            .collect()
    }

    #[test]
    fn names_on_the_wire() {
        let cases: &[(&str, &str, &[&str])] = &[
            (
                "a.py",
                "class A(BaseModel):\n    x: str\n    y: int = 1\n    z: Optional[str]\n    q: int = Field(..., alias=\"Q\")\n    w: str = Field(default=\"a\")\n    v: str = Field(alias='V')\n    _p: int\n    def f(self): pass\n",
                &["A Q:int! V:str! w:str x:str! y:int z:Optional[str]"],
            ),
            (
                "a.py",
                "class T(TypedDict, total=False):\n    a: int\n@dataclass\nclass D:\n    b: int\n    c: int = 0\n",
                &["T a:int", "D b:int! c:int"],
            ),
            ("a.py", "class A:\n    x = 1\n", &[]),
            (
                "a.py",
                "class A(Base):\n    __tablename__ = 'a'\n    x: Mapped[str] = mapped_column(String)\n    y: int\n",
                &[],
            ),
            ("a.py", "class A(BaseModel):\n    model_config: ConfigDict = ConfigDict()\n    y: int\n", &["A y:int!"]),
            (
                "a.ts",
                "export interface A { x: string; y?: number; 'c-d': B }\ntype T = { q: string | undefined }\nclass C { private k: string; public z: number }\nenum E { A }\n",
                &["A c-d:B! x:string! y:number", "T q:string | undefined", "C z:number!"],
            ),
            (
                "a.ts",
                "export const S = z.object({\n  name: z.string(),\n  age: z.number().optional(),\n  inner: z.object({ deep: z.string() }),\n})\n",
                &["S age:z.number().optional() inner:z.object({ deep: z.string() })! name:z.string()!"],
            ),
            (
                "a.go",
                "package a\ntype A struct {\n\tName string `json:\"name\"`\n\tAge *int `json:\"age,omitempty\" binding:\"required\"`\n\tNo string `json:\"-\"`\n\tSame string `json:\",omitempty\"`\n\tplain string\n}\n",
                &["A Same:string age:*int! name:string"],
            ),
            (
                "a.rs",
                "#[derive(Deserialize)]\n#[serde(rename_all = \"camelCase\")]\nstruct A {\n    #[serde(rename = \"n\")]\n    name: String,\n    user_id: u8,\n    #[serde(default)]\n    z: u8,\n    o: Option<u8>,\n    #[serde(skip)]\n    s: u8,\n}\nstruct B { x: u8 }\n",
                &["A n:String! o:Option<u8> userId:u8! z:u8"],
            ),
            (
                "A.java",
                "public record A(@JsonProperty(\"n\") String name, @NotNull int age) {}\nclass B { static int S; private String x; @JsonIgnore String y; }\n",
                &["A age:int! n:String", "B x:String"],
            ),
            (
                "a.kt",
                "data class A(@SerialName(\"n\") val name: String, val age: Int? = null)\nclass B(val x: Int)\n",
                &["A age:Int? n:String!"],
            ),
            ("a.rs", "#[cfg(test)]\nmod tests {\n    #[derive(Deserialize)]\n    struct A { x: u8 }\n}\n", &[]),
            ("a.py", "class A(\n", &[]),
            ("a.ts", "const S = z.object(", &[]),
        ];
        for (path, text, expected) in cases {
            assert_eq!(told(path, text), *expected, "{text}");
        }
    }
}
