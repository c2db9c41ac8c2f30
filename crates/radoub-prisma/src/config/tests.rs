//! Configuration files as people write them, and what is understood of each.

use super::*;

/// `name=value` of everything understood, variables as `$NAME`, then `!line message`.
fn read(text: &str) -> String {
    let (config, diagnostics) = config(text);
    let shown = |name: &str, value: &Option<Value>| {
        value.as_ref().map(|value| format!("{name}={}", show(&value.expression)))
    };
    let mut parts: Vec<String> = [
        shown("schema", &config.schema),
        shown("migrations", &config.migrations),
        shown("url", &config.url),
        shown("direct", &config.direct_url),
        shown("shadow", &config.shadow_database_url),
        shown("seed", &config.seed),
        shown("init", &config.shadow_init),
    ]
    .into_iter()
    .flatten()
    .collect();
    for (kind, names) in [("table", &config.external_tables), ("enum", &config.external_enums)] {
        parts.extend(names.iter().map(|name| format!("{kind}={name}")));
    }
    parts.extend(config.env_files.iter().map(|file| format!("env={file}")));
    parts.extend(diagnostics.iter().map(|diagnostic| {
        let line = text[..diagnostic.span.start].matches('\n').count() + 1;
        format!("!{line} {}", diagnostic.message)
    }));
    parts.join(" ")
}

fn show(expression: &Expression) -> String {
    match expression {
        Expression::Text(text) => text.clone(),
        Expression::Env { name, required: true } => format!("${name}!"),
        Expression::Env { name, required: false } => format!("${name}"),
        Expression::Either { left, right, or_empty } => {
            let sign = if *or_empty { "||" } else { "??" };
            format!("({}{sign}{})", show(left), show(right))
        }
        Expression::Joined(parts) => parts.iter().map(show).collect(),
    }
}

#[test]
fn the_common_forms_are_understood() {
    let cases = [
        (
            "import 'dotenv/config'\nimport { defineConfig, env } from 'prisma/config'\nexport default defineConfig({\n  schema: 'prisma/schema.prisma',\n  migrations: { path: 'prisma/migrations', seed: 'tsx seed.ts' },\n  datasource: { url: env('DATABASE_URL') },\n})\n",
            "schema=prisma/schema.prisma migrations=prisma/migrations url=$DATABASE_URL! seed=tsx seed.ts env=.env",
        ),
        (
            "module.exports = {\n  // where it is\n  schema: \"./schema.prisma\", /* and */\n  datasource: { url: process.env.DATABASE_URL, },\n};",
            "schema=./schema.prisma url=$DATABASE_URL",
        ),
        (
            "const { defineConfig } = require('prisma/config')\nmodule.exports = defineConfig({ schema: './schema.prisma' })",
            "schema=./schema.prisma",
        ),
        (
            "import type { PrismaConfig } from 'prisma'\nconst config: PrismaConfig = { schema: `db` }\nexport default config",
            "schema=db",
        ),
        ("export default { schema: 'a' } satisfies PrismaConfig;", "schema=a"),
        (
            "export default { schema: 'a' as const, migrations: { path: 'm' } } as PrismaConfig<Env, X>\n",
            "schema=a migrations=m",
        ),
        (
            "import path from 'node:path'\nexport default defineConfig({ schema: path.join('prisma', 'schema'), migrations: { path: path.join(__dirname, 'db', 'migrations') } })",
            "schema=prisma/schema migrations=db/migrations",
        ),
        (
            "export default defineConfig<Env>({ datasource: { url: process.env.DIRECT_URL ?? process.env['DATABASE_URL'] ?? 'postgres://x', shadowDatabaseUrl: process.env.SHADOW || '' } })",
            "url=(($DIRECT_URL??$DATABASE_URL)??postgres://x) shadow=($SHADOW||)",
        ),
        ("export default { datasource: { url: process.env.DATABASE_URL! } }", "url=$DATABASE_URL"),
        (
            "const url = `postgres://${process.env.USER}@h/db`\nexport default { datasource: { url } }",
            "url=postgres://$USER@h/db",
        ),
        (
            "const base = { schema: 'a', datasource: { url: 'u' } }\nexport default { ...base, schema: 'b' }",
            "schema=b url=u",
        ),
        (
            "import dotenv from 'dotenv'\ndotenv.config({ path: '../../.env' })\nexport default defineConfig({ schema: 's' })",
            "schema=s env=../../.env",
        ),
        (
            "import { config } from 'dotenv'\nconfig()\nprocess.loadEnvFile('.env.local');\nexport default { engine: 'classic', schema: 's' }",
            "schema=s env=.env env=.env.local",
        ),
        (
            "export default defineConfig({ earlyAccess: true, migrate: { async adapter(env) { return new PrismaPg({ x: env.URL }) } }, schema: 's' })",
            "schema=s",
        ),
        (
            "export default { schema: 'it\\'s', 'migrations': { \"path\": 'm' } }",
            "schema=it's migrations=m",
        ),
        ("\u{feff}export default {\r\n  schema: 's',\r\n}\r\n", "schema=s"),
        ("export default { datasource: { url: 'a' + process.env.B } }", "url=a$B"),
        ("export default { datasource: { url: undefined } }", ""),
        (
            "const mine = ['auth.users', `auth.sessions`]\nexport default defineConfig({ experimental: { externalTables: true }, migrations: { initShadowDb: `CREATE TABLE auth.users ();` }, tables: { external: mine }, enums: { external: ['auth.kind',] } })",
            "init=CREATE TABLE auth.users (); table=auth.users table=auth.sessions enum=auth.kind",
        ),
    ];
    for (text, understood) in cases {
        assert_eq!(read(text), understood, "{text}");
    }
}

