//! The sentences, in the language of the user, from the Fluent files beside the sources.

use fluent_bundle::{FluentArgs, FluentBundle, FluentResource, FluentValue};

use crate::cli::Lang;

macro_rules! locale {
    ($lang:literal) => {
        &[
            include_str!(concat!("../../locales/", $lang, "/common.ftl")),
            include_str!(concat!("../../locales/", $lang, "/help.ftl")),
            include_str!(concat!("../../locales/", $lang, "/failure.ftl")),
            include_str!(concat!("../../locales/", $lang, "/check.ftl")),
            include_str!(concat!("../../locales/", $lang, "/plan.ftl")),
            include_str!(concat!("../../locales/", $lang, "/apply.ftl")),
            include_str!(concat!("../../locales/", $lang, "/run.ftl")),
            include_str!(concat!("../../locales/", $lang, "/backup.ftl")),
            include_str!(concat!("../../locales/", $lang, "/rollback.ftl")),
            include_str!(concat!("../../locales/", $lang, "/fleet.ftl")),
            include_str!(concat!("../../locales/", $lang, "/demo.ftl")),
            include_str!(concat!("../../locales/", $lang, "/drift.ftl")),
            include_str!(concat!("../../locales/", $lang, "/repair.ftl")),
            include_str!(concat!("../../locales/", $lang, "/scratch.ftl")),
            include_str!(concat!("../../locales/", $lang, "/prisma.ftl")),
            include_str!(concat!("../../locales/", $lang, "/runtime.ftl")),
            include_str!(concat!("../../locales/", $lang, "/notify.ftl")),
            include_str!(concat!("../../locales/", $lang, "/doctor.ftl")),
        ]
    };
}

/// The texts of one language.
pub(crate) const fn texts(lang: Lang) -> &'static [&'static str] {
    match lang {
        Lang::En => locale!("en"),
        Lang::Fr => locale!("fr"),
    }
}

/// The sentences of one language.
pub(crate) struct Words {
    bundle: FluentBundle<FluentResource>,
    lang: Lang,
}

/// A value in a sentence.
pub(crate) type Value<'a> = FluentValue<'a>;

impl Words {
    /// Loads a language; both are compiled into the binary and proven whole by a test.
    pub(crate) fn new(lang: Lang) -> Self {
        let tag = match lang {
            Lang::En => "en",
            Lang::Fr => "fr",
        };
        let mut bundle = FluentBundle::new(vec![tag.parse().expect("a language tag")]);
        // The marks that isolate directions show up as rubbish in terminals and scripts.
        bundle.set_use_isolating(false);
        for text in texts(lang) {
            let resource = FluentResource::try_new((*text).to_owned());
            let resource = resource.expect("the locale files are proven by a test");
            bundle.add_resource(resource).expect("no key is there twice, proven by a test");
        }
        Self { bundle, lang }
    }

    /// The language spoken.
    pub(crate) fn lang(&self) -> Lang {
        self.lang
    }

    /// A sentence without values.
    pub(crate) fn say(&self, key: &str) -> String {
        self.tell(key, &[])
    }

