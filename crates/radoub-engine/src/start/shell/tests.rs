//! Texts of shells, and what is read in them.

use super::*;

/// Commands with `prisma` in them: line, words, `?` when tolerated, the guard behind `@`.
fn shown(text: &str) -> String {
    let found = commands(text, false).into_iter();
    let found = found.filter(|it| it.words.iter().any(|word| word == "prisma"));
    found
        .map(|it| {
            let mark = if it.tolerated { "?" } else { "" };
            let guard = it.guard.map(|guard| format!(" @ {guard}")).unwrap_or_default();
            format!("{}:{}{mark}{guard}", it.line, it.words.join(" "))
        })
        .collect::<Vec<_>>()
        .join("; ")
}

#[test]
fn a_text_is_cut_into_commands_and_what_is_let_pass_is_seen() {
    let cases = [
        ("npx prisma migrate deploy && node x.js", "1:npx prisma migrate deploy"),
        ("npx prisma migrate deploy || true\nnode x", "1:npx prisma migrate deploy?"),
        ("npx prisma migrate deploy || exit 1\nnode x", "1:npx prisma migrate deploy"),
        ("npx prisma migrate deploy; node x", "1:npx prisma migrate deploy?"),
        ("set -e\nnpx prisma migrate deploy\nnode x", "2:npx prisma migrate deploy"),
        ("npx prisma migrate deploy &\nnode x", "1:npx prisma migrate deploy?"),
        ("# npx prisma migrate deploy\necho 'npx prisma migrate deploy'", ""),
        (
            "set -e\nif [ -d prisma/migrations ]; then\n  if ! npx prisma migrate deploy; then\n    echo failed\n  fi\nelse\n  npx prisma db push\nfi\nexec \"$@\"",
            "3:npx prisma migrate deploy? @ [ -d prisma/migrations ]; 7:npx prisma db push @ not ([ -d prisma/migrations ])",
        ),
        (
            "if ! npx prisma migrate deploy; then\n  echo failed >&2\n  exit 1\nfi\nexec node x",
            "1:npx prisma migrate deploy",
        ),
        (
            "PRISMA=\"npx prisma\"\n$PRISMA migrate deploy \\\n  --schema x.prisma >/dev/null 2>&1\nnode x",
            "2:npx prisma migrate deploy --schema x.prisma?",
        ),
        (
            "NODE_ENV=production npx prisma db push --accept-data-loss",
            "1:npx prisma db push --accept-data-loss",
        ),
        ("cat <<EOF\nnpx prisma migrate deploy\nEOF\nnpx prisma generate", "4:npx prisma generate"),
        ("(npx prisma migrate deploy)\r\nnode x\r\n", "1:npx prisma migrate deploy?"),
        (
            "npx prisma migrate deploy || { echo failed; exit 1; }\nnode x",
            "1:npx prisma migrate deploy",
        ),
        ("npx prisma migrate deploy || { echo failed; }\nnode x", "1:npx prisma migrate deploy?"),
        (
            "until npx prisma migrate deploy; do\n  sleep 2\ndone\nnode x",
            "1:npx prisma migrate deploy",
        ),
        (
            "while ! npx prisma migrate deploy; do sleep 2; done\nnode x",
            "1:npx prisma migrate deploy",
        ),
        (
            "set -e\nrun() {\n  npx prisma \"$@\"\n}\nrun db push --accept-data-loss\nnode x",
            "3:npx prisma $@; 5:npx prisma db push --accept-data-loss",
        ),
        ("function try {\n  npx \"$@\"\n}\ntry prisma generate\nnode x", "4:npx prisma generate?"),
        ("migrate() {\n  npx prisma migrate deploy\n}\nmigrate", "2:npx prisma migrate deploy?"),
    ];
    for (text, expected) in cases {
        assert_eq!(shown(text), expected, "{text}");
    }
}

#[test]
fn a_script_that_hands_its_arguments_on_is_known() {
    assert!(hands_on("set -e\nexec \"$@\"\n"));
    assert!(!hands_on("# exec \"$@\"\nnode server.js\n"));
}