#[test]
fn what_needs_running_is_named_with_its_line() {
    let cases = [
        ("", "!1 the default export cannot be read without running the file"),
        (
            "export default await load()",
            "!1 the default export cannot be read without running the file",
        ),
        (
            "export default {\n  schema: 's',\n  datasource: { url: buildUrl('x') },\n}",
            "schema=s !3 datasource.url cannot be read without running the file",
        ),
        (
            "export default {\n  schema: isTest ? 'a' : 'b',\n  migrations: { path: 'm' },\n}",
            "migrations=m !2 schema cannot be read without running the file",
        ),
        (
            "export default () => ({ schema: 's' })",
            "!1 the default export cannot be read without running the file",
        ),
        (
            "const a = a\nexport default { schema: a }",
            "!2 schema cannot be read without running the file",
        ),
        (
            "export default {\n  tables: {\n    external: ['a.b', theirs(), 'a.c'],\n  },\n  enums: { external: all() },\n}",
            "table=a.b table=a.c !3 tables.external cannot be read without running the file !5 enums.external cannot be read without running the file",
        ),
        ("export default { schema: [", "!1 schema cannot be read without running the file"),
    ];
    for (text, understood) in cases {
        assert_eq!(read(text), understood, "{text}");
    }
}

#[test]
fn variables_are_resolved_with_their_fall_backs() {
    let lookup = |name: &str| match name {
        "SET" => Some("set".to_owned()),
        "EMPTY" => Some(String::new()),
        _ => None,
    };
    let cases = [
        ("env('SET')", Ok("set")),
        ("env('NOT')", Err("NOT")),
        ("process.env.NOT ?? process.env.SET", Ok("set")),
        ("process.env.EMPTY ?? 'x'", Ok("")),
        ("process.env.EMPTY || 'x'", Ok("x")),
        ("process.env.NOT ?? process.env.NEITHER", Err("NOT")),
        ("`a${process.env.SET}b`", Ok("asetb")),
    ];
    for (source, expected) in cases {
        let (config, _) = config(&format!("export default {{ datasource: {{ url: {source} }} }}"));
        let resolved = config.url.expect("a value").expression.resolve(&lookup);
        assert_eq!(resolved.as_deref().map_err(String::as_str), expected, "{source}");
    }
}

#[test]
fn no_text_stops_the_reader() {
    let text = "export default defineConfig<Env>({ datasource: { url: process.env.A ?? `b${c}` }, x: [1, {y: (z) => 2}] }) satisfies T";
    for end in 0..text.len() {
        config(&text[..end]);
        config(&text[end..]);
    }
    config(&"(".repeat(10_000));
    config(&"{a:".repeat(10_000));
    config(&"a ?? ".repeat(10_000));
}
