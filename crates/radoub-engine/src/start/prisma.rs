//! One command of a shell or a package script as a step: which of Prisma's commands it is, and how it gets there.

use super::StartDeed;

/// A call of Prisma, or of radoub in its place.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct PrismaCall {
    pub(super) deed: StartDeed,
    /// As [`super::StartStep::fetched`].
    pub(super) fetched: Option<String>,
}

/// Runners that fetch a package that is not installed.
const FETCHERS: [&[&str]; 6] =
    [&["npx"], &["bunx"], &["pnpx"], &["pnpm", "dlx"], &["yarn", "dlx"], &["npm", "exec"]];

/// Reads the words of a command.
pub(super) fn prisma_call(words: &[String]) -> Option<PrismaCall> {
    let at = words.iter().position(|word| is_prisma(word))?;
    // `echo prisma db push` and `grep prisma` only speak of it.
    let before = &words[..at];
    if before.first().is_some_and(|word| SPEAKERS.contains(&base(word))) {
        return None;
    }
    let behind = words[at + 1..].iter().map(String::as_str);
    let mut verbs = behind.clone().filter(|word| !word.starts_with('-'));
    // radoub speaks Prisma's commands behind `prisma`, and has one of its own.
    let (first, second) = match base(&words[at]) {
        "radoub" => match verbs.next()? {
            "prisma" => (verbs.next()?, verbs.next()),
            "apply" => ("migrate", Some("deploy")),
            _ => return None,
        },
        _ => (verbs.next()?, verbs.next()),
    };
    let has = |flag: &str| {
        behind.clone().any(|word| {
            word == flag || word.strip_prefix(flag).is_some_and(|it| it.starts_with('='))
        })
    };
    let deed = match (first, second) {
        ("migrate", Some("deploy")) | ("db" | "migration", Some("migrate")) => StartDeed::Deploy,
        ("migrate", Some("dev")) => StartDeed::Develop,
        ("migrate", Some("reset")) => StartDeed::Reset,
        ("migrate", Some("resolve")) | ("db", Some("execute")) => StartDeed::Write,
        ("db", Some("push")) if has("--force-reset") => StartDeed::Reset,
        ("db", Some("push")) => StartDeed::Push { accepts_loss: has("--accept-data-loss") },
        ("db", Some("seed")) => StartDeed::Seed,
        ("generate", _) => StartDeed::Generate,
        _ => return None,
    };
    let by_fetcher = FETCHERS.iter().any(|runner| {
        before
            .windows(runner.len())
            .any(|window| window.iter().map(|it| base(it)).eq(runner.iter().copied()))
    });
    let version = || words[at].rsplit_once('@').map(|(_, version)| version.to_owned());
    let offline = before.iter().any(|word| word == "--no-install" || word == "--no");
    let fetched = (by_fetcher && !offline).then(|| version().unwrap_or_default());
    Some(PrismaCall { deed, fetched })
}

/// Programs that print or search what follows.
const SPEAKERS: [&str; 9] =
    ["echo", "printf", "grep", "test", "[", "[[", "command", "which", "log"];

/// The last part of a path.
pub(super) fn base(word: &str) -> &str {
    word.rsplit(['/', '\\']).next().unwrap_or(word)
}

fn is_prisma(word: &str) -> bool {
    let name = base(word);
    let name = name.split_once('@').map_or(name, |(name, _)| name);
    matches!(name, "prisma" | "prisma7" | "radoub")
        || word.ends_with("prisma/build/index.js")
        || (word.starts_with("prisma@"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_calls_of_prisma_are_told_apart() {
        let deed = |text: &str| {
            let words: Vec<String> = text.split_whitespace().map(str::to_owned).collect();
            prisma_call(&words).map_or("-".to_owned(), |call| match call.fetched {
                Some(version) => format!("{:?} fetched {version}", call.deed),
                None => format!("{:?}", call.deed),
            })
        };
        let cases = [
            ("npx prisma migrate deploy", "Deploy fetched "),
            ("npx --yes prisma@5.14.0 db push", "Push { accepts_loss: false } fetched 5.14.0"),
            ("npx --no-install prisma migrate deploy", "Deploy"),
            (
                "./node_modules/.bin/prisma db push --skip-generate --accept-data-loss",
                "Push { accepts_loss: true }",
            ),
            ("node node_modules/prisma/build/index.js migrate deploy", "Deploy"),
            ("pnpm exec prisma migrate reset --force", "Reset"),
            ("pnpm dlx prisma migrate dev", "Develop fetched "),
            ("yarn prisma db push --force-reset", "Reset"),
            ("radoub apply", "Deploy"),
            ("radoub prisma migrate deploy", "Deploy"),
            ("prisma db seed", "Seed"),
            ("npx prisma generate", "Generate fetched "),
            ("prisma migrate status", "-"),
            ("echo npx prisma db push", "-"),
            ("node server.js", "-"),
        ];
        for (text, expected) in cases {
            assert_eq!(deed(text), expected, "{text}");
        }
    }
}