    /// A sentence with values. A key that is missing shows itself, which a test forbids.
    pub(crate) fn tell(&self, key: &str, values: &[(&str, Value<'_>)]) -> String {
        self.render(key, values).unwrap_or_else(|| key.to_owned())
    }

    /// Whether there is such a sentence.
    pub(crate) fn has(&self, key: &str) -> bool {
        self.bundle.has_message(key)
    }

    fn render(&self, key: &str, values: &[(&str, Value<'_>)]) -> Option<String> {
        let pattern = self.bundle.get_message(key)?.value()?;
        let mut args = FluentArgs::new();
        for (name, value) in values {
            args.set(*name, value.clone());
        }
        let mut errors = Vec::new();
        let text = self.bundle.format_pattern(pattern, Some(&args), &mut errors);
        debug_assert!(errors.is_empty(), "{key}: {errors:?}");
        Some(text.into_owned())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use super::*;

    /// Every key of a language with the names of the values that its sentence takes.
    fn keys(lang: Lang) -> BTreeMap<String, BTreeSet<String>> {
        let mut keys = BTreeMap::new();
        for text in texts(lang) {
            let mut key = String::new();
            for line in text.lines() {
                let starts_message = line.starts_with(|c: char| c.is_ascii_lowercase());
                if let Some((name, _)) = line.split_once(" =").filter(|_| starts_message) {
                    name.clone_into(&mut key);
                    assert!(keys.insert(key.clone(), BTreeSet::new()).is_none(), "{key} twice");
                }
                for rest in line.split('$').skip(1) {
                    let name = rest.split(|c: char| !c.is_ascii_alphanumeric()).next();
                    keys.get_mut(&key).unwrap().insert(name.unwrap_or_default().to_owned());
                }
            }
        }
        keys
    }

    #[test]
    fn both_languages_hold_the_same_keys_with_the_same_values() {
        let (en, fr) = (keys(Lang::En), keys(Lang::Fr));
        let lacking: Vec<_> = en.keys().filter(|key| !fr.contains_key(*key)).collect();
        assert!(lacking.is_empty(), "fr lacks {lacking:?}");
        let lacking: Vec<_> = fr.keys().filter(|key| !en.contains_key(*key)).collect();
        assert!(lacking.is_empty(), "en lacks {lacking:?}");
        for (key, values) in &en {
            assert_eq!(Some(values), fr.get(key), "{key}");
        }
    }

    /// French takes `one` for nothing, too, so the number has to be said by the value.
    #[test]
    fn a_count_of_one_is_said_by_its_value() {
        let mut wrong: Vec<&str> = Vec::new();
        let mut seen = 0;
        for text in [texts(Lang::Fr), texts(Lang::En)].concat() {
            let mut before = "";
            for line in text.lines() {
                if let Some(form) = line.trim_start().strip_prefix("[one]") {
                    seen += 1;
                    let says_number = form.chars().any(|it| it.is_ascii_digit());
                    let not_nothing = before.trim_start().starts_with("[0]");
                    if says_number && !not_nothing {
                        wrong.push(line);
                    }
                }
                before = line;
            }
        }
        assert!(seen > 100, "{seen}");
        assert_eq!(wrong, [""; 0]);
    }

    #[test]
    fn nothing_is_not_one_in_french() {
        let words = Words::new(Lang::Fr);
        let none =
            words.tell("apply-outcome-applied", &[("count", 0.into()), ("took", "1 s".into())]);
        assert_eq!(none, "✅ 0 migration appliquée (1 s)");
        let one =
            words.tell("apply-outcome-applied", &[("count", 1.into()), ("took", "1 s".into())]);
        assert_eq!(one, "✅ 1 migration appliquée (1 s)");
    }

    /// What stands for a colon of a sentence: one that ends a word, outside of code and addresses.
    #[test]
    fn a_blank_stands_before_every_colon_in_french() {
        let mut wrong: Vec<String> = Vec::new();
        for text in texts(Lang::Fr) {
            for line in text.lines().filter(|it| !it.starts_with('#')) {
                let parts: Vec<&str> = line.split('`').collect();
                // Every other part is code.
                for part in parts.iter().step_by(2) {
                    let characters: Vec<char> = part.chars().collect();
                    for (at, _) in characters.iter().enumerate().filter(|(_, it)| **it == ':') {
                        let ends = characters.get(at + 1).is_none_or(|it| *it == ' ');
                        let blank = at == 0 || matches!(characters[at - 1], ' ' | '"');
                        if ends && !blank {
                            wrong.push(line.to_owned());
                        }
                    }
                }
            }
        }
        // What is written into a Compose file is no sentence.
        wrong.retain(|it| !it.contains("ports: ["));
        // Compounds such as `{" "}: x` are seen as they are.
        wrong.retain(|it| !it.contains("{\" \"}: "));
        assert_eq!(wrong, [""; 0]);
        let words = Words::new(Lang::Fr);
        let line = words.tell("labelled", &[("label", "hr".into()), ("text", "base créée".into())]);
        assert_eq!(line, "hr : base créée");
        for name in ["help-commands", "help-arguments", "help-options", "help-shared-options"] {
            assert!(words.say(name).ends_with(' '), "{name}: clap sets a colon behind it");
        }
    }

    #[test]
    fn every_sentence_loads() {
        for lang in [Lang::En, Lang::Fr] {
            let words = Words::new(lang);
            assert!(keys(lang).keys().all(|key| words.bundle.has_message(key)));
        }
    }

    #[test]
    fn every_value_of_a_failure_is_known_to_the_journal() {
        // Since when it is, is kept apart from the values.
        let apart = ["since"];
        for (key, values) in keys(Lang::En).iter().filter(|(key, _)| key.starts_with("failure-")) {
            let known =
                |name: &String| radoub_engine::failure::VALUE_NAMES.contains(&name.as_str());
            let mut named = values.iter().filter(|it| !it.is_empty());
            let unknown = named.find(|it| !known(it) && !apart.contains(&it.as_str()));
            assert_eq!(unknown, None, "of {key}");
        }
    }

    #[test]
    fn every_command_and_argument_has_its_help() {
        for lang in [Lang::En, Lang::Fr] {
            let words = Words::new(lang);
            let mut commands = vec![crate::cli::command(&words)];
            while let Some(command) = commands.pop() {
                let about = command.get_about().map(ToString::to_string).unwrap_or_default();
                assert!(!about.starts_with("help-"), "{about}");
                for arg in command.get_arguments() {
                    let help = arg.get_help().map(ToString::to_string).unwrap_or_default();
                    assert!(!help.is_empty() && !help.starts_with("help-"), "{help}");
                }
                commands.extend(command.get_subcommands().cloned());
            }
        }
    }

    #[test]
    fn every_key_that_the_code_names_is_there() {
        let keys = keys(Lang::En);
        let here = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
        let mut folders = vec![here.join("src"), here.join("../radoub-engine/src")];
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    folders.push(path);
                    continue;
                }
                let text = std::fs::read_to_string(&path).unwrap();
                for marker in ["say(\"", "tell(\"", "key: \"warning-"] {
                    for rest in text.split(marker).skip(1) {
                        let key = rest.split('"').next().unwrap();
                        let warning = marker.ends_with("warning-");
                        let key = if warning { format!("warning-{key}") } else { key.to_owned() };
                        assert!(keys.contains_key(&key), "{}: {key}", path.display());
                    }
                }
            }
        }
    }
}