#[test]
fn what_never_runs_is_left_out() {
    let push = "npx prisma db push";
    // Texts with `PUSH` in them, and the lines in which it counts.
    let cases: &[(&str, &[usize])] = &[
        // Behind the program that the shell becomes.
        ("exec node x\nPUSH", &[]),
        ("PUSH\nexec node x\nPUSH", &[1]),
        ("exec \"$@\"\nPUSH", &[]),
        ("exit 0\nPUSH", &[]),
        ("exec node x || exec node y\nPUSH", &[]),
        // Where it becomes one only sometimes, what follows counts.
        ("if [ $# -gt 0 ]; then\n  exec \"$@\"\nfi\nPUSH", &[4]),
        ("[ -n \"$X\" ] && exec node x\nPUSH", &[2]),
        ("[ -n \"$X\" ] &&\n  exec node x\nPUSH", &[3]),
        ("[ -n \"$X\" ] || exit 0\nPUSH", &[2]),
        ("[ -n \"$X\" ] && {\n  exec node x\n}\nPUSH", &[4]),
        ("case \"$1\" in\n  serve) exec node x ;;\nesac\nPUSH", &[4]),
        ("for x in a b; do\n  exit 0\ndone\nPUSH", &[4]),
        ("(exec node x)\nPUSH", &[2]),
        ("exec node x &\nPUSH", &[2]),
        ("exec 2>&1\nPUSH", &[2]),
        ("exec >/var/log/start.log\nPUSH", &[2]),
        ("serve() {\n  exec node x\n}\nPUSH\nserve", &[4]),
        // Functions that are called, and such that are not.
        ("push() {\n  PUSH\n}\nnode x", &[]),
        ("push() {\n  PUSH\n}\npush\nnode x", &[2]),
        ("push() { PUSH; }\necho push\nnode x", &[]),
        ("push() (\n  PUSH\n)\nnode x", &[]),
        ("push() (\n  PUSH\n)\npush", &[2]),
        ("push()\n{\n  PUSH\n}\nPUSH", &[5]),
        ("function push {\n  PUSH\n}\nfunction serve() {\n  node x\n}\nserve", &[]),
        ("push() {\n  if true; then {\n    node y\n  }\n  fi\n  PUSH\n}\nPUSH", &[8]),
        ("inner() {\n  PUSH\n}\nouter() {\n  inner\n}\nnode x", &[]),
        ("inner() {\n  PUSH\n}\nouter() {\n  inner\n}\nouter || true", &[2]),
        ("push() {\n  PUSH\n}\nif ! push; then exit 1; fi", &[2]),
        ("push() {\n  PUSH\n}\ntrap push EXIT\nnode x", &[2]),
        ("push() {\n  PUSH\n}\nOUT=$(push)\nnode x", &[2]),
        ("push() {\n  PUSH\n}\nretry() {\n  until \"$@\"; do sleep 1; done\n}\nretry push", &[2]),
        ("push() {\n  PUSH\n}\n\"$1\"", &[2]),
        ("push() {\n  PUSH\n}\nexec node x\npush", &[]),
        ("push() {\n  PUSH\n}\nif false; then push; fi\nnode x", &[]),
        // A body that is not understood counts.
        ("push() {\n  PUSH\nnode x", &[2]),
        // Branches that cannot be taken.
        ("if false; then\n  PUSH\nfi\nnode x", &[]),
        ("if ! true; then PUSH; else\n  PUSH\nfi", &[2]),
        ("if ! false; then\n  PUSH\nfi", &[2]),
        ("if true; then\n  PUSH\nelif [ -f x ]; then\n  PUSH\nelse\n  PUSH\nfi", &[2]),
        ("if false; then\n  PUSH\nelif [ -f x ]; then\n  PUSH\nelse\n  PUSH\nfi", &[4, 6]),
        ("if false || [ -f x ]; then\n  PUSH\nfi", &[2]),
        ("if false; then\n  if [ -f x ]; then\n    PUSH\n  fi\nfi\nPUSH", &[6]),
        ("if false; then\n  exec node x\nfi\nPUSH", &[4]),
        ("while false; do\n  PUSH\ndone\nPUSH", &[4]),
        ("while true; do\n  PUSH\ndone", &[2]),
        ("until true; do PUSH; done\nnode x", &[]),
    ];
    for (text, expected) in cases {
        let found = commands(&text.replace("PUSH", push), false);
        let lines: Vec<usize> = found
            .iter()
            .filter(|it| it.words.iter().any(|word| word == "prisma"))
            .map(|it| it.line)
            .collect();
        assert_eq!(lines, *expected, "{text}");
    }
}

#[test]
fn a_branch_that_is_always_taken_has_no_condition() {
    assert_eq!(shown("if true; then\n  npx prisma db push\nfi\nnode x"), "2:npx prisma db push?");
    let text = "if false; then\n  node y\nelse\n  npx prisma db push\nfi\nnode x";
    assert_eq!(shown(text), "4:npx prisma db push?");
}

#[test]
fn arguments_are_not_handed_on_behind_the_end() {
    assert!(!hands_on("exec node server.js\nexec \"$@\"\n"));
    assert!(hands_on("if [ -n \"$X\" ]; then\n  exec node server.js\nfi\nexec \"$@\"\n"));
}
